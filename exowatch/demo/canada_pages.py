"""www.canada.ca as the demo has it: robots.txt, two section sitemaps, and pages in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from exowatch.demo.answer import WorldAnswer
from exowatch.demo.canada_notices import EN_PROGRAMS, FR_PROGRAMS, Notice, served
from exowatch.demo.noise import Noise
from exowatch.demo.renderer import markup, render

HOST = "www.canada.ca"
NEW_LAYOUT_STATE = 2  # the state from which the site-wide template is the newer one

_HTML = {"Content-Type": "text/html;charset=utf-8"}
_ROBOTS = """\
User-agent: *
Disallow: /en/*/search.html
Disallow: /fr/*/recherche.html
Disallow: /en/revenue-agency/sample-only.html
Disallow: /fr/agence-revenu/exemple-seulement.html
Disallow: /content/dam/canada/sample/
"""


@dataclass(frozen=True, slots=True)
class _Words:
    """What the template says in one language."""

    iso639_2: str
    department: str
    government: str
    other_name: str
    skip: str
    skip_about: str
    language_selection: str
    search: str
    you_are_here: str
    page_details: str
    date_modified: str
    about: str
    contact: str
    symbol: str
    not_found: str
    error_404: str
    nothing_here: str
    programs: str
    menu: tuple[str, ...]
    footer: tuple[str, ...]


_WORDS = {
    "en": _Words(
        "eng", "Health Canada", "Government of Canada", "Fran\u00e7ais", "Skip to main content",
        'Skip to "About government"', "Language selection", "Search", "You are here:", "Page details",
        "Date modified:", "About this site", "Contact us", "Symbol of the Government of Canada",
        "We couldn't find that Web page", "Error 404", "Sample error page: this address holds nothing.", "Programs",
        ("Jobs and the workplace", "Health", "Taxes", "Science and innovation"),
        ("Terms and conditions", "Privacy"),
    ),
    "fr": _Words(
        "fra", "Sant\u00e9 Canada", "Gouvernement du Canada", "English", "Passer au contenu principal",
        "Passer \u00e0 \u00ab \u00c0 propos du gouvernement \u00bb", "S\u00e9lection de la langue", "Recherche",
        "Vous \u00eates ici :", "D\u00e9tails de la page", "Date de modification :", "\u00c0 propos de ce site",
        "Contactez-nous", "Symbole du gouvernement du Canada", "Nous ne pouvons trouver cette page Web",
        "Erreur 404", "Exemple de page d\u2019erreur : cette adresse ne contient rien.", "Programmes",
        ("Emplois et milieu de travail", "Sant\u00e9", "Imp\u00f4ts", "Science et innovation"),
        ("Avis", "Confidentialit\u00e9"),
    ),
}  # fmt: skip


def answer(state: int, moment: datetime, url: str, noise: Noise) -> WorldAnswer:
    path = urlsplit(url).path
    if path == "/robots.txt":
        return WorldAnswer(200, {"Content-Type": "text/plain;charset=utf-8"}, _ROBOTS.encode())
    for section in (EN_PROGRAMS, FR_PROGRAMS):
        if path == f"{section}.sitemap.xml":
            return WorldAnswer(
                200, {"Content-Type": "application/xml;charset=utf-8"}, _sitemap(state, section).encode()
            )
    for notice in served(state):
        if path == notice.path:
            return WorldAnswer(200, _HTML, _page(state, moment, notice, noise).encode())
    return WorldAnswer(404, _HTML, _not_found(state, moment, path, noise).encode())


def _sitemap(state: int, section: str) -> str:
    below = [notice for notice in served(state) if notice.path.startswith((f"{section}.html", f"{section}/"))]
    entries = [f"<url><loc>{n.url}</loc><lastmod>{n.modified_on(state)}</lastmod></url>" for n in below]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + "".join(entries) + "</urlset>\n"
    )


def _page(state: int, moment: datetime, notice: Notice, noise: Noise) -> str:
    child = "avis" if notice.language == "fr" else "notice"
    body = render(
        f"notices/{notice.text}.html", state=state, notice=f"{notice.path.removesuffix('.html')}/{child}.html"
    )
    page = render(
        "pages/canada_page.html",
        **_template_values(state, moment, notice.language, notice.path, noise),
        title=notice.title(state), own_url=notice.url, pair_path=notice.pair,
        pair_url=f"https://{HOST}{notice.pair}" if notice.pair else "", description=notice.description,
        issued=notice.issued.isoformat(), modified=notice.modified_on(state).isoformat(),
        crumbs=(*_crumbs(notice.language), *notice.crumbs), body=markup(noise.roughen(body)),
    )  # fmt: skip
    return _shifted(state, page, noise)


def _not_found(state: int, moment: datetime, path: str, noise: Noise) -> str:
    language = "fr" if path.startswith("/fr") else "en"
    page = render(
        "pages/canada_not_found.html",
        **_template_values(state, moment, language, "404", noise),
        title=_WORDS[language].not_found, own_url="", pair_path="", pair_url="", description="", issued="",
        modified="", crumbs=(),
    )  # fmt: skip
    return _shifted(state, page, noise)


def _template_values(state: int, moment: datetime, language: str, path: str, noise: Noise) -> dict[str, object]:
    return {
        "language": language,
        "other_language": "en" if language == "fr" else "fr",
        "words": _WORDS[language],
        "noise": noise,
        "moment": int(moment.astimezone(UTC).timestamp()),
        "new_layout": state >= NEW_LAYOUT_STATE,
        # The reference came with the newer template and has stayed the same for each page since.
        "page_ref": Noise("page-ref", path).letters(120) if state >= NEW_LAYOUT_STATE else "",
    }


def _crumbs(language: str) -> tuple[tuple[str, str], ...]:
    section = FR_PROGRAMS if language == "fr" else EN_PROGRAMS
    department = section.rpartition("/")[0]
    return ((_WORDS[language].department, f"{department}.html"), (_WORDS[language].programs, f"{section}.html"))


def _shifted(state: int, page: str, noise: Noise) -> str:
    return noise.mixed_line_ends(page, 96 if state >= NEW_LAYOUT_STATE else 85)

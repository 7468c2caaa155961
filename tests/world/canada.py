"""The Canadian sites of the stand-in: canada.ca pages with sitemaps, the news, and the recalls with their files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape
from urllib.parse import parse_qsl, urlsplit

from exowatch.demo import canada_pages
from exowatch.demo.answer import WorldAnswer
from exowatch.demo.noise import Noise
from exowatch.demo.renderer import markup
from tests.world.documents import NOTICES, RECALLS, Paper
from tests.world.fda import body, table
from tests.world.templates import render

PAGES, NEWS, RECALL_SITE = "www.canada.ca", "api.io.canada.ca", "recalls-rappels.canada.ca"
SECTIONS = {"en": "/en/health-canada/programs", "fr": "/fr/sante-canada/programmes"}
OPEN_DATA = "/sites/default/files/opendata-donneesouvertes"
FILES = {f"{OPEN_DATA}/HCRSAMOpenData.json": "en", f"{OPEN_DATA}/SCRSAMDonneesOuvertes.json": "fr"}
_HTML = {"Content-Type": "text/html;charset=utf-8"}
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_ROBOTS = WorldAnswer(200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /en/*/search.html\n")


# Notices


def notice_path(paper: Paper) -> str:
    return f"{SECTIONS[paper.language]}/{paper.slug}.html"


def notices(papers: Sequence[Paper], url: str, moment: datetime, noise: Noise) -> WorldAnswer:
    """www.canada.ca: pages in both languages and the sitemaps of their sections."""
    path = urlsplit(url).path
    mine = [paper for paper in papers if paper.source == NOTICES]
    if path == "/robots.txt":
        return _ROBOTS
    for language, section in SECTIONS.items():
        if path == f"{section}.sitemap.xml":
            places = [f"https://{PAGES}{section}.html"]
            places += [f"https://{PAGES}{notice_path(paper)}" for paper in mine if paper.language == language]
            return sitemap(places)
    for paper in mine:
        if path == notice_path(paper):
            return WorldAnswer(200, _HTML, notice_page(paper, mine, moment, noise).encode())
    shell = _shell("en", "404", moment, noise)
    missing = render("pages/canada_not_found.html", **shell, **_head("We couldn't find that Web page"), crumbs=())
    return WorldAnswer(404, _HTML, missing.encode())


def sitemap(places: Sequence[str]) -> WorldAnswer:
    entries = "".join(f"<url><loc>{escape(place)}</loc><lastmod>2025-06-01</lastmod></url>" for place in places)
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    return WorldAnswer(
        200, {"Content-Type": "application/xml"}, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
    )


def notice_page(paper: Paper, papers: Sequence[Paper], moment: datetime, noise: Noise) -> str:
    path = notice_path(paper)
    below = "".join(
        f'<p><a href="{notice_path(other)}">The matter itself</a></p>'
        for other in papers
        if notice_path(other).startswith(path.removesuffix(".html") + "/")
    )
    twin = next((notice_path(other) for other in papers if other.slug == paper.pair), "")
    page = render(
        "pages/canada_page.html",
        **_shell(paper.language, path, moment, noise),
        **_head(paper.title, path, twin, paper.day.isoformat()),
        crumbs=(("Sample section", "/en/sample.html"), *([(paper.menu, "/en/sample-menu.html")] if paper.menu else [])),
        body=markup(noise.roughen(body(paper) + below)),
    )
    return noise.mixed_line_ends(page, 90)


def _head(title: str, path: str = "", twin: str = "", day: str = "") -> dict[str, object]:
    return {
        "title": title,
        "own_url": f"https://{PAGES}{path}" if path else "",
        "pair_path": twin,
        "pair_url": f"https://{PAGES}{twin}" if twin else "",
        "description": "",
        "issued": day,
        "modified": day,
    }


def _shell(language: str, path: str, moment: datetime, noise: Noise) -> dict[str, object]:
    return {
        "language": language,
        "other_language": "en" if language == "fr" else "fr",
        "words": canada_pages._WORDS[language],
        "noise": noise,
        "moment": int(moment.timestamp()),
        "new_layout": True,
        "page_ref": Noise("page-ref", path).letters(120),
    }


def news(papers: Sequence[Paper], url: str) -> WorldAnswer:
    """api.io.canada.ca: the news items of a department, each with its teaser."""
    path = urlsplit(url).path
    if path == "/robots.txt":
        return WorldAnswer(404)
    language = "fr" if "/fr/" in path else "en"
    entries = [
        {
            "title": f"Sample news {paper.number}",
            "link": f"https://{PAGES}{notice_path(paper)}",
            "teaser": "A sample consultation on exosomes." if "news" in paper.slug else "About vans.",
            "publishedDate": f"{paper.day.isoformat()}T13:00:00.000Z",
            "type": "newsreleases",
        }
        for paper in papers
        if paper.source == NOTICES and paper.language == language
    ]
    return WorldAnswer(200, _JSON, json.dumps({"feed": {"entry": entries}}).encode())


# Recalls


def recall_path(paper: Paper) -> str:
    return f"/fr/avis-rappel/{paper.slug}" if paper.language == "fr" else f"/en/alert-recall/{paper.slug}"


def recalls(papers: Sequence[Paper], url: str, noise: Noise) -> WorldAnswer:
    """recalls-rappels.canada.ca: the files of both languages, the search, and the notices in two layouts."""
    parts = urlsplit(url)
    mine = [paper for paper in papers if paper.source == RECALLS]
    if parts.path == "/robots.txt":
        return WorldAnswer(200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /search/\n")
    if parts.path in FILES:
        return recall_file(mine, FILES[parts.path])
    if parts.path.endswith("/search/site"):
        return _search(mine, dict(parse_qsl(parts.query)).get("search_api_fulltext", ""))
    for paper in mine:
        if parts.path == f"/{paper.language}/node/{paper.number}":
            return WorldAnswer(302, {"Location": recall_path(paper)})
        # A notice that was never translated stands in the other language too, with its own text.
        if parts.path in (recall_path(paper), f"/en/node/{paper.number}", f"/fr/node/{paper.number}"):
            return WorldAnswer(200, _HTML, recall_page(paper, noise).encode())
    return WorldAnswer(404, _HTML, b"<!doctype html><html><head><title>Page not found</title></head></html>")


COLUMNS = {
    "en": ("Title", "Product", "Issue", "What you should do", "Category", "Recall class", "Last updated", "Archived"),
    "fr": ("Titre", "Produit", "Problème", "Ce que vous devriez faire", "Catégorie", "Classe de rappel",
           "Dernière mise à jour", "Archivé"),
}  # fmt: skip


def recall_file(papers: Sequence[Paper], language: str) -> WorldAnswer:
    """The open-data file of one language; a notice written in one of them stands in both."""
    rows = [recall_row(paper, language) for paper in papers]
    return WorldAnswer(200, {**_JSON, "Last-Modified": "Tue, 03 Jun 2025 02:20:00 GMT"},
                       json.dumps(rows, ensure_ascii=False).encode())  # fmt: skip


def recall_row(paper: Paper, language: str) -> dict[str, str | None]:
    url = f"https://{RECALL_SITE}" + (
        recall_path(paper) if paper.language == language else f"/{language}/node/{paper.number}"
    )
    unit = ("Communications and Public Affairs Branch", "Drugs and health products")[paper.number % 2]
    values = (f"  {paper.title} ", None, "Unauthorized product", "", "Drugs", "--", paper.day.isoformat(), "0")
    row: dict[str, str | None] = {"NID": str(paper.number), "URL": url, "Organization": unit}
    return {**row, **dict(zip(COLUMNS[language], values, strict=True))}


def _search(papers: Sequence[Paper], words: str) -> WorldAnswer:
    found = [paper for paper in papers if words.lower() in paper.words.lower()]
    cards = "".join(
        f'<div class="views-row"><span class="homepage-recent"><a href="{recall_path(paper)}">{escape(paper.title)}</a>'
        f'</span><span class="ar-type">Alert|Public advisory | {paper.day}</span></div>'
        for paper in found
    )
    page = (
        '<!doctype html><html lang="en"><head><title>Search</title></head><body><main><form>'
        f'<input name="search_api_fulltext" value="{escape(words)}"></form>'
        f"<p>Displaying 1 - {len(found)} of {len(found)} items.</p>{cards}</main></body></html>"
    )
    return WorldAnswer(200, _HTML, page.encode())


def recall_page(paper: Paper, noise: Noise) -> str:
    template = "recall_old.html" if paper.old_layout else "recall.html"
    text = "".join(f"<p>{words}</p>" for words in paper.text)
    return render(template, paper=paper, noise=noise, path=recall_path(paper), text=markup(noise.roughen(text)),
                  table=markup(table(paper.rows)))  # fmt: skip

"""api.io.canada.ca as the demo has it: a few news items per language, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from exowatch.demo import canada_notices as notices
from exowatch.demo.answer import WorldAnswer
from exowatch.demo.canada_notices import Notice

HOST = "api.io.canada.ca"
_JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class _Item:
    language: str
    title: str
    about: Notice
    teaser: str
    published: str
    first_state: int = 0


_ITEMS = (
    _Item("en", "Sample news: Twelve vans for remote nursing stations", notices.ELECTRIC,
          "Vaccines travel by EV in this sample program.", "2024-10-15T14:00:00.000Z"),
    _Item("en", "Sample news: Plasma is not a facial", notices.PLASMA,
          "Salons that inject plasma are reminded of the rules.", "2024-08-02T15:30:00.000Z"),
    _Item("en", "Sample news: Have your say on human-derived exosomes in skin products", notices.CONSULTATION,
          "A sample consultation on topical products is open until October 21.", "2025-08-14T13:00:00.000Z", 1),
    _Item("en", "Sample news: The list of programs has moved", notices.PROGRAMS,
          "All sample programs now stand on one page.", "2025-09-30T12:00:00.000Z", 2),
    _Item("fr", "Exemple de nouvelle : Douze fourgonnettes pour les postes infirmiers", notices.PROGRAMS_FR,
          "Les vaccins voyagent autrement dans ce programme d\u2019exemple.", "2024-10-15T14:00:00.000Z"),
    _Item("fr", "Exemple de nouvelle : Votre avis sur les exosomes d\u2019origine humaine dans les produits pour la peau",
          notices.CONSULTATION_FR, "Un exemple de consultation est ouvert jusqu\u2019au 21 octobre.",
          "2025-08-14T13:00:00.000Z", 1),
    _Item("fr", "Exemple de nouvelle : La liste des programmes a chang\u00e9 de place", notices.PROGRAMS_FR,
          "Tous les programmes d\u2019exemple sont maintenant sur une seule page.", "2025-09-30T12:00:00.000Z", 2),
)  # fmt: skip


def answer(state: int, url: str) -> WorldAnswer:
    parts = urlsplit(url)
    for language in ("en", "fr"):
        if parts.path == f"/io-server/gc/news/{language}/v2":
            return _feed(state, language, dict(parse_qsl(parts.query)))
    return WorldAnswer(404, _JSON, b'{"error":"not found"}')


def _feed(state: int, language: str, query: dict[str, str]) -> WorldAnswer:
    since = query.get("publishedDate>", "")
    of_kind = query.get("type", "newsreleases") == "newsreleases"
    found = [
        i for i in _ITEMS if i.language == language and i.first_state <= state and i.published >= since and of_kind
    ]
    newest_first = sorted(found, key=lambda item: item.published, reverse=True)
    entries = [_entry(item) for item in newest_first[: _count(query)]]
    return WorldAnswer(200, _JSON, json.dumps({"feed": {"entry": entries}}, ensure_ascii=False).encode())


def _count(query: dict[str, str]) -> int:
    wanted = query.get("pick", query.get("limit", ""))
    return int(wanted) if wanted.isdigit() else 100


def _entry(item: _Item) -> dict[str, str]:
    return {
        "title": item.title,
        "link": item.about.url,
        "teaser": item.teaser,
        "publishedDate": item.published,
        "type": "newsreleases",
    }

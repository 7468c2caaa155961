"""www.fda.gov of the stand-in: letters and their list, guidance with its static list and PDFs, safety pages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from urllib.parse import parse_qsl, urlsplit

from exowatch.demo.answer import WorldAnswer
from exowatch.demo.fda_letters import LETTERS_PATH, LIST_PATH, Letter
from exowatch.demo.noise import Noise
from exowatch.demo.renderer import markup
from tests.world.documents import GUIDANCE, LETTERS, SAFETY, Paper, plain
from tests.world.pdf import pdf
from tests.world.templates import render

HOST = "www.fda.gov"
SITE = f"https://{HOST}"
DATA_PATH = "/datatables/views/ajax"
GUIDANCE_LIST = "/files/api/datatables/static/search-for-guidance.json"
GUIDANCE_PATH = "/regulatory-information/search-fda-guidance-documents"
SAFETY_PATH = "/vaccines-blood-biologics/safety-availability-biologics"
ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /search/\n"
_HTML = {"Content-Type": "text/html; charset=UTF-8", "Cache-Control": "max-age=300, public"}
_JSON = {"Content-Type": "application/json"}


def path(paper: Paper) -> str:
    """Where the page of a document stands."""
    if paper.source == LETTERS:
        return f"{LETTERS_PATH}/{paper.slug}-{paper.number}-{paper.day:%m%d%Y}"
    return f"{GUIDANCE_PATH if paper.source == GUIDANCE else SAFETY_PATH}/{paper.slug}"


def file_path(paper: Paper) -> str:
    return f"/media/{paper.number}/download"


def answer(papers: Sequence[Paper], method: str, url: str, body: bytes, noise: Noise) -> WorldAnswer:
    parts = urlsplit(url)
    if parts.path == "/robots.txt":
        return WorldAnswer(200, {"Content-Type": "text/plain; charset=UTF-8"}, ROBOTS.encode())
    if parts.path == DATA_PATH:
        form = body.decode("utf-8", "replace") if method == "POST" else ""
        return letter_rows(papers, dict(parse_qsl(parts.query) + parse_qsl(form)))
    if parts.path == GUIDANCE_LIST:
        return guidance_rows(papers)
    for paper in papers:
        if parts.path == path(paper):
            return WorldAnswer(200, _HTML, page(paper, noise).encode())
        if paper.file and parts.path == file_path(paper):
            return WorldAnswer(200, {"Content-Type": "application/pdf"}, pdf(paper.file, header=paper.title))
    missing = render(
        "pages/fda_not_found.html", **_shell("Page Not Found", "system/404", noise), body_class="path-system"
    )
    return WorldAnswer(404, _HTML, missing.encode())


# Lists


def letter_rows(papers: Sequence[Paper], query: Mapping[str, str]) -> WorldAnswer:
    """A page of the list of letters, in the form of the site's own data tables."""
    words = query.get("search_api_fulltext", "").lower().split()
    found = [p for p in papers if p.source == LETTERS and all(word in p.words.lower() for word in words)]
    found.sort(key=lambda paper: paper.day, reverse=True)
    return rows_answer([cells(paper) for paper in found], query)


def rows_answer(rows: Sequence[Sequence[str]], query: Mapping[str, str], total: int | None = None) -> WorldAnswer:
    """The rows that a query asks for; `total` is what the list declares, the truth unless said."""
    start, length = int(query.get("start", 0)), min(int(query.get("length", 10)), 500)
    declared = len(rows) if total is None else total
    given = {"draw": 1, "recordsTotal": declared, "recordsFiltered": declared, "data": rows[start : start + length]}
    return WorldAnswer(200, _JSON, json.dumps(given).encode())


def cells(paper: Paper) -> list[str]:
    day = paper.day
    time = f'<time datetime="{day.isoformat()}T04:00:00Z">{day:%m/%d/%Y}</time>\n'
    link = f'<a href="{path(paper)}">{escape(paper.title)}</a>'
    return [time, time, link, "Center for Sample Review", "Sample subject<br />\n", "", "", ""]


def guidance_rows(papers: Sequence[Paper]) -> WorldAnswer:
    """The static list of guidance documents, escaped as the site escapes it."""
    text = json.dumps([guidance_row(p) for p in papers if p.source == GUIDANCE], ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04X}")
    return WorldAnswer(200, _JSON, text.replace("/", "\\/").encode())


def guidance_row(paper: Paper) -> dict[str, str]:
    media = f'<a href="{file_path(paper)}">PDF (1.2 KB)<span class="sr-only">of {escape(paper.title)}</span></a>'
    return {
        "title": f'<a href="{path(paper)}">{escape(paper.title)}</a>',
        "field_associated_media_2": media if paper.file else "",
        "field_issue_datetime": f"{paper.day:%m/%d/%Y}",
        "field_issuing_office_taxonomy": "CBER<br><br>CDER",
        "field_health_topics": "",
        "term_node_tid": "Administrative / Procedural",
        "field_topics": "",
        "topics-product": "Administrative / Procedural",
        "field_final_guidance_1": "Draft" if paper.number % 2 else "Final",
        "open-comment": "  No ",
        "field_comment_close_date": "",
        "field_docket_number": f'<a href="https://www.regulations.gov/docket/FDA-2025-D-{paper.number % 9999:04}">'
        f"FDA–2025–D–{paper.number % 9999:04}</a>",
        "field_communication_type": "Guidance Document",
        "field_center": "CBER",
        "field_regulated_product_field": "Biologics",
        "changed": f'<time datetime="{paper.day.isoformat()}T10:00:00-04:00">{paper.day} 10:00</time>\n',
    }


# Pages


def page(paper: Paper, noise: Noise) -> str:
    """The page of a document, with everything that changes from one look to the next drawn from `noise`."""
    return _letter(paper, noise) if paper.source == LETTERS else _plain(paper, noise)


def _letter(paper: Paper, noise: Noise) -> str:
    day = paper.day
    letter = Letter(
        company=paper.title, stem=paper.slug, number=paper.number, issued=day, posted=day, office="", subject="",
        product="Biologics", recipient="Ms. Ida Mockup", position="Owner", node=paper.number, menu_entry=paper.menu,
    )  # fmt: skip
    title = f"{paper.title} - {paper.number} - {day:%m/%d/%Y}"
    return render(
        "pages/fda_letter.html",
        **_shell(title, f"node/{paper.number}", noise),
        body_class="role-anonymous path-node page-node-type-warning-letter has-glyphicons",
        letter=letter, path=path(paper), node=paper.number, dated=day, current=day, published=_published(day),
        label="WARNING LETTER", close_out=False, menu_entry=paper.menu, letters_path=LETTERS_PATH,
        office="Center for Sample Review", product="Biologics", description="Sample subject",
        linked_data=markup(json.dumps({"@type": "Article", "headline": title})), body=markup(noise.roughen(body(paper))),
    )  # fmt: skip


def _plain(paper: Paper, noise: Noise) -> str:
    return render(
        "fda_plain.html",
        **_shell(paper.title, f"node/{paper.number}", noise),
        body_class="role-anonymous path-node page-node-type-article has-glyphicons",
        paper=paper, path=path(paper), file=file_path(paper) if paper.file else "", published=_published(paper.day),
        guidance=paper.source == GUIDANCE, safety=paper.source == SAFETY, body=markup(noise.roughen(body(paper))),
    )  # fmt: skip


def body(paper: Paper) -> str:
    """The text of a document as markup."""
    paragraphs = "".join(f"<p>{words}</p>" for words in paper.text)
    return paragraphs + table(paper.rows)


def table(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head, *rest = rows
    lines = ["".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rest]
    return '<table class="table table-bordered">' + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _published(day: date) -> str:
    return f"{day:%a, %m/%d/%Y} - 09:20"


def _shell(title: str, current_path: str, noise: Noise) -> dict[str, object]:
    settings = {
        "path": {"baseUrl": "/", "currentPath": current_path, "currentLanguage": "en"},
        "user": {"uid": 0, "permissionsHash": noise.hex(64)},
    }
    shown = re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04X}", json.dumps(settings))
    return {"state": 1, "title": plain(title), "noise": noise, "list_path": LIST_PATH, "settings": markup(shown)}

"""www.fda.gov as the demo has it: the list, its data, the letters, and the block of August."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from exowatch.demo import fda_letters as letters
from exowatch.demo.answer import WorldAnswer
from exowatch.demo.fda_letters import Letter
from exowatch.demo.noise import Noise
from exowatch.demo.renderer import markup, render, text_of

HOST = "www.fda.gov"
DATA_PATH = "/datatables/views/ajax"
APOLOGY_PATH = "/apology_objects/abuse-detection-apology.html"
BLOCKED_STATE = 1
COLUMNS = (
    "Posted Date", "Letter Issue Date", "Company Name", "Issuing Office", "Subject", "Response Letter",
    "Closeout Letter", "Excerpt",
)  # fmt: skip

_VIEW, _DISPLAY = "warning_letter_solr_index", "warning_letter_solr_block"
_LARGEST_LENGTH = 500
_HTML = {"Content-Type": "text/html; charset=UTF-8", "Cache-Control": "max-age=300, public"}
_ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /comment/reply/
Disallow: /filter/tips
Disallow: /node/add/
Disallow: /search/
Disallow: /user/login
"""


def answer(state: int, method: str, url: str, body: bytes, noise: Noise) -> WorldAnswer:
    parts = urlsplit(url)
    if parts.path == "/robots.txt":
        return WorldAnswer(200, {"Content-Type": "text/plain; charset=UTF-8"}, _ROBOTS.encode())
    if state == BLOCKED_STATE:
        return _blocked(parts.path)
    if parts.path == DATA_PATH:
        form = body.decode("utf-8", "replace") if method == "POST" else ""
        return _rows(state, dict(parse_qsl(parts.query) + parse_qsl(form)), noise)
    page = _page(state, parts.path, noise)
    return _html(200, page) if page else _html(404, _not_found(state, noise))


def _blocked(path: str) -> WorldAnswer:
    """The real block: whoever follows the redirect is told that the page does not exist."""
    headers = {"Server": "AkamaiGHost", "Content-Type": "text/html"}
    if path == APOLOGY_PATH:
        return WorldAnswer(404, headers, b"Not found\n")
    return WorldAnswer(302, {**headers, "Location": APOLOGY_PATH})


def _html(status: int, page: str) -> WorldAnswer:
    return WorldAnswer(status, _HTML, page.encode())


def _page(state: int, path: str, noise: Noise) -> str | None:
    if path == letters.LIST_PATH:
        return _list_page(state, noise)
    for letter in letters.listed(state):
        if path == letter.path:
            return _letter_page(state, letter, noise)
        if state == 2 and path == letter.close_out_path:
            return _close_out_page(state, letter, noise)
    return None


# The list and its data


def _list_page(state: int, noise: Noise) -> str:
    dom_id = noise.hex(64)
    view = {"view_name": _VIEW, "view_display_id": _DISPLAY, "view_args": "", "view_path": "/node/360089"}
    ajax = {"url": DATA_PATH, "data": {**view, "view_dom_id": dom_id, "pager_element": 0}}
    settings = {"datatables": {_VIEW: {"serverSide": True, "pageLength": 10, "ajax": ajax}}}
    return render(
        "pages/fda_list.html",
        **_shell(state, "Warning Letters", "node/360089", noise, **settings),
        body_class="role-anonymous path-node page-node-type-landing-page has-glyphicons",
        dom_id=dom_id,
        columns=COLUMNS,
    )


def _rows(state: int, query: Mapping[str, str], noise: Noise) -> WorldAnswer:
    if query.get("view_name") != _VIEW or query.get("view_display_id") != _DISPLAY:
        return _html(404, _not_found(state, noise))
    everything = letters.listed(state)
    found = [row for row in everything if _holds(row, query.get("search_api_fulltext", ""))]
    start = max(_number(query, "start", 0), 0)
    length = min(max(_number(query, "length", 10), 0), _LARGEST_LENGTH)
    data = [_cells(state, row) for row in found[start : start + length]]
    answer = {
        "draw": _number(query, "draw", 1),
        "recordsTotal": len(found),
        "recordsFiltered": len(found),
        "data": data,
    }
    headers = {"Content-Type": "application/json", "Cache-Control": "must-revalidate, no-cache, private"}
    return WorldAnswer(200, headers, _drupal_json(answer).encode())


def _number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    try:
        return int(query.get(name, otherwise))
    except ValueError:
        return otherwise


def _holds(letter: Letter, words: str) -> bool:
    """Whether the letter's visible text has a word that begins with each of the words asked for."""
    text = f"{letter.company} {visible_text(letter)}".casefold()
    return all(re.search(rf"\b{re.escape(word)}", text) for word in words.casefold().split())


def visible_text(letter: Letter) -> str:
    """The letter's text without markup; tags inside a word do not split it."""
    spaced = re.sub(r"</?(?:p|br|td|th|tr)\b[^>]*>", " ", text_of("letters", _text_name(letter)))
    return " ".join(unescape(re.sub(r"<[^>]*>", "", spaced)).split())


def _cells(state: int, letter: Letter) -> list[str]:
    link = f'<a href="{letter.path}">{letter.company}</a>'  # the site leaves "&" bare in this cell
    subject = letter.subject + ("<br />\n" if letter.broken_subject else "")
    closed = letter.close_out.posted if letter.close_out and state == 2 else None
    close_out = f'<a href="{letter.close_out_path}">{_time(closed)}</a>' if closed else ""
    posted = _time(letter.posted, letter.posted_clock)
    return [f"{posted}\n", f"{_time(letter.issued)}\n", link, letter.office, subject, "", close_out, ""]


def _time(day: date, clock: str = "") -> str:
    """The attribute is UTC, midnight Eastern for most rows; the text is the day that counts."""
    instant = clock or f"{day.isoformat()}T{'04' if _daylight_saving(day) else '05'}:00:00Z"
    return f'<time datetime="{instant}">{day:%m/%d/%Y}</time>'


def _daylight_saving(day: date) -> bool:
    return date(day.year, 3, 10) <= day < date(day.year, 11, 2)


# Letters


def _letter_page(state: int, letter: Letter, noise: Noise) -> str:
    current = letter.current_as_of if letter.current_as_of and state == 2 else letter.posted
    return _detail(
        state, letter, noise, path=letter.path, node=letter.node, dated=letter.issued, posted=letter.posted,
        current=current, label="WARNING LETTER", text=_text_name(letter), close_out=False,
    )  # fmt: skip


def _close_out_page(state: int, letter: Letter, noise: Noise) -> str:
    close_out = letter.close_out
    if close_out is None:
        raise LookupError(f"{letter.slug} has no close-out letter")
    return _detail(
        state, letter, noise, path=letter.close_out_path, node=close_out.node, dated=close_out.dated,
        posted=close_out.posted, current=close_out.posted, label="CLOSEOUT LETTER", text=close_out.body, close_out=True,
    )  # fmt: skip


def _detail(
    state: int, letter: Letter, noise: Noise, *, path: str, node: int, dated: date, posted: date, current: date,
    label: str, text: str, close_out: bool,
) -> str:  # fmt: skip
    title = f"{letter.company} - {letter.number} - {dated:%m/%d/%Y}"
    # The site's own "published" stamp moves by itself: in March 2025 it was renewed for years of letters.
    published = "Wed, 03/19/2025 - 10:02" if state == 2 and posted.year < 2025 else f"{posted:%a, %m/%d/%Y} - 09:20"
    linked_data = {"@context": "https://schema.org", "@graph": [{"@type": "Article", "headline": title}]}
    return render(
        "pages/fda_letter.html",
        **_shell(state, title, f"node/{node}", noise),
        body_class="role-anonymous path-node page-node-type-warning-letter has-glyphicons",
        letter=letter, path=path, node=node, dated=dated, current=current, published=published, label=label,
        close_out=close_out, menu_entry=letter.menu_entry, letters_path=letters.LETTERS_PATH,
        office=markup(letter.office), product=markup(letter.product),
        description=markup(letter.subject.replace("<br />", "")),
        linked_data=markup(json.dumps(linked_data, indent=4)), body=markup(noise.roughen(text_of("letters", text))),
    )  # fmt: skip


def _text_name(letter: Letter) -> str:
    return letter.stem.partition("-")[0]


def _not_found(state: int, noise: Noise) -> str:
    shell = _shell(state, "Page Not Found", "system/404", noise)
    return render("pages/fda_not_found.html", **shell, body_class="role-anonymous path-system has-glyphicons")


# What all pages share


def _shell(state: int, title: str, current_path: str, noise: Noise, **settings: object) -> dict[str, object]:
    known = {
        "path": {"baseUrl": "/", "currentPath": current_path, "currentLanguage": "en"},
        **settings,
        "user": {"uid": 0, "permissionsHash": noise.hex(64)},
    }
    return {
        "state": state,
        "title": title,
        "noise": noise,
        "list_path": letters.LIST_PATH,
        "settings": markup(_drupal_json(known)),
    }


def _drupal_json(value: object) -> str:
    r"""JSON in Drupal's spelling, where `<`, `>`, `&`, `'` and inner quotes are \u escapes.

    >>> _drupal_json(["<a href='/x'>"])
    '["\\u003Ca href=\\u0027\\/x\\u0027\\u003E"]'
    """
    text = json.dumps(value, separators=(",", ":"))
    for plain, escaped in (('\\"', "\\u0022"), ("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026"), ("'", "\\u0027")):
        text = text.replace(plain, escaped)
    return text.replace("/", "\\/")

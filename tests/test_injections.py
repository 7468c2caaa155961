"""Hostile text in every text of every page stays text: nothing runs, nothing speaks up, nothing is asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from reports import brief_forms, position
from reports.digest import Digest
from reports.links import is_web
from reports.pdf import render_pdf
from reports.render import render_html, render_text
from reports.visible import visible
from tests import test_brief, test_position_report
from tests.browser import Browser, the_browser  # noqa: F401  the fixture
from tests.injections import INJECTIONS
from tests.paper import Paper, needs_print
from tests.poison import poisoned
from tests.showcase import everything, framed

# Everything that is no text, in the page as the browser understood it.
OFFENCES = r"""() => {
  const never = 'script, iframe, frame, frameset, object, embed, applet, base, link, form, input, button, select,'
    + ' textarea, img, image, picture, source, video, audio, track, template, portal, dialog, math, foreignObject,'
    + ' use, animate, set, feImage, meta[http-equiv=refresh i], svg a, x';
  const found = [...document.querySelectorAll(never)].map(one => one.outerHTML.slice(0, 200));
  for (const one of document.querySelectorAll('*')) {
    for (const {name, value} of one.attributes) {
      const address = /^(href|src|srcset|srcdoc|action|formaction|data|poster|background|xlink:href|ping)$/i.test(name);
      if (/^on/i.test(name)) found.push(`${name}=${value}`);
      if (address && !(one.localName === 'a' && /^(https?:\/\/[\w.-]+(\/|$)|#|mailto:)/.test(value))) found.push(`${name}=${value}`);
      if (name === 'style' && /url|image|expression|binding|behavior/i.test(value)) found.push(`style=${value}`);
    }
  }
  const styles = document.querySelectorAll('style');
  if (styles.length !== 1 || /attacker|alert|@import/.test(styles[0].textContent)) found.push('another style');
  return found;
}"""
# With each run of the tests every eleventh, so that each family has its share; all of them with the slow ones.
SHARE = INJECTIONS[::11]


def pages(text: str) -> list[str]:
    """The pages and pieces of pages with this text for every text, and without the policy that would save us."""
    brief = poisoned(test_brief.brief(test_brief.LETTER, citations=test_brief.CITED), text)
    stands = poisoned(test_position_report.position(*test_position_report.EVERYTHING, sample_data=True), text)
    pieces = framed(brief_forms.to_html(brief) + str(position.render_html(stands)), "Pieces")
    made = [*map(render_html, digests(text)), pieces]
    return [re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page) for page in made]


def digests(text: str) -> list[Digest]:
    """With this text everywhere, of one source; and of our own sources, whose names decide what stands where."""
    told = poisoned(_EVERYTHING, text)
    return [
        replace(told, sources=told.sources[:1]),
        poisoned(_EVERYTHING, text, frozenset({"timezone", "source", "name"})),
    ]


_EVERYTHING = replace(everything(), changes=tuple(e for e in everything().changes if e.change.id != "long"))


def test_there_are_as_many_as_promised() -> None:
    assert len(set(INJECTIONS)) >= 250


@pytest.mark.parametrize(
    "texts", [pytest.param(SHARE, id="share"), pytest.param(INJECTIONS, id="all", marks=pytest.mark.slow)]
)
def test_in_a_browser_nothing_of_it_runs_speaks_or_asks(texts: tuple[str, ...], browser: Browser) -> None:
    offences: dict[str, list[str]] = {}
    with browser.open("") as opened:
        for text in texts:
            for page in pages(text):
                opened.show(page)
                if found := opened.ask(OFFENCES):
                    offences[text] = found
        opened.page.wait_for_timeout(200)

    assert offences == {}
    assert opened.dialogs == []
    assert opened.requests == []


def test_this_check_does_bite(browser: Browser) -> None:
    with browser.open("<style></style><p>x</p>") as opened:
        clean = opened.ask(OFFENCES)
        opened.show(
            "<style></style><img src=https://attacker.example/x.png onerror=alert(1)><a href=javascript:1>x</a>"
        )
        opened.page.wait_for_timeout(200)
        found = opened.ask(OFFENCES)

    assert clean == []
    assert len(found) == 4
    assert opened.dialogs == ["1"]
    assert opened.requests == ["https://attacker.example/x.png"]


@pytest.mark.parametrize(
    ("address", "may_link"),
    [
        ("https://www.fda.gov/a?b=1#c", True),
        ("http://www.canada.ca:8080/fr/santé", True),
        ("https://attacker.example\\@www.fda.gov/", False),
        ("https://www.fda.gov@attacker.example/", False),
        ("https://www.fda.gov\u2044.attacker.example/", False),
        ("https://\u0430pple.example/", False),
        ("https:///path", False),
        ("//www.fda.gov/", False),
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
    ],
)
def test_only_an_address_whose_host_is_what_it_seems_may_be_a_link(address: str, may_link: bool) -> None:
    assert is_web(address) is may_link


@pytest.mark.parametrize("text", SHARE)
def test_a_reader_sees_the_text_as_it_was_sent(text: str) -> None:
    for page in pages(text):
        shown = LexborHTMLParser(page).text()
        assert visible(text) in shown


@pytest.mark.slow
@pytest.mark.parametrize("text", INJECTIONS)
def test_another_parser_finds_nothing_in_it_either(text: str) -> None:
    for page in pages(text):
        assert offences_in(LexborHTMLParser(page)) == []


def offences_in(page: LexborHTMLParser) -> list[Any]:
    found: list[Any] = [node.html for node in page.css("script, iframe, object, embed, img, svg *, form, base, link")]
    for node in page.css("*"):
        found += [name for name in node.attributes if name.startswith("on")]
        found += [value for value in [node.attributes.get("href")] if value and not re.match(r"https?://|#", value)]
    return found


@needs_print
@pytest.mark.slow
@pytest.mark.parametrize("text", SHARE)
def test_paper_gets_no_action_but_links(text: str) -> None:
    inside = Paper(render_pdf(render_html(digests(text)[0]))).inside()

    assert not re.search(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|OpenAction|SubmitForm|GoToR)\b", inside)
    assert not [uri for uri in re.findall(rb"/URI ?\((.*?)\)", inside) if not uri.startswith((b"http://", b"https://"))]


@pytest.mark.parametrize("text", SHARE)
def test_the_text_form_lets_no_control_character_through(text: str) -> None:
    for told in digests(text):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", render_text(told))

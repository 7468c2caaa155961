"""Whether an answer is what was asked for: named guards in a fixed order, the first that objects decides.

A bot wall answers with redirects, with 404 and with 200; so what speaks of a wall is looked for before anything else is
believed, and only then does 404 mean that a document is gone. Reading the page is the last proof, and the reader's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from html import unescape

from crawler.source import Source
from store.archive import Answer
from store.records import Outcome, Part

PARTIAL = "partial"
"""The server closed the connection without saying how long the body is."""
CONDITIONAL = "conditional"
"""The request carried validators, so that 304 is an answer to it."""
GIVEN_UP = "given_up"
"""The server asked for more patience than a run has."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is instead of the document, by which guard, and why in a sentence."""

    outcome: Outcome
    guard: str
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """What the guards look at."""

    source: Source
    part: Part
    answer: Answer
    flags: frozenset[str]

    @property
    def content_type(self) -> str:
        return self.answer.header("content-type").partition(";")[0].strip().lower()

    @property
    def is_html(self) -> bool:
        start = self.answer.body[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if start.startswith(b"%pdf-"):  # whatever the server calls it
            return False
        return "html" in self.content_type or start.startswith((b"<!doctype html", b"<html", b"<head"))

    @property
    def title(self) -> str:
        """The page's own title, from its first bytes: a bound for the pattern, and enough for every wall."""
        if not self.is_html:
            return ""
        found = re.search(rb"<title[^>]{0,200}>([^<]{0,300})", self.answer.body[:65536], re.IGNORECASE)
        return " ".join(unescape(found.group(1).decode("utf-8", "replace")).split()) if found else ""


Guard = Callable[[Case], tuple[Outcome, str] | None]


def judge(
    source: Source,
    part: Part,
    answer: Answer,
    flags: frozenset[str] = frozenset(),
    without: Collection[Guard] = (),
) -> Verdict | None:
    """What is wrong with an answer; None when nothing is. `without` names guards that do not apply."""
    case = Case(source, part, answer, flags)
    for guard in GUARDS:
        objection = guard(case) if guard not in without else None
        if objection is not None:
            outcome, reason = objection
            return Verdict(outcome, guard.__name__, reason)
    return None


WALL_PATHS = re.compile(r"/apology_objects/|/(abuse-detection|excessive-requests)-apology", re.IGNORECASE)
WALL_TITLES = re.compile(
    r"fda apology|access denied|attention required!|just a moment|request rejected|pardon our interruption"
    r"|human verification|security check(point)?\b|are you a (robot|human)|bot verification|(403 )?forbidden$"
    r"|(error )?429|too many requests|unusual (traffic|activity)|access to this page has been denied"
    r"|error: the request could not be satisfied|(sucuri|radware|bot manager)\b|web page blocked|verification required"
    r"|one more step|you are now in line|your access to this (site|page|service) has been|internet security by",
    re.IGNORECASE,
)
WALL_WORDS = re.compile(
    rb"apology_objects|abuse-detection-apology|_incapsula_resource|incapsula incident|awswaf|cf-chl-|cf_chl_opt"
    rb"|g-recaptcha|h-captcha|px-captcha|captcha-delivery|verify (that )?you are (a )?human|support id is:"
    rb"|errors\.edgesuite\.net|sec-if-cpt-container|/_sec/cp_challenge|bm-verify=",
    re.IGNORECASE,
)
ERROR_TITLES = re.compile(
    r"fda internet site error|site error|internal server error|((502|503|504) )?(service (temporarily )?unavailable"
    r"|bad gateway|gateway time-?out|backend fetch failed)|site (under|is (down|offline|undergoing))"
    r"|(site |scheduled |down for )?maintenance\b|sorry\b|(nous sommes )?désolé|(service|page|site) temporairement"
    r"|log ?in\b|sign in\b|ouvrir une session|before you continue|avant de continuer",
    re.IGNORECASE,
)
ERROR_WORDS = re.compile(rb"the website encountered an unexpected error|guru meditation", re.IGNORECASE)
SHORT_PAGE = 16 * 1024
"""Longer pages than this are no walls: a letter may speak of a captcha."""
LEAST_PAGE = 200
BEHIND_PAGE = 8 * 1024
"""Delivery networks and caches write scripts and comments behind a page's end, up to so many bytes."""


def is_wall(url: str) -> bool:
    """Whether an address is where a bot wall sends those it does not like."""
    return WALL_PATHS.search(url.partition("?")[0]) is not None


def may_follow(source: Source, location: str, earlier: tuple[str, ...], limit: int) -> bool:
    """Whether a redirect leads somewhere worth asking; where it does not, the guards say what it means."""
    fresh = len(earlier) <= limit and location not in earlier
    return fresh and source.allows(location) and not is_wall(location)


def sent_to_a_wall(case: Case) -> tuple[Outcome, str] | None:
    addresses = (*case.answer.redirects, case.answer.final_url)
    wall = next((address for address in addresses if is_wall(address)), "")
    return (Outcome.BLOCKED, f"answered {case.answer.status}, redirected to {wall}") if wall else None


def refused(case: Case) -> tuple[Outcome, str] | None:
    if case.answer.status in (401, 403, 407, 429, 451):
        patience = case.answer.header("retry-after")
        asked = f", to be asked again after {patience}" if patience else ""
        return Outcome.BLOCKED, f"answered {case.answer.status}{_titled(case)}{asked}"
    return None


def told_to_wait(case: Case) -> tuple[Outcome, str] | None:
    if GIVEN_UP in case.flags:
        patience = case.answer.header("retry-after")
        return Outcome.BLOCKED, f"answered {case.answer.status}, to be asked again after {patience}"
    return None


def wall_page(case: Case) -> tuple[Outcome, str] | None:
    if WALL_TITLES.match(case.title):
        return Outcome.BLOCKED, f"answered {case.answer.status} with a page titled {case.title!r}"
    short = case.answer.body if len(case.answer.body) <= SHORT_PAGE else b""
    words = WALL_WORDS.search(short) if case.is_html else None
    if words:
        return Outcome.BLOCKED, f"answered {case.answer.status} with a short page that says {words.group().decode()!r}"
    return None


def edge_refusal(case: Case) -> tuple[Outcome, str] | None:
    """An error page by the content network itself, which knows nothing of documents: not gone, only not shown."""
    if case.answer.status >= 400 and case.answer.header("server") == "AkamaiGHost" and len(case.answer.body) < 1024:
        return Outcome.BLOCKED, f"answered {case.answer.status} by AkamaiGHost, not by the site"
    return None


def off_site(case: Case) -> tuple[Outcome, str] | None:
    outside = next((a for a in (*case.answer.redirects, case.answer.final_url) if not case.source.allows(a)), "")
    return (Outcome.OFF_SITE, f"redirected to {outside}, outside {case.source.name}") if outside else None


def not_modified(case: Case) -> tuple[Outcome, str] | None:
    if case.answer.status != 304:
        return None
    if CONDITIONAL in case.flags:
        return Outcome.NOT_MODIFIED, ""
    return Outcome.HTTP_ERROR, "answered 304 to a request without validators"


def gone(case: Case) -> tuple[Outcome, str] | None:
    """The document itself is gone, and not only what it now redirects to."""
    if case.answer.status in (404, 410):
        elsewhere = another_page(case)
        return elsewhere or (Outcome.GONE, f"answered {case.answer.status}{_titled(case)}")
    return None


def endless_redirect(case: Case) -> tuple[Outcome, str] | None:
    if 300 <= case.answer.status < 400:
        hops = len(case.answer.redirects)
        return Outcome.HTTP_ERROR, f"answered {case.answer.status}; given up after {hops} redirects"
    return None


def http_error(case: Case) -> tuple[Outcome, str] | None:
    if case.answer.status != 200:
        return Outcome.HTTP_ERROR, f"answered {case.answer.status}{_titled(case)}"
    return None


def cut_off(case: Case) -> tuple[Outcome, str] | None:
    """A page, list or file without its end mark, even where the wire says that it is whole: caches keep cut bodies, and
    a cut gzip unpacks without a word."""
    known = case.is_html or "json" in case.content_type or "xml" in case.content_type
    if case.answer.body.strip() and (known or PARTIAL in case.flags) and not _has_its_end(case):
        size = len(case.answer.body)
        return Outcome.TRUNCATED, f"the body breaks off after {size} bytes, without the end mark of its kind"
    return None


def error_page(case: Case) -> tuple[Outcome, str] | None:
    if len(case.answer.body) > SHORT_PAGE or not case.is_html:
        return None
    if ERROR_TITLES.match(case.title):
        return Outcome.SOFT_ERROR, f"answered 200 with a page titled {case.title!r}"
    words = ERROR_WORDS.search(case.answer.body)
    return (
        (Outcome.SOFT_ERROR, f"answered 200 with a short page that says {words.group().decode()!r}") if words else None
    )


def no_page(case: Case) -> tuple[Outcome, str] | None:
    """What is asked for as a page is one: walls and gateways also answer with JSON, XML or a line of text."""
    if case.part is Part.PAGE and case.answer.body.strip() and not case.is_html:
        kind = case.content_type or "no content type"
        return Outcome.SOFT_ERROR, f"answered 200 with {kind} where a page was expected"
    return None


def no_file(case: Case) -> tuple[Outcome, str] | None:
    """A PDF proves itself by its first bytes; where it hides them behind others, by what the server calls it."""
    if case.part is not Part.FILE or b"%PDF-" in case.answer.body[:1024]:
        return None
    if case.content_type == "application/pdf" and not case.is_html:
        return None
    kind = case.content_type or "no content type"
    return Outcome.SOFT_ERROR, f"answered 200 with {kind}{_titled(case)} where a PDF was expected"


def another_page(case: Case) -> tuple[Outcome, str] | None:
    """A redirect within the site to something that is no document of this source: a home page, a consent page."""
    # A file may stand anywhere on the site, and has proved itself by its bytes.
    if case.part is not Part.PAGE or not case.answer.redirects or case.source.owns(case.answer.final_url):
        return None
    return Outcome.SOFT_ERROR, f"redirected to {case.answer.final_url}, which is no document of {case.source.name}"


def too_short(case: Case) -> tuple[Outcome, str] | None:
    least = LEAST_PAGE if case.part is Part.PAGE else 1
    size = len(case.answer.body.strip())
    if size < least:
        return Outcome.SOFT_ERROR, f"answered 200 with {size} bytes"
    return None


GUARDS: tuple[Guard, ...] = (
    sent_to_a_wall,
    refused,
    told_to_wait,
    wall_page,
    edge_refusal,
    off_site,
    not_modified,
    gone,
    endless_redirect,
    http_error,
    error_page,
    no_page,
    no_file,
    cut_off,
    another_page,
    too_short,
)


def _titled(case: Case) -> str:
    return f" ({case.title!r})" if case.title else ""


def _has_its_end(case: Case) -> bool:
    """Whether a body of unknown length ends as its kind does."""
    end = case.answer.body[-BEHIND_PAGE:].rstrip().lower()
    if case.is_html:
        return b"</html" in end and end.endswith(b">")
    end = end[-1024:]
    if "json" in case.content_type:
        return end.endswith((b"}", b"]"))
    if "xml" in case.content_type:
        return re.search(rb"</(\w+:)?(urlset|sitemapindex|rss|feed)>$", end) is not None
    pdf = case.content_type == "application/pdf" or case.part is Part.FILE
    return pdf and b"%%eof" in end

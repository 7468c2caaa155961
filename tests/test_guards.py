"""What an answer is when it is not the document."""

from datetime import UTC, datetime

import pytest

from crawler import guards
from crawler.guards import CONDITIONAL, GIVEN_UP, PARTIAL, judge
from crawler.source import Source
from store.archive import Answer
from store.records import Outcome, Part
from tests.world.crawling import Notices

BASE = "https://notices.example"
SOURCE = Notices({"base": BASE})
ASKED = f"{BASE}/notices/a"
WALL = f"{BASE}/apology_objects/abuse-detection-apology.html"
GOOD = (
    "<!doctype html><html lang=en><head><title>A notice</title></head><body><main>"
    + "Words. " * 60
    + "</main></body></html>"
)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def answer(
    body: str | bytes = GOOD,
    status: int = 200,
    *redirects: str,
    final: str = "",
    content_type: str = "text/html",
    **headers: str,
) -> Answer:
    named = {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    data = body.encode() if isinstance(body, str) else body
    last = final or (redirects[-1] if redirects and status == 200 else ASKED)
    return Answer(ASKED, last, status, tuple(named.items()), data, datetime(2025, 8, 20, tzinfo=UTC), redirects)


def titled(title: str, words: str = "Sorry. " * 60) -> str:
    return f"<html><head><title>{title}</title></head><body>{words}</body></html>"


def outcome(given: Answer, *flags: str, part: Part = Part.PAGE, source: Source = SOURCE) -> Outcome | None:
    verdict = judge(source, part, given, frozenset(flags))
    assert verdict is None or verdict.reason or verdict.outcome is Outcome.NOT_MODIFIED
    return verdict.outcome if verdict else None


GOOD_ANSWERS = {
    "a page": answer(),
    "a move within the source": answer(GOOD, 200, f"{BASE}/notices/b"),
    "a letter that speaks of captchas at length": answer(GOOD + "<p>g-recaptcha</p>" + "Words. " * 3000 + "</html>"),
    "a letter about access that was denied": answer(titled("Refused Access: Denied Inspection", "Words. " * 100)),
}
BAD_ANSWERS = {
    "302 to the apology": (answer(b"", 302, WALL), Outcome.BLOCKED),
    "the apology, followed, as 200": (answer(titled("FDA Apology"), 200, WALL), Outcome.BLOCKED),
    "the apology, followed, as 404": (answer("Not found", 404, WALL, final=WALL), Outcome.BLOCKED),
    "an apology by its title only": (answer(titled("FDA Apology")), Outcome.BLOCKED),
    "an apology that says 404": (answer(titled("FDA Apology"), 404), Outcome.BLOCKED),
    "an apology that says 503": (answer(titled("FDA apology"), 503), Outcome.BLOCKED),
    "401": (answer("", 401), Outcome.BLOCKED),
    "403": (answer(titled("Access Denied"), 403), Outcome.BLOCKED),
    "429": (answer("", 429, Retry_After="3600"), Outcome.BLOCKED),
    "a challenge as 200": (answer(titled("Just a moment...")), Outcome.BLOCKED),
    "a captcha as 200": (answer(titled("", "<div class=g-recaptcha></div>")), Outcome.BLOCKED),
    "a short error by the edge": (answer("Not found", 404, Server="AkamaiGHost"), Outcome.BLOCKED),
    "404": (answer(titled("Page Not Found | Notices"), 404), Outcome.GONE),
    "410": (answer("", 410), Outcome.GONE),
    "404 of a page that is no document": (answer("", 404, f"{BASE}/oops", final=f"{BASE}/oops"), Outcome.SOFT_ERROR),
    "404 of the document's new address": (
        answer("", 404, f"{BASE}/notices/b", final=f"{BASE}/notices/b"),
        Outcome.GONE,
    ),
    "302 elsewhere": (answer(b"", 302, "https://elsewhere.example/"), Outcome.OFF_SITE),
    "302 to a script": (answer(b"", 302, "javascript:alert(1)"), Outcome.OFF_SITE),
    "302 to nonsense": (answer(b"", 302, "https://[::1"), Outcome.OFF_SITE),
    "too many redirects": (answer(b"", 302, *[f"{BASE}/notices/{n}" for n in range(7)]), Outcome.HTTP_ERROR),
    "500": (answer("", 500), Outcome.HTTP_ERROR),
    "503": (answer("", 503), Outcome.HTTP_ERROR),
    "206": (answer(GOOD, 206), Outcome.HTTP_ERROR),
    "304 out of the blue": (answer(b"", 304), Outcome.HTTP_ERROR),
    "the site's own error page as 200": (answer(titled("FDA Internet Site Error")), Outcome.SOFT_ERROR),
    "maintenance as 200": (answer(titled("Site under maintenance")), Outcome.SOFT_ERROR),
    "a redirect to the home page": (answer(GOOD, 200, f"{BASE}/"), Outcome.SOFT_ERROR),
    "an empty page": (answer(""), Outcome.SOFT_ERROR),
    "a page of blanks": (answer(" \n" * 400), Outcome.SOFT_ERROR),
    "JSON where a page was expected": (
        answer("{" + " " * 300 + "}", content_type="application/json"),
        Outcome.SOFT_ERROR,
    ),
    "a line of text where a page was expected": (
        answer("Slow down. " * 30, content_type="text/plain"),
        Outcome.SOFT_ERROR,
    ),
    "a page of a few bytes": (answer("<html>ok</html>"), Outcome.SOFT_ERROR),
}


@pytest.mark.parametrize("given", GOOD_ANSWERS.values(), ids=GOOD_ANSWERS)
def test_a_good_answer_passes(given: Answer) -> None:
    assert outcome(given) is None


@pytest.mark.parametrize(("given", "expected"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_anything_else_gets_its_name(given: Answer, expected: Outcome) -> None:
    assert outcome(given) is expected


def test_304_answers_a_request_with_validators() -> None:
    assert outcome(answer(b"", 304), CONDITIONAL) is Outcome.NOT_MODIFIED


def test_a_server_that_asks_for_more_patience_than_a_run_has_blocks() -> None:
    assert outcome(answer("", 503, Retry_After="9999"), GIVEN_UP) is Outcome.BLOCKED


@pytest.mark.parametrize("share", range(1, 100))
def test_a_page_cut_anywhere_without_a_length_is_truncated(share: int) -> None:
    assert outcome(answer(GOOD[: len(GOOD) * share // 100]), PARTIAL) is Outcome.TRUNCATED


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (GOOD, "text/html"),
        (GOOD + "\n<!-- served by 3 -->\n", "text/html"),
        ('{"rows": []}', "application/json"),
        ("<urlset></urlset>", "application/xml"),
        ("%PDF-1.7 …\n%%EOF\n", "application/pdf"),
    ],
)
def test_a_body_without_a_length_passes_when_it_ends_as_its_kind_does(body: str, content_type: str) -> None:
    assert outcome(answer(body, content_type=content_type), PARTIAL, part=Part.LIST) is None


def test_a_short_list_is_a_list() -> None:
    assert outcome(answer('{"rows": []}', content_type="application/json"), part=Part.LIST) is None


@pytest.mark.parametrize("content_type", ["application/pdf", "application/octet-stream", "text/html", ""])
def test_a_file_proves_itself_by_its_bytes_or_by_its_name(content_type: str) -> None:
    pdf = answer(PDF, content_type=content_type)
    moved = answer(PDF, 200, f"{BASE}/files/a.pdf", content_type=content_type)

    assert outcome(pdf, part=Part.FILE) is None
    assert outcome(pdf, PARTIAL, part=Part.FILE) is None
    assert outcome(moved, part=Part.FILE) is None
    assert outcome(answer(PDF[:20], content_type=content_type), PARTIAL, part=Part.FILE) is Outcome.TRUNCATED


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer(), Outcome.SOFT_ERROR),
        (answer(GOOD, content_type="application/pdf"), Outcome.SOFT_ERROR),
        (answer("{}", content_type="application/json"), Outcome.SOFT_ERROR),
        (answer(b"", content_type="application/pdf"), Outcome.SOFT_ERROR),
        (answer(titled("FDA Apology"), content_type="application/pdf"), Outcome.BLOCKED),
        (answer(titled("Page Not Found"), 404), Outcome.GONE),
    ],
)
def test_anything_else_in_place_of_a_file_gets_its_name(given: Answer, expected: Outcome) -> None:
    assert outcome(given, part=Part.FILE) is expected


def test_every_guard_decides_some_answer() -> None:
    cases = [given for given, _ in BAD_ANSWERS.values()]
    verdicts = [judge(SOURCE, Part.PAGE, given) for given in cases]
    verdicts.append(judge(SOURCE, Part.PAGE, answer("", 503, Retry_After="9999"), frozenset({GIVEN_UP})))
    verdicts.append(judge(SOURCE, Part.FILE, answer()))
    verdicts.append(judge(SOURCE, Part.PAGE, answer(GOOD[:300]), frozenset({PARTIAL})))

    assert {guard.__name__ for guard in guards.GUARDS} == {verdict.guard for verdict in verdicts if verdict}

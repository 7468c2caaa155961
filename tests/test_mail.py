"""A digest as a mail: what both parts say, how large it may be, and what no header lets in."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from reports.digest import Digest, NotChecked
from reports.entries import ChangeEntry, PublishedEntry
from reports.mail import HTML_BYTES, compose_mail, subject_of
from reports.mail_headers import BadHeader, address
from store.records import BlockDiff, BlockKind, BlockOp, Severity, WordOp, Words
from tests.test_digest import AUGUST, GUIDANCE, LETTERS, YEAR, digest, full_digest, letter, step

LINK = "https://intranet.example/2025.html?full=1&form=page"
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "References", "List-Unsubscribe", "Auto-Submitted", "MIME-Version",
    "Content-Type",
}  # fmt: skip


def mail(given: Digest, **changes: Any) -> EmailMessage:
    said: dict[str, Any] = {
        "sender": "exowatch <exowatch@firm.example>",
        "recipients": ["kim@firm.example"],
        "message_id": "<exowatch.1@firm.example>",
        "date": AUGUST,
        "list_unsubscribe": "mailto:exowatch@firm.example?subject=unsubscribe",
        "link": LINK,
        "thread": "<exowatch.weekly@firm.example>",
    }
    return compose_mail(given, **{**said, **changes})


def received(message: EmailMessage) -> EmailMessage:
    """The message as the other side reads it."""
    return message_from_bytes(message.as_bytes(), policy=policy.SMTP)


def both(message: EmailMessage) -> tuple[str, str]:
    text, html = received(message).iter_parts()
    return text.get_content(), html.get_content()


def edited(number: int, severity: Severity = Severity.ROUTINE, title: str = "") -> ChangeEntry:
    words = (Words(WordOp.KEEP, f"Firm {number} "), Words(WordOp.REMOVE, "may "), Words(WordOp.ADD, f"must {number} "))
    return ChangeEntry(
        step(id=f"change-{number:05}", severity=severity),
        letter(
            id=f"fda_warning_letters:/letters/{number}",
            title=title or f"Larkspur & Söhne “{number}” <Works> with a name that is as long as such names are",
            url=f"https://www.fda.gov/letters/larkspur-{number}?a=1&b={number}",
        ),
        (BlockDiff("Conclusion", BlockKind.PARAGRAPH, BlockOp.EDIT, (*words, Words(WordOp.KEEP, "stop."))),),
    )


def many(count: int) -> Digest:
    entries = [edited(n, Severity.IMPORTANT if n % 10 == 0 else Severity.NOTABLE) for n in range(count)]
    return digest(changes=entries, published=[])


# Both parts


def test_a_mail_has_a_text_part_and_then_a_page() -> None:
    message = received(mail(full_digest()))

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert all(part["Content-Transfer-Encoding"] == "quoted-printable" for part in message.iter_parts())


@pytest.mark.parametrize("given", [full_digest(), many(1), many(50), many(500)], ids=["full", "1", "50", "500"])
def test_the_text_names_every_title_and_address_of_the_page(given: Digest) -> None:
    text, html = both(mail(given))
    page = LexborHTMLParser(html)

    addresses = [link.attributes["href"] or "" for link in page.css("a")]
    titles = [found.text() for found in page.css("p.title")]

    assert titles
    assert addresses
    assert [title for title in titles if title not in text] == []
    assert [url for url in addresses if url not in text] == []


def test_each_part_says_the_verdict_what_was_missed_what_matters_and_the_seal() -> None:
    given = digest(
        not_checked=[NotChecked(LETTERS.name, AUGUST, "On 2025-08-20: blocked")],
        changes=[edited(1), edited(2, Severity.IMPORTANT)],
    )

    for part in both(mail(given)):
        said = " ".join(part.split())
        places = [said.index(words) for words in ("change", "blocked", "Read these first", "must 2", given.seal)]
        assert places == sorted(places)


def test_nothing_changed_is_said_with_when_each_source_was_looked_at() -> None:
    for part in both(mail(digest(changes=[], published=[]))):
        said = " ".join(part.split())
        assert "Nothing changed" in said
        assert f"{GUIDANCE.title}: 20 Aug 2025, 08:00 UTC" in said


def test_what_was_learned_late_says_so() -> None:
    given = digest(changes=[edited(1), edited(2)], published=[], learned_late={"change-00002"})

    for part in both(mail(given)):
        assert part.index("<Works>" if part.startswith("exo") else "&lt;Works&gt;") < part.index("Learned late")
        assert "learned late" in part[part.index("Learned late") :]
    assert "1 learned late" in subject_of(given)


def test_a_published_document_without_a_change_is_an_entry_too() -> None:
    other = letter(id="fda_warning_letters:/other", title="Pinmoor Tissue Co.", url="https://www.fda.gov/pinmoor")

    text, html = both(mail(digest(changes=[], published=[PublishedEntry(other)])))

    assert "Pinmoor Tissue Co." in text
    assert "https://www.fda.gov/pinmoor" in text
    assert "Pinmoor Tissue Co." in html


# The page


def test_the_page_is_one_table_that_word_lays_out() -> None:
    _, html = both(mail(full_digest()))
    page = LexborHTMLParser(html)

    tables = page.css("table")

    assert [(table.attributes["role"], table.attributes["width"]) for table in tables] == [("presentation", "640")]
    assert page.css("script, svg, img, link, iframe, object, form, style + style") == []
    assert re.search(r"flex|grid|background|position\s*:|url\(|@import", html) is None
    assert page.css_first("html").attributes["lang"] == "en"


def test_styles_stand_in_the_elements() -> None:
    _, html = both(mail(many(3)))
    page = LexborHTMLParser(html)

    assert "underline" in (page.css_first("ins").attributes["style"] or "")
    assert "line-through" in (page.css_first("del").attributes["style"] or "")
    assert "font-weight: bold" in (page.css_first("p.title").attributes["style"] or "")


def test_what_was_added_and_removed_is_said_in_words() -> None:
    _, html = both(mail(many(1)))
    page = LexborHTMLParser(html)

    assert page.css_first("ins").text().startswith("added: must 0")
    assert page.css_first("del").text().startswith("removed: may")


def test_a_long_address_does_not_widen_the_page_on_a_phone() -> None:
    _, html = both(mail(full_digest()))

    assert "overflow-wrap: anywhere" in (LexborHTMLParser(html).css_first("td").attributes["style"] or "")


def test_only_important_changes_show_their_words() -> None:
    _, html = both(mail(digest(changes=[edited(1), edited(2, Severity.IMPORTANT)], published=[])))

    assert "must 2" in html
    assert "must 1" not in html


def test_another_language_is_marked() -> None:
    french = replace(edited(1), document=letter(language="fr", title="Avis sur les vésicules"))

    _, html = both(mail(digest(changes=[french], published=[])))

    assert LexborHTMLParser(html).css_first("p.title").attributes["lang"] == "fr"


# Size


@pytest.mark.parametrize("count", [0, 1, 50, 500, 5000])
def test_the_page_stays_below_ninety_kilobytes_as_it_travels(count: int) -> None:
    message = mail(many(count))

    _, html = message.iter_parts()

    assert len(html.as_bytes(policy=policy.SMTP)) <= HTML_BYTES == 90_000


def test_a_large_mail_uses_its_room_and_says_how_many_entries_are_elsewhere() -> None:
    given = many(5000)

    message = mail(given)
    text, html = both(message)
    shown = len(LexborHTMLParser(html).css("p.title"))

    assert len(list(message.iter_parts())[1].as_bytes(policy=policy.SMTP)) > HTML_BYTES * 0.9
    for part in (text, html):
        said = " ".join(part.split())
        assert f"And {5000 - shown} more entries, on the full page." in said
        assert LINK in part or LINK.replace("&", "&amp;") in part


def test_detail_goes_before_entries_and_light_entries_before_heavy_ones() -> None:
    _, html = both(mail(many(5000)))
    page = LexborHTMLParser(html)

    assert page.css("ins, del") == []
    assert {int(found.text().split("“")[1].split("”")[0]) % 10 for found in page.css("p.title")} == {0}


@pytest.mark.parametrize(
    "bulky",
    [
        digest(changes=[edited(n, Severity.IMPORTANT, "Ξ" * 60_000) for n in range(20)], published=[]),
        digest(changes=[replace(edited(1), document=letter(url="https://www.fda.gov/" + "a" * 90_000))], published=[]),
        digest(not_checked=[NotChecked(LETTERS.name, None, f"{n} " + "é" * 9000) for n in range(200)]),
        digest(sources=[replace(LETTERS, title="T" * 100_000)], changes=[edited(1)], published=[]),
    ],
    ids=["titles", "address", "gaps", "source"],
)
def test_no_single_text_can_make_the_page_too_large(bulky: Digest) -> None:
    _, html = mail(bulky).iter_parts()

    assert len(html.as_bytes(policy=policy.SMTP)) <= HTML_BYTES


def test_five_thousand_changes_are_composed_within_a_second() -> None:
    given = many(5000)

    started = process_time()
    mail(given)

    assert process_time() - started < 1


# Bytes


def test_equal_digests_give_equal_bytes_in_every_process() -> None:
    script = (
        "from tests.test_mail import *; from hashlib import sha256;"
        "print(sha256(mail(full_digest()).as_bytes() + mail(many(60)).as_bytes()).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent.parent)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("0", "1", "2")
    ]  # fmt: skip

    assert len(set(runs)) == 1
    assert re.fullmatch(r"[0-9a-f]{64}\n", runs[0])


def test_a_mail_is_plain_ascii_with_network_line_ends() -> None:
    content = mail(many(5)).as_bytes()

    assert content.isascii()
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", content) is None
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


# Headers


def test_the_headers_name_it_thread_it_and_stop_answering_machines() -> None:
    message = received(mail(full_digest()))

    assert set(message.keys()) == HEADERS
    assert message["Message-ID"] == "<exowatch.1@firm.example>"
    assert message["References"] == "<exowatch.weekly@firm.example>"
    assert message["List-Unsubscribe"] == "<mailto:exowatch@firm.example?subject=unsubscribe>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]) == AUGUST


def test_the_subject_counts() -> None:
    week = replace(YEAR, label="2025-W33")
    entries = [edited(n, Severity.IMPORTANT if n < 2 else Severity.ROUTINE) for n in range(5)]

    given = digest(period=week, changes=entries, published=[], not_checked=[NotChecked(LETTERS.name, None, "blocked")])

    assert subject_of(given) == "exowatch week 33: 2 important, 5 changes, 1 source incomplete"


def test_sample_data_says_so_in_the_subject_and_in_both_parts() -> None:
    message = mail(digest(sample_data=True))

    assert message["Subject"].startswith("SAMPLE DATA: ")
    assert all("SAMPLE DATA" in part for part in both(message))


BREAKS = ("\r\n", "\n", "\r", "\r\n ", "\n\t", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\0")
FORGED = ("Bcc: eve@evil.example", "Subject: other", "\r\nanother body")
INJECTIONS = [f"kim@firm.example{sign}{line}" for sign in BREAKS for line in FORGED] + [
    f"kim@firm.example{mark}eve@evil.example" for mark in (",", ", ", ";", " ", "> <", ">, <", "%0d%0a@", "@", "\t")
] + [
    "", " ", "kim", "@firm.example", "kim@", "kim@firm..example", "kim@.example", "<kim@firm.example", "kim@firm.example>",
    "kim@firm.example (x)", "Kim\r\nBcc: eve@evil.example <kim@firm.example>", 'Kim" <kim@firm.example>',
    "Kim <kim@firm.example>, Eve <eve@evil.example>", "Kim: kim@firm.example;", "kim@[127.0.0.1]", "kïm@firm.example",
]  # fmt: skip


@pytest.mark.parametrize("where", ["sender", "recipients"])
@pytest.mark.parametrize("payload", INJECTIONS)
def test_what_is_no_single_address_is_refused(where: str, payload: str) -> None:
    with pytest.raises(BadHeader):
        mail(digest(), **{where: payload if where == "sender" else [payload]})


@pytest.mark.parametrize("where", ["message_id", "thread", "list_unsubscribe"])
@pytest.mark.parametrize("payload", [f"x{sign}{FORGED[0]}" for sign in BREAKS] + ["<a@b><c@d>", "a b", "<é@b>", "<>"])
def test_what_could_forge_a_header_is_refused(where: str, payload: str) -> None:
    wrapped: dict[str, Callable[[str], str]] = {
        "message_id": "<{}@firm.example>".format,
        "thread": "<{}@firm.example>".format,
        "list_unsubscribe": "mailto:{}".format,
    }

    with pytest.raises(BadHeader):
        mail(digest(), **{where: wrapped[where](payload)})


@pytest.mark.parametrize("sign", BREAKS)
def test_no_text_of_a_page_reaches_a_header(sign: str) -> None:
    hostile = f"Larkspur{sign}Bcc: eve@evil.example{sign}{sign}body"
    given = digest(
        period=replace(YEAR, label=hostile),
        changes=[edited(1, Severity.IMPORTANT, hostile)],
        not_checked=[NotChecked(LETTERS.name, None, hostile)],
    )

    message = received(mail(given))

    assert set(message.keys()) == HEADERS
    assert len(list(message.iter_parts())) == 2
    assert message["To"] == "kim@firm.example"


def test_an_address_may_have_a_name() -> None:
    assert address("From", "Exo Watch <a.b+c@firm.example>").addr_spec == "a.b+c@firm.example"


# Hostile texts


HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "</p></td><script>x</script>",
    "\"><iframe src=javascript:alert(1)>", "<style>*{background:url(//evil)}</style>", "<!--><script>x</script>-->",
    "]]><script>x</script>", "<math><mtext><script>x</script></mtext></math>", "{{7*7}}", "<noscript><p title=\"</noscript><img src=x onerror=x>\">",
    "<a href=javascript:x>y</a>", "\x1b[31mred", "\u202eevil", "<table><tr><td>", "&lt;script&gt;", "<ins>forged</ins>", "<base href=//evil>",
]  # fmt: skip


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_text_stays_text(payload: str) -> None:
    words = (Words(WordOp.ADD, payload), Words(WordOp.REMOVE, payload))
    entry = edited(1, Severity.IMPORTANT, payload)
    entry = replace(entry, redline=(BlockDiff(payload, BlockKind.PARAGRAPH, BlockOp.EDIT, words),))
    given = digest(
        changes=[entry],
        published=[],
        not_checked=[NotChecked(LETTERS.name, None, payload)],
        period=replace(YEAR, label=payload),
    )

    text, html = both(mail(given, link=f"javascript:{payload}"))
    page = LexborHTMLParser(html)

    assert page.css("script, img, svg, iframe, math, base, noscript, object, embed") == []
    assert [name for node in page.css("*") for name in node.attributes if name.startswith("on")] == []
    assert len(page.css("table")) == 1
    assert len(page.css("ins")) == 1
    assert all((link.attributes["href"] or "").startswith("https://") for link in page.css("a"))
    assert "\x1b" not in text + html
    assert "\u202e" not in text + html


def test_an_address_that_is_none_is_shown_and_not_linked() -> None:
    entry = replace(edited(1), document=letter(url="javascript:alert(1)"))

    text, html = both(mail(digest(changes=[entry], published=[]), link=""))

    assert LexborHTMLParser(html).css("a") == []
    assert "javascript:alert(1)" in text

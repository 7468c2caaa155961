"""An archived copy holds every word of the page, and nothing that runs, loads or sends."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import text
from crawler.archives.warc import answers
from crawler.raised import DIGITS
from crawler.source import Source, classes
from reports.copied import KEPT, copied
from reports.copy import Kept, blocks_copy, lines_copy, safe_copy, text_copy, text_of_lines
from store.normal import clean
from store.records import Block, BlockKind, Material, Part
from tests.hostile_pages import hostile_pages
from tests.test_pages import PAGES

RECORDINGS = Path(__file__).parents[2] / "shared" / "recordings"
CHROMIUM = Path("/usr/bin/chromium")
URL = "https://www.canada.ca/en/health-canada/page.html"
FRAME = KEPT | {"html", "head", "meta", "title", "style", "body", "header", "main", "strong", "code"}
ATTRIBUTES = {"lang", "dir", "id", "href", "rel", "hidden", "open", "title", "value", "start", "type", "colspan",
              "rowspan", "scope", "datetime", "class"}  # fmt: skip


def kept(url: str = URL, content_type: str = "text/html; charset=utf-8", **said: object) -> Kept:
    values: dict[str, object] = {"title": "Sample page", "part": Part.PAGE, "n": 2, "sha256": "ab" * 32, **said}
    return Kept(url=url, captured=datetime(2025, 8, 20, 8, tzinfo=UTC), content_type=content_type, **values)  # type: ignore[arg-type]


def of(markup: str) -> str:
    """What becomes of a page's body."""
    return copied(f"<html lang=en><body>{markup}</body></html>", URL).markup


# The words


def recorded_pages() -> Iterator[tuple[Source, Material]]:
    sources = {name: declared() for name, declared in classes().items()}
    for page in sorted(PAGES.rglob("page.html")):
        name = page.relative_to(PAGES).parts[0]
        if name in sources:
            yield (
                sources[name],
                Material(name, Part.PAGE, f"https://{sources[name].hosts[0]}/x", page.read_bytes(), "text/html"),
            )


def words(markup: str) -> frozenset[str]:
    """The blocks of a copy, read as any page is, without what stands for pictures."""
    main = LexborHTMLParser(markup).css_first("main")
    assert main is not None

    def skip(node: LexborNode) -> bool:
        return "hidden" in node.attributes or node.attributes.get("class") == "image"

    return frozenset(block.text for block in text.blocks([main], skip=skip))


def level(said: str) -> str:
    """A text whose notes are marked by plain digits: what makes them raised is a class, which a copy has not."""
    return "".join(said.translate({ord(raised): str(digit) for digit, raised in enumerate(DIGITS)}).split())


def missing(source: Source, material: Material) -> list[str]:
    """The blocks that the reader finds in a page and nobody finds in its copy."""
    found = words(safe_copy(material.body, kept(material.url, material.content_type)))
    levelled = frozenset(map(level, found))
    lost = [block.text for block in source.read(material).blocks if block.text not in found]
    return [said for said in lost if not set(said) & set(DIGITS) or level(said) not in levelled]


def test_every_block_of_an_invented_page_is_in_its_copy() -> None:
    pages = list(recorded_pages())

    lost = {material.url: gone for source, material in pages if (gone := missing(source, material))}

    assert lost == {}
    assert len(pages) > 10


@pytest.mark.recordings
@pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recorded pages are not beside this project (shared/recordings)"
)
def test_every_block_of_a_recorded_page_is_in_its_copy() -> None:
    files = {
        "fda_warning_letters": RECORDINGS / "fda" / "warning-letters-2026-01.warc.gz",
        "health_canada_notices": RECORDINGS / "canada" / "changed" / "half-masting-en.warc.gz",
    }
    lost, count = [], 0

    for name, file in files.items():
        source = classes()[name]()
        for answer in [answer for answer in answers(file) if answer.status == 200][:60]:
            lost += missing(source, source.material(answer))
            count += 1

    assert lost == []
    assert count > 100


# What a browser would run, load or send


def elements(markup: str) -> list[LexborNode]:
    return LexborHTMLParser(markup).css("*")


def faults(markup: str) -> list[str]:
    """What a copy must not hold: other elements, other attributes, addresses that are not of the web."""
    found = []
    for node in elements(markup):
        tag = node.tag or ""
        found += [] if tag in FRAME else [f"<{tag}>"]
        for name, value in node.attributes.items():
            in_head = tag == "meta" and name in {"charset", "http-equiv", "content", "name"}
            found += [] if name in ATTRIBUTES or in_head else [f"{tag} {name}"]
            if name == "href" and not (value or "").startswith(("https://", "http://", "#page-")):
                found.append(f"{tag} href={value}")
            if tag == "meta" and name == "http-equiv" and value != "Content-Security-Policy":
                found.append(f"meta {value}")
    return found


def test_what_a_page_would_run_load_or_send_does_not_come_through() -> None:
    pages = list(hostile_pages())

    found = {page: wrong for page in pages if (wrong := faults(safe_copy(page, kept())))}

    assert len(pages) >= 250
    assert found == {}


def test_the_check_of_copies_finds_each_kind_of_fault() -> None:
    planted = ["<script>1</script>", "<p onclick=x>", "<a href='javascript:x'>", "<img src=x>", "<p style='x'>",
               "<meta http-equiv=refresh>", "<iframe></iframe>", "<a href=data:x>", "<form></form>"]  # fmt: skip

    assert [page for page in planted if not faults(page)] == []


_TAKES_THE_REST = (b"<plaintext", b"<frameset", b"<script</p>", b"<!--</style>", b"<script<p>")
"""Markup that makes the rest of the page part of itself, in every browser."""


def test_the_words_around_what_is_left_out_stay() -> None:
    lost = [
        page
        for page in hostile_pages()
        for said in [" ".join(words(safe_copy(page, kept())))]
        if not ("Before." in said and "After." in said)
    ]

    assert [page for page in lost if not any(way in page for way in _TAKES_THE_REST)] == []


def test_a_page_that_names_a_policy_of_its_own_gets_ours() -> None:
    page = safe_copy(b"<meta http-equiv=Content-Security-Policy content='default-src *'>", kept())

    policies = [n.attributes["content"] for n in elements(page) if n.attributes.get("http-equiv")]
    assert len(policies) == 1
    assert (policies[0] or "").startswith("default-src 'none'; style-src 'sha256-")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("Debian's Chromium is not installed")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("start", range(0, 250, 25))
def test_a_browser_that_opens_a_copy_asks_for_nothing_and_says_nothing(
    start: int, browser: Any, tmp_path: Path
) -> None:
    file = tmp_path / "copy.html"
    file.write_text(safe_copy(list(hostile_pages())[start], kept()), "utf-8")
    asked, said = [], []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))

    page.goto(file.as_uri())
    page.mouse.move(200, 300)
    page.wait_for_timeout(100)

    assert asked == [file.as_uri()]
    assert said == []
    assert page.evaluate("getComputedStyle(document.querySelector('header')).borderBottomStyle") == "solid"
    page.close()


# What a copy keeps of a page


@pytest.mark.parametrize(
    ("markup", "copy"),
    [
        ("<p>One <em>two</em></p>", "<p>One <em>two</em></p>"),
        ("<p class=x data-y=1 style='color:red'>One</p>", "<p>One</p>"),
        ("<h2></h2><p>One</p>", "<p>One</p>"),
        ("<a href='/en/other.html'>Other</a>", '<a href="https://www.canada.ca/en/other.html" rel="noreferrer noopener nofollow">Other</a>'),
        ("<a href='javascript:x'>Other</a>", "<span>Other</span>"),
        ("<a href='/x'><img src=x></a>", ""),
        ("<a href='/x'><img src=x alt='Home'></a>",
         '<a href="https://www.canada.ca/x" rel="noreferrer noopener nofollow"><span class="image">[Image: Home]</span></a>'),
        ("<a href='#n1'>1</a> <p id=n1>Note</p>",
         '<a href="#page-n1" rel="noreferrer noopener nofollow">1</a> <p id="page-n1">Note</p>'),
        ("<p id=a>1</p><p id=a>2</p>", '<p id="page-a">1</p><p>2</p>'),
        ("<p lang=fr>Un</p><p lang=klingon>X</p>", '<p lang="fr">Un</p><p>X</p>'),
        ("<ul><li>One</li><div>Two</div></ul>", "<ul><li>One</li><li><div>Two</div></li></ul>"),
        ("<li>One</li>", "<div>One</div>"),
        ("<dl><dt>A</dt><dd>B</dd></dl>", "<dl><dt>A</dt><dd>B</dd></dl>"),
        ("<dl><dd>B</dd></dl>", "<div><div>B</div></div>"),
        ("<ol type=a start=3><li>One</ol>", '<ol start="3" type="a"><li>One</li></ol>'),
        ("<table><tr><td colspan=2>A</td></tr></table>", '<table><tbody><tr><td colspan="2">A</td></tr></tbody></table>'),
        ("<table><tr><td colspan=99999>A</td></tr></table>", "<table><tbody><tr><td>A</td></tr></tbody></table>"),
        ("<details><summary>More</summary>Text</details>", '<details open=""><summary>More</summary>Text</details>'),
        ("<nav>Menu</nav><form><label>Name</label><input value=x></form>", "<div>Menu</div><div><span>Name</span></div>"),
        ("<p hidden>Key</p><p style='color:red; DISPLAY : none'>Key</p>", '<p hidden="">Key</p><p hidden="">Key</p>'),
        ("<p>a\u200bb\u202ec\u00add</p>", "<p>abcd</p>"),
        ("<p>1 &lt; 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>"),
        ("<noscript><p>Turn it on</p></noscript>", "<div><p>Turn it on</p></div>"),
    ],
)  # fmt: skip
def test_an_element_comes_through_with_its_words_and_harmless_attributes(markup: str, copy: str) -> None:
    assert of(markup) == copy


def test_a_base_of_the_page_counts_for_its_links() -> None:
    page = "<html><head><base href='https://www.fda.gov/a/'></head><body><a href=b>B</a></body></html>"

    assert 'href="https://www.fda.gov/a/b"' in copied(page, URL).markup


def test_a_page_nested_deeper_than_any_stack_keeps_its_words() -> None:
    page = of("<div>" * 20_000 + "<b>deep</b> words" + "</div>" * 20_000)

    assert "deep words" in page
    assert page.count("<div>") < 300


def test_a_copy_says_what_it_is_before_anything_of_the_page() -> None:
    page = safe_copy(b"<html lang=fr><body><p>Texte</p></body></html>", kept(title="Avis <b>"))

    frame, _, content = page.partition("<main")
    for said in ("Archived copy.", "not the live page", URL, "2025-08-20T08:00:00Z", "ab" * 32, "Avis &lt;b&gt;"):
        assert said in frame
    assert 'lang="en"' in frame
    assert content.startswith(' lang="fr">')


def test_a_copy_says_how_much_the_page_itself_hides() -> None:
    page = safe_copy(b"<body><p hidden>One</p><p class='hidden'>Two</p><p>Three</p></body>", kept())

    assert "2 elements that the page itself hides are hidden here too." in page


def test_a_copy_of_sample_data_says_so() -> None:
    assert "Sample data." in safe_copy(b"<p>x", kept(sample_data=True))
    assert text_copy((), kept(sample_data=True)).startswith("SAMPLE DATA")
    assert "Sample data" not in safe_copy(b"<p>x", kept())


def test_an_address_that_is_none_of_the_web_is_no_link() -> None:
    assert "Open the live page" not in safe_copy(b"<p>x", kept(url="javascript:alert(1)"))


BLOCKS: Sequence[Block] = (
    Block(BlockKind.HEADING, "Claims <1>", 2),
    Block(BlockKind.PARAGRAPH, "A paragraph " + "with words " * 12),
    Block(BlockKind.ITEM, "An item", 1),
    Block(BlockKind.ITEM, "An item in it", 2),
    Block(BlockKind.ROW, "A | B[31m"),
)


def test_a_text_copy_has_every_block_in_lines_that_fit() -> None:
    written = text_copy(BLOCKS, kept(url="https://www.fda.gov/" + "x" * 90))

    said = clean(written)
    assert all(clean(block.text)[:40] in said for block in BLOCKS[:4])
    assert "A | B␛[31m" in written
    assert [line for line in written.splitlines() if len(line) > 78 and "https://" not in line] == []
    assert "  - An item in it" in written


def test_the_text_of_a_file_is_shown_in_the_same_frame() -> None:
    page = blocks_copy(BLOCKS, kept(part=Part.FILE))

    assert "<h2>Claims &lt;1&gt;</h2>" in page
    assert "<ul><li>An item</li><li>An item in it</li></ul>" in page
    assert "<td>A</td><td>B␛[31m</td>" in page
    assert faults(page) == []


def test_json_is_laid_out_and_escaped() -> None:
    body = b'{"b":"<script>alert(1)</script>","a":"\\u00e9"}'

    assert '  "a": "é"' in text_of_lines(body, kept(part=Part.ENTRY))
    assert "&lt;script&gt;" in lines_copy(body, kept(part=Part.ENTRY))
    assert faults(lines_copy(body, kept(part=Part.ENTRY))) == []


def test_what_is_no_json_is_shown_as_it_stands() -> None:
    assert "no json \ufffd" in text_of_lines(b"no json \xff", kept())

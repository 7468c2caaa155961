"""Derivation: what is derived can be thrown away and built again, and follows reader, topics and decisions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import decisions, lookup
from store.derivation import Derivation
from store.mentions import Topic
from store.records import Block, BlockKind, Kind, Material, Part, Reading, Status, Unreadable
from store.rules import Follow, Rules, rules_of, watches
from store.schema import DERIVED_TABLES
from tests import shelf as shelves
from tests.shelf import RULES, Shelf, at, page, read, url_of

VIEWS = ("v_documents", "v_versions", "v_latest", "v_changes", "v_mentions", "v_citations", "v_statements")

PLAIN = page("A plain text about creams and oils.")
NAMED = page("# Products\nA text about exosomes.", fields={"company": "Firm"}, number="7", published="2025-07-30")
MORE = page("# Products\nA text about exosomes.\nExosomal products too.", fields={"company": "Firm"}, number="7")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setenv("EXOWATCH_NOW", "2025-08-01T08:00:00Z")
    shelf = Shelf(tmp_path / "letters.db")
    yield shelf
    shelf.close()


def dump(shelf: Shelf) -> dict[str, list[tuple[object, ...]]]:
    """All that is derived, without the numbers that only the store itself knows."""
    told = {view: sorted(shelf.store.execute(f"select * from {view}").fetchall(), key=repr) for view in VIEWS}
    words = ("exosomes", "exosomal", "plain", "products", "row", "pdf")
    told["found"] = [(word, *sorted(hit.document.id for hit in lookup.search(shelf.store, word))) for word in words]
    told["texts"] = [
        (document.id, seen.n, *lookup.blocks(shelf.store, seen))
        for document in lookup.documents(shelf.store, everything=True)
        for seen in lookup.versions(shelf.store, document.id)
    ]
    return told


def sound(shelf: Shelf) -> bool:
    shelf.store.execute("insert into search (search) values ('integrity-check')")
    checks = shelf.store.execute("pragma integrity_check").fetchall() == [("ok",)]
    return checks and shelf.store.execute("pragma foreign_key_check").fetchall() == []


def fill(shelf: Shelf) -> None:
    rows = {key: page(title=f"row {key}", fields={"row": "1"}) for key in "abcd"}
    shelf.crawl(0, {"a": PLAIN, "b": NAMED, "c": PLAIN, "d": b"not JSON"}, rows=rows, files={"b": page("A pdf.")})
    shelf.crawl(24, {"a": NAMED, "b": MORE, "c": page("Another plain text.")}, rows=rows)
    shelf.crawl(48, {"a": PLAIN, "b": page("x")}, rows={**rows, "a": page(title="row a", fields={"row": "2"})})
    shelf.crawl(72, gone=["a"], unmodified=["c"], rows=rows)
    shelf.crawl(120, {"b": NAMED}, gone=["a"], rows=rows, files={"b": page("A pdf.", odd="bytes")})


# Derived means rebuildable


def test_what_is_derived_can_be_dropped_and_built_again(shelf: Shelf) -> None:
    fill(shelf)
    before = dump(shelf)
    with shelf.store.write():
        for table in DERIVED_TABLES:
            shelf.store.execute(f"delete from {table}")
        shelf.store.execute("insert into search (search) values ('delete-all')")
    assert lookup.documents(shelf.store, everything=True) == []

    shelf.derivation.rebuild()

    assert dump(shelf) == before
    assert sound(shelf)


def test_a_rebuild_changes_nothing(shelf: Shelf) -> None:
    fill(shelf)
    before = dump(shelf)

    shelf.derivation.rebuild()
    shelf.derivation.rebuild("letters")
    shelf.derivation.adopt()

    assert dump(shelf) == before
    assert sound(shelf)


def test_a_rebuild_of_one_source_leaves_the_others(shelf: Shelf) -> None:
    fill(shelf)
    before = dump(shelf)

    shelf.derivation.rebuild("another")

    assert dump(shelf) == before


def test_each_crawl_is_derived_as_if_all_had_been_derived_at_once(tmp_path: Path, shelf: Shelf) -> None:
    fill(shelf)
    at_once = Shelf(tmp_path / "at_once.db", rules=Rules())
    fill(at_once)
    at_once.derivation = Derivation(at_once.store, read, RULES)

    at_once.derivation.adopt()

    assert dump(at_once) == dump(shelf)
    at_once.close()


_runs = st.lists(
    st.tuples(
        st.integers(0, 150),
        st.dictionaries(st.sampled_from("ab"), st.sampled_from([PLAIN, NAMED, MORE, b"?", page("x")]), max_size=2),
        st.dictionaries(st.sampled_from("ab"), st.sampled_from([page("A pdf."), page("exosomes")]), max_size=1),
        st.one_of(
            st.none(),
            st.dictionaries(
                st.sampled_from("ab"),
                st.sampled_from([page("blocks", title="row"), page(title="row", fields={"company": "Firm"})]),
                max_size=2,
            ),
        ),
        st.sampled_from([[], ["a"]]),
    ),
    max_size=5,
    unique_by=lambda run: run[0],
)


@given(_runs)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_crawled_a_rebuild_gives_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    runs: list[tuple[int, dict[str, bytes], dict[str, bytes], None, list[str]]],
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("runs") / "letters.db")
    for hours, pages, files, rows, gone in runs:
        shelf.crawl(hours, pages, files=files, rows=rows, gone=[key for key in gone if key not in pages])
    before = dump(shelf)

    shelf.derivation.rebuild()

    assert dump(shelf) == before
    assert sound(shelf)
    shelf.close()


def test_pages_that_arrive_in_any_order_give_the_same_versions_and_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXOWATCH_NOW", "2025-08-01T08:00:00Z")
    seen = [(24 * n, body) for n, body in enumerate([PLAIN, NAMED, MORE, NAMED, PLAIN, MORE])]
    told = []

    for number in range(4):
        shelf = Shelf(tmp_path / f"{number}.db")
        for hours, body in random.Random(number).sample(seen, len(seen)):
            shelf.crawl(hours, {"a": body})
        told.append(dump(shelf))
        shelf.close()

    assert told[0]["v_changes"]
    assert all(other == told[0] for other in told)


def test_a_document_whose_captures_cannot_be_read_any_more_leaves_nothing_behind(shelf: Shelf) -> None:
    def strict(material: Material) -> Reading:
        raise Unreadable("the reader lost its way")

    shelf.crawl(0, {"a": NAMED})
    shelf.crawl(24, {"a": MORE})

    Derivation(shelf.store, strict, RULES).rebuild()

    assert [shelf.count(table) for table in ("versions", "changes", "mentions", "standings", "contents")] == [0] * 5
    assert lookup.search(shelf.store, "exosomes") == []
    assert sound(shelf)


def test_a_capture_that_could_not_be_read_becomes_a_version_once_it_can(shelf: Shelf) -> None:
    def lenient(material: Material) -> Reading:
        return read(replace(material, body=NAMED if material.body == b"not JSON" else material.body))

    shelf.crawl(0, {"a": b"not JSON"})
    assert shelf.count("versions") == 0

    Derivation(shelf.store, lenient, RULES).rebuild()

    assert [version.n for version in lookup.versions(shelf.store, "letters:a")] == [1]


def test_an_update_that_fails_is_undone_whole(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": PLAIN})
    before = dump(shelf)

    def broken(material: Material) -> Reading:
        if b"exosom" in material.body:
            raise RuntimeError("a fault of ours")
        return read(material)

    shelf.derivation.contents.read = broken
    with pytest.raises(RuntimeError):
        shelf.crawl(24, {"a": page("Another plain text."), "b": NAMED})
    assert dump(shelf) == before
    shelf.derivation.contents.read = read
    shelf.derivation.update([1, 2])

    after = dump(shelf)
    shelf.derivation.rebuild()
    assert dump(shelf) == after


# A better reader


def test_a_better_reader_makes_no_change(shelf: Shelf) -> None:
    def better(material: Material) -> Reading:
        reading = read(material)
        menu = Block(BlockKind.PARAGRAPH, "A footer that the old reader overlooked.")
        return replace(reading, blocks=(*reading.blocks, menu), fields={**reading.fields, "office": "CBER"})

    shelf.crawl(0, {"a": NAMED})
    shelf.crawl(24, {"a": MORE})
    before = [(change.kind, change.words_added) for change in lookup.changes(shelf.store)]

    Derivation(shelf.store, better, RULES).rebuild()

    assert [(change.kind, change.words_added) for change in lookup.changes(shelf.store)] == before
    assert lookup.document(shelf.store, "letters:a").fields["office"] == "CBER"
    assert len(lookup.versions(shelf.store, "letters:a")) == 2


def test_a_better_reader_of_headings_moves_the_mentions_though_the_text_is_equal(shelf: Shelf) -> None:
    def flat(material: Material) -> Reading:
        reading = read(material)
        return replace(reading, blocks=tuple(Block(BlockKind.PARAGRAPH, block.text) for block in reading.blocks))

    shelf.derivation.contents.read = flat
    shelf.crawl(0, {"a": NAMED})
    assert [mention.section for mention in lookup.mentions(shelf.store, "letters:a", 1)] == [""]

    Derivation(shelf.store, read, RULES).rebuild()

    assert [mention.section for mention in lookup.mentions(shelf.store, "letters:a", 1)] == ["Products"]


def test_readings_just_made_are_not_made_again(shelf: Shelf) -> None:
    made = []

    def counted(material: Material) -> Reading:
        made.append(material.part)
        return read(material)

    shelf.derivation.contents.read = counted
    for hours in (0, 24, 48):
        shelf.crawl(hours, {"a": NAMED})
    shelf.crawl(72, {"a": MORE})

    assert made == [Part.PAGE, Part.PAGE]


# Topics


def test_changed_topics_differ_until_they_are_adopted(shelf: Shelf) -> None:
    assert shelf.derivation.differs()

    shelf.derivation.adopt()

    assert not shelf.derivation.differs()
    assert not Derivation(shelf.store, read).differs()
    assert rules_of(shelf.store) == RULES
    assert Derivation(shelf.store, read, Rules((Topic("exosomes", terms=("secretome",)),))).differs()


def test_adopted_topics_decide_what_is_followed(shelf: Shelf) -> None:
    fill(shelf)
    assert [document.id for document in lookup.documents(shelf.store)] == ["letters:a", "letters:b"]

    Derivation(shelf.store, read, Rules((Topic("texts", terms=("another",)),))).adopt()

    assert [document.id for document in lookup.documents(shelf.store)] == ["letters:c"]
    (change,) = lookup.changes(shelf.store)
    assert [event.name for event in change.events] == ["first_mention"]


def test_other_terms_under_an_old_name_are_found_anew_though_as_many(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page("A text about exosomes.")})

    Derivation(shelf.store, read, Rules((Topic("exosomes", terms=("text",)),))).adopt()

    assert [mention.variant for mention in lookup.mentions(shelf.store, "letters:a", 1)] == ["text"]


def test_rules_survive_their_fingerprint() -> None:
    topic = Topic("a", ("b", "ç"), ("EV",), {"EV": ("exosom", "vesicle")}, 12)
    rules = Rules((topic, Topic("c", ("d",))), (Follow("why", number="7"), Follow("why", path="/x")))

    assert Rules.from_fingerprint(rules.fingerprint()) == rules
    assert Rules().fingerprint() != rules.fingerprint()


# Following, muting, watching


@pytest.mark.parametrize(
    "follow",
    [
        Follow("listed", document="letters:a"),
        Follow("listed", url=url_of("a")),
        Follow("listed", url=url_of("a") + "/#top"),
        Follow("listed", path="/a"),
        Follow("listed", number="fda-7"),
    ],
)
def test_a_listed_document_is_followed_from_its_first_version(shelf: Shelf, follow: Follow) -> None:
    shelf.derivation.rules = Rules(RULES.topics, (follow,))

    shelf.crawl(0, {"a": page("Plain.", number="FDA-7"), "b": page("Plain too.", number="FDA-77")})
    shelf.crawl(24, {"a": page("Plain and more.", number="FDA-7"), "b": PLAIN})

    assert [(document.id, document.follow_reason) for document in lookup.documents(shelf.store)] == [
        ("letters:a", "listed")
    ]
    assert [change.kind for change in lookup.changes(shelf.store)] == [Kind.NEW, Kind.REVISED]


def test_a_mention_that_goes_away_leaves_the_document_followed(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": NAMED})
    shelf.crawl(24, {"a": PLAIN})

    (document,) = lookup.documents(shelf.store)
    assert (document.mentions, document.topics, document.follow_reason) == (0, (), "mentions exosomes")


def test_a_first_mention_makes_an_old_document_new(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": PLAIN})
    shelf.crawl(24, {"a": NAMED})

    (change,) = lookup.changes(shelf.store)
    assert change.kind is Kind.NEW
    assert [event.name for event in change.events] == ["first_mention"]
    assert change.before is not None
    assert (change.before.n, change.before.seen) == (1, at(0))
    assert (change.window.after, change.window.until) == (at(0), at(24))


def test_a_muted_document_is_read_on_and_has_no_changes_to_tell(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": NAMED})
    shelf.derivation.update([decisions.mute(shelf.store, "letters:a", by="Ann", reason="a namesake")])
    shelf.crawl(24, {"a": MORE})

    assert lookup.documents(shelf.store) == []
    assert lookup.changes(shelf.store) == []
    (document,) = lookup.documents(shelf.store, everything=True)
    assert (document.version_count, document.mentions) == (2, 2)
    assert document.follow_reason == "muted by Ann: a namesake"


def test_a_document_that_is_muted_no_more_has_all_its_changes(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": NAMED})
    before = dump(shelf)
    for muted in (True, False):
        decision = decisions.mute(shelf.store, "letters:a", by="Ann", reason="because", muted=muted)
        shelf.derivation.update([decision])

    assert dump(shelf) == before


def test_a_watched_address_is_followed_until_it_is_not(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": PLAIN})
    told = []

    for added in (True, False, True):
        shelf.derivation.update(decisions.watch(shelf.store, url_of("a"), reason="asked for", added=added))
        told.append([document.follow_reason for document in lookup.documents(shelf.store)])

    assert told == [["asked for"], [], ["asked for"]]
    assert watches(shelf.store) == [(url_of("a"), "asked for")]


def test_an_address_watched_before_its_document_is_known_counts_from_the_start(shelf: Shelf) -> None:
    assert decisions.watch(shelf.store, url_of("a"), reason="asked for") == []

    shelf.crawl(0, {"a": PLAIN})

    assert len(lookup.documents(shelf.store)) == 1


# Standing


def test_a_document_stands_as_its_latest_version_says(shelf: Shelf) -> None:
    row = page(title="The row", fields={"company": "Firm Inc", "row": "1"}, number="8", published="2025-01-01")
    shelf.crawl(0, {"a": NAMED}, rows={"a": row})
    shelf.crawl(24, {"a": MORE}, rows={"a": row})

    document = lookup.document(shelf.store, "letters:a")
    assert (document.title, document.number, document.version_count) == ("Letter", "7", 2)
    assert document.fields == {"company": "Firm", "row": "1"}
    assert (document.published, document.published_basis) == ("2025-01-01", "posted")
    assert (document.first_seen, document.last_seen, document.status) == (at(0), at(24), Status.CURRENT)


def test_a_removed_document_says_so(shelf: Shelf) -> None:
    fill(shelf)

    assert [document.id for document in lookup.documents(shelf.store, status="removed")] == ["letters:a"]


def test_a_pair_is_found_whichever_side_is_read_first(shelf: Shelf) -> None:
    shelf.crawl(0, {"en": page("Text.", pair=url_of("fr")), "fr": page("Texte.", pair=url_of("en"))})

    documents = {document.id: document.pair for document in lookup.documents(shelf.store, everything=True)}
    assert documents == {"letters:en": "letters:fr", "letters:fr": "letters:en"}


# Search


def found(shelf: Shelf, text: str) -> list[str]:
    return [hit.document.id for hit in lookup.search(shelf.store, text)]


def test_the_index_follows_the_latest_version(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page("Ancient words."), "b": page("Other matters.")})
    shelf.crawl(24, {"a": page("Modern words.")})

    assert found(shelf, "ancient") == []
    assert found(shelf, "modern") == ["letters:a"]
    assert found(shelf, "words") == ["letters:a"]
    assert sound(shelf)


def test_the_index_knows_title_number_page_and_file_and_no_row(shelf: Shelf) -> None:
    row = {"a": page("Blocks of a row.", title="The row")}
    shelf.crawl(0, {"a": page("Of the page.", title="Entitled", number="XY-77")}, files={"a": page("Of the pdf.")})
    shelf.crawl(24, rows=row)

    words = ("entitled", "XY-77", "page", "pdf", '"of the page"', "row")
    assert [found(shelf, word) for word in words] == [["letters:a"]] * 5 + [[]]
    shelf.crawl(48, {"a": page("Anew, too.", title="Entitled", number="XY-77")}, files={"a": page("Anew, too.")})
    assert [found(shelf, word) for word in words] == [["letters:a"]] * 2 + [[]] * 4
    assert sound(shelf)


def test_words_are_found_without_accents_and_quoted_words_together(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page("Vésicules extracellulaires d'origine humaine.")})

    assert found(shelf, "vesicules HUMAINE") == ["letters:a"]
    assert found(shelf, '"vésicules extracellulaires"') == ["letters:a"]
    assert found(shelf, '"extracellulaires vésicules"') == []
    assert lookup.search(shelf.store, "humaine")[0].snippet == "Vésicules extracellulaires d'origine humaine."


NASTY = [
    *("", " ", '"', '""', '"""', "'", "''", "*", "a*", "^a", "-", "--", "a-b", "(", ")", "()", ":", "title:", "{a}"),
    *("AND", "OR", "NOT", "NEAR", "NEAR(a b, 2)", "a AND", "NOT a", "a OR OR b", "title : a", "-title:a", "a + b", "+"),
    *('"a', 'a"', 'a"b', '"a" "', "a\x00b", "\x00", "\ud800", "a\ud800b", "²", "\u0301", "é", "𝔞", "中文", "🧬", "٣"),
    *(
        "; drop table search",
        "' or 1=1 --",
        "%",
        "_",
        "\\",
        "a\\",
        "\n",
        "\t",
        "x" * 5000,
        "a " * 2000,
        "rank",
        "rowid:1",
    ),
]


@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text)[:24])
def test_a_search_takes_any_text(shelf: Shelf, text: str) -> None:
    shelf.crawl(0, {"a": page("A text with a and b.")})

    hits = lookup.search(shelf.store, text)

    assert all(hit.document.id == "letters:a" for hit in hits)


@given(st.text(max_size=30))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_search_takes_any_text_at_all(shelf: Shelf, text: str) -> None:
    assert isinstance(lookup.search(shelf.store, text), list)


def test_the_tests_know_their_own_reader() -> None:
    assert shelves.read(Material("letters", Part.PAGE, "", NAMED)).number == "7"

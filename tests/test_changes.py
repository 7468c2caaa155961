"""Changes: the kind, window, fields, words and name of each step of a followed document."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from store.changes import Subject, conclude
from store.mentions import Topic, find
from store.records import Block, BlockKind, Change, Kind, Mention, Part, Severity, sha256
from store.timeline import Look, Read, build

START = datetime(2025, 8, 1, 8, tzinfo=UTC)
TOPIC = Topic("exosomes", terms=("exosom",))

PLAIN = "The firm sells a product for the skin."
NAMED = "The firm sells exosomes for the skin."
TWICE = "The firm sells exosomes for the skin and more exosomes."


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


class Texts:
    """Numbers for texts, as the store gives them."""

    def __init__(self) -> None:
        self.known: list[tuple[Block, ...]] = []

    def read(self, text: str, title: str, fields: Mapping[str, str], stamps: Mapping[str, str]) -> Read:
        blocks = tuple(Block(BlockKind.PARAGRAPH, line) for line in text.split("\n") if line)
        self.known.append(blocks)
        key = sha256(text)
        return Read(
            len(self.known) - 1,
            f"{title}{fields}{key}",
            key,
            key,
            len(text),
            0,
            title,
            "en",
            dict(fields),
            dict(stamps),
        )


TEXTS = Texts()


def seen(
    hours: float,
    text: str,
    part: Part = Part.PAGE,
    *,
    body: str = "",
    title: str = "Letter",
    fields: Mapping[str, str] | None = None,
    stamps: Mapping[str, str] | None = None,
) -> Look:
    return Look(at(hours), part, body or sha256(f"{text}{fields}"), TEXTS.read(text, title, fields or {}, stamps or {}))


def entry(hours: float, **fields: str) -> Look:
    return seen(hours, "", Part.ENTRY, fields=fields)


def gone(hours: float) -> Look:
    return Look(at(hours), Part.PAGE, gone=True)


def changes(looks: Sequence[Look], *, followed_from: int | None = 0, name: str = "fda:letter") -> tuple[Change, ...]:
    """The changes of a document; followed from the first version that mentions the topic, unless said otherwise."""
    history = build(looks)
    mentions: dict[int, Sequence[Mention]] = {}
    for version in history.versions:
        held = version.parts.values()
        blocks = [block for part in held for block in TEXTS.known[part.read.content]]
        fields = {key: value for part in held for key, value in part.read.fields.items()}
        mentions[version.n] = find([TOPIC], version.main.read.title, fields, blocks)
    if followed_from == 0:
        followed_from = next((n for n, found in mentions.items() if found), None)
    return conclude(Subject(name, history, mentions, followed_from, lambda content: TEXTS.known[content]))


def kinds(looks: Sequence[Look], **said: int | None) -> list[Kind]:
    return [change.kind for change in changes(looks, **said)]  # type: ignore[arg-type]


# New


def test_a_document_that_is_not_followed_has_no_change() -> None:
    assert changes([seen(0, PLAIN), seen(24, PLAIN + " More."), gone(48), gone(96)]) == ()


def test_a_document_that_mentions_the_topic_from_the_start_is_new_with_nothing_before() -> None:
    (change,) = changes([seen(0, NAMED)])

    assert (change.kind, change.before) == (Kind.NEW, None)
    assert change.after is not None
    assert (change.after.n, change.after.seen) == (1, at(0))
    assert (change.window.after, change.window.until) == (None, at(0))
    assert change.events == ()
    assert (change.mentions_before, change.mentions_after) == (0, 1)


def test_a_document_that_comes_to_mention_the_topic_is_new_with_what_stood_before() -> None:
    (change,) = changes([seen(0, PLAIN), seen(12, PLAIN), seen(24, NAMED)])

    assert change.kind is Kind.NEW
    assert change.before is not None
    assert (change.before.n, change.before.seen) == (1, at(12))
    assert [event.name for event in change.events] == ["first_mention"]
    assert (change.window.after, change.window.until) == (at(12), at(24))


def test_steps_before_the_first_mention_are_no_changes_and_all_later_ones_are() -> None:
    looks = [seen(0, PLAIN), seen(24, PLAIN + " More."), seen(48, NAMED), seen(72, PLAIN), seen(96, PLAIN + " Less.")]

    assert kinds(looks) == [Kind.NEW, Kind.REVERTED, Kind.REVISED]


def test_a_removal_before_the_first_mention_is_no_change() -> None:
    looks = [seen(0, PLAIN), gone(24), gone(48), seen(72, NAMED)]

    assert kinds(looks) == [Kind.NEW]


def test_a_document_followed_by_decision_is_new_at_its_first_version() -> None:
    assert kinds([seen(0, PLAIN), seen(24, NAMED)], followed_from=1) == [Kind.NEW, Kind.REVISED]


def test_a_mention_in_a_page_read_later_dates_from_that_reading() -> None:
    (change,) = changes([entry(0, company="Firm"), seen(48, NAMED)])

    assert change.before is None
    assert change.window.until == at(48)


def test_a_mention_in_a_field_that_only_the_page_states_dates_from_the_page() -> None:
    (change,) = changes([entry(0, company="Firm"), seen(48, PLAIN, fields={"product": "Exosomes"})])

    assert change.window.until == at(48)


def test_a_mention_in_the_row_dates_from_the_row_whatever_the_page_says_later() -> None:
    plain, named = (changes([entry(0, subject="Exosomes"), seen(48, text)])[0] for text in (PLAIN, NAMED))

    assert (plain.window.until, named.window.until) == (at(0), at(0))
    assert plain.kind is named.kind is Kind.NEW


# Kinds


def test_another_text_is_revised_and_its_words_are_counted() -> None:
    change = changes([seen(0, NAMED), seen(24, NAMED.replace("the skin", "face and neck"))])[1]

    assert change.kind is Kind.REVISED
    assert (change.words_added, change.words_removed) == (3, 2)


def test_equal_text_under_other_fields_is_metadata_without_words() -> None:
    change = changes([seen(0, NAMED), seen(24, NAMED, fields={"closeout": "2025-08-02"})])[1]

    assert change.kind is Kind.METADATA
    assert (change.words_added, change.words_removed) == (0, 0)
    assert [(field.name, field.before, field.after) for field in change.fields] == [("closeout", "", "2025-08-02")]
    assert [event.name for event in change.events] == ["closeout_posted"]


def test_other_text_under_other_fields_is_revised_and_names_both() -> None:
    change = changes([seen(0, NAMED, title="Draft"), seen(24, TWICE, title="Final", fields={"status": "Final"})])[1]

    assert change.kind is Kind.REVISED
    assert [field.name for field in change.fields] == ["title", "status"]
    assert change.words_added == 3


def test_a_version_equal_to_an_older_one_is_reverted() -> None:
    found = changes([seen(0, NAMED), seen(24, TWICE), seen(48, NAMED)])

    assert [change.kind for change in found] == [Kind.NEW, Kind.REVISED, Kind.REVERTED]
    assert found[2].words_removed == 3


def test_a_return_to_old_fields_is_reverted_before_it_is_metadata() -> None:
    assert kinds([seen(0, NAMED), seen(24, NAMED, fields={"status": "x"}), seen(48, NAMED)])[2] is Kind.REVERTED


def test_an_old_text_under_new_fields_is_not_reverted() -> None:
    looks = [seen(0, NAMED), seen(24, TWICE), seen(48, NAMED, fields={"status": "Closed"})]

    assert kinds(looks)[2] is Kind.REVISED


def test_a_block_that_only_moved_counts_no_words() -> None:
    first, second = "First of all, exosomes are mentioned here.", "Then there is this other paragraph of words."

    change = changes([seen(0, f"{first}\n{second}"), seen(24, f"{second}\n{first}")])[1]

    assert (change.kind, change.words_added, change.words_removed) == (Kind.REVISED, 0, 0)


def test_a_changed_row_is_metadata_even_where_the_page_was_first_read_in_between() -> None:
    """The page is news to us alone: it completed the later version and says nothing of the step."""
    looks = [entry(0, subject="Exosomes", posted="1"), entry(24, subject="Exosomes", posted="2"), seen(48, TWICE)]

    change = changes(looks)[1]

    assert (change.kind, change.words_added) == (Kind.METADATA, 0)
    assert [field.name for field in change.fields] == ["posted"]


def test_a_title_that_only_a_part_read_later_states_did_not_change() -> None:
    looks = [
        seen(0, "", Part.ENTRY, title="Exosomes Inc", fields={"posted": "1"}),
        seen(24, "", Part.ENTRY, title="Exosomes Inc", fields={"posted": "2"}),
        seen(48, TWICE, title="Exosomes Incorporated"),
    ]

    assert [field.name for field in changes(looks)[1].fields] == ["posted"]


def test_a_field_that_another_part_hides_is_still_named() -> None:
    first = [entry(0, subject="Exosomes", issued="a"), seen(0, NAMED, fields={"issued": "b"})]

    change = changes([*first, entry(24, subject="Exosomes", issued="c")])[1]

    assert [(field.name, field.before, field.after) for field in change.fields] == [("issued", "a", "c")]


def test_stamps_that_moved_with_a_change_are_named_with_it() -> None:
    stamps = [{"current_as_of": "2025-08-01"}, {"current_as_of": "2025-08-02"}, {"current_as_of": "2025-08-03"}]

    looks = [seen(0, NAMED, stamps=stamps[0]), seen(24, NAMED, stamps=stamps[1]), seen(48, TWICE, stamps=stamps[2])]
    change = changes(looks)[1]

    assert [(field.before, field.after) for field in change.fields] == [("2025-08-02", "2025-08-03")]


# Circumstances


def test_a_removal_has_no_side_after_and_no_words() -> None:
    change = changes([seen(0, NAMED), gone(24), gone(48)])[1]

    assert (change.kind, change.after) == (Kind.REMOVED, None)
    assert change.before is not None
    assert (change.before.n, change.before.seen) == (1, at(0))
    assert (change.words_added, change.words_removed, change.fields) == (0, 0, ())
    assert (change.window.after, change.window.until) == (at(0), at(24))


def test_a_restoration_has_the_same_version_on_both_sides() -> None:
    change = changes([seen(0, NAMED), gone(24), gone(48), seen(72, NAMED)])[2]

    assert change.kind is Kind.RESTORED
    assert change.before is not None
    assert change.after is not None
    assert (change.before.n, change.after.n) == (1, 1)
    assert (change.words_added, change.words_removed) == (0, 0)


def test_a_document_restored_with_another_text_has_both_changes_in_order() -> None:
    assert kinds([seen(0, NAMED), gone(24), gone(48), seen(72, TWICE)]) == [
        Kind.NEW,
        Kind.REMOVED,
        Kind.RESTORED,
        Kind.REVISED,
    ]


def test_other_bytes_of_a_file_are_reissued_within_one_version() -> None:
    change = changes([seen(0, NAMED, Part.FILE, body="1"), seen(24, NAMED, Part.FILE, body="2")])[1]

    assert change.kind is Kind.REISSUED
    assert change.before is not None
    assert change.after is not None
    assert (change.before.n, change.after.n) == (1, 1)
    assert (change.words_added, change.words_removed) == (0, 0)


# Weight


def test_severity_is_the_highest_that_a_rule_gives_with_every_reason() -> None:
    before, after = seen(0, NAMED, fields={"status": "Open"}), seen(24, TWICE, fields={"status": "Closed"})

    change = changes([before, after])[1]

    assert change.severity is Severity.IMPORTANT
    assert change.reasons == (
        "a consultation closed",
        "mentions of the topic: 1 before, 2 after",
        "a word for a product changed",
        "the text changed",
    )


# Names


def test_ids_are_sixteen_hex_digits_and_distinct_for_repeated_steps() -> None:
    found = changes([seen(24 * n, (NAMED, TWICE)[n % 2]) for n in range(8)])

    assert len({change.id for change in found}) == 8
    assert all(len(change.id) == 16 and int(change.id, 16) >= 0 for change in found)


def test_an_id_is_a_hash_over_document_kind_texts_and_the_count_of_equal_steps() -> None:
    looks = [seen(0, NAMED), seen(24, TWICE), seen(48, NAMED), seen(72, TWICE), seen(96, NAMED)]

    found = changes(looks)

    texts = sha256(TWICE), sha256(NAMED)
    assert found[2].id == sha256("\n".join(["fda:letter", "reverted", *texts, "0"]))[:16]
    assert found[4].id == sha256("\n".join(["fda:letter", "reverted", *texts, "1"]))[:16]


def test_metadata_changes_of_one_text_have_distinct_ids() -> None:
    found = changes([seen(24 * n, NAMED, fields={"n": str(n)}) for n in range(5)])

    assert len({change.id for change in found}) == 5


def test_two_documents_with_equal_steps_have_distinct_ids() -> None:
    looks = [seen(0, NAMED), seen(24, TWICE)]

    assert not {change.id for change in changes(looks)} & {change.id for change in changes(looks, name="fda:other")}


_looks = st.lists(
    st.one_of(
        st.builds(
            seen,
            st.integers(0, 300),
            st.sampled_from([PLAIN, NAMED, TWICE]),
            st.sampled_from([Part.PAGE, Part.FILE]),
            fields=st.sampled_from([{}, {"status": "Open"}, {"status": "Closed"}]),
        ),
        st.builds(entry, st.integers(0, 300), subject=st.sampled_from(["Exosomes", "Skin"])),
        st.builds(gone, st.integers(0, 300)),
    ),
    max_size=10,
    unique_by=lambda look: (look.moment, look.part),
)


@given(_looks, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_changes_and_their_ids_do_not_depend_on_the_order_of_arrival(looks: list[Look], order: random.Random) -> None:
    assert changes(order.sample(looks, len(looks))) == changes(looks)


@given(_looks)
@settings(max_examples=150, deadline=None)
def test_every_followed_document_has_exactly_one_new_and_it_comes_first(looks: list[Look]) -> None:
    found = changes(looks)

    assert [change.kind for change in found].count(Kind.NEW) == min(1, len(found))
    assert not found or found[0].kind is Kind.NEW
    assert len({change.id for change in found}) == len(found)
    assert all((change.after is None) == (change.kind is Kind.REMOVED) for change in found)
    for change in found:
        if change.kind in (Kind.REMOVED, Kind.RESTORED, Kind.REISSUED, Kind.METADATA):
            assert (change.words_added, change.words_removed) == (0, 0)

"""Single edits planted in recorded letters are found: each as one change, marked exactly, both texts rebuilt."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.archives.warc import answers
from store import lookup
from store.diff import compare
from store.records import Block, BlockDiff, BlockOp, Change, Kind, Meaning, WordOp
from tests.planting import Edit, EditKind, blocks_after, plant
from tests.shaking import shaken
from tests.test_noise import START, Remembered, recorded, remembering
from tests.test_recordings import LETTERS

pytestmark = [pytest.mark.recordings, recorded]

STAMPS = {"current_as_of"}
"""Fields that a shaken page may state otherwise."""


@dataclass(frozen=True, slots=True)
class Case:
    """An edit, where it was planted, and what was concluded of it."""

    url: str
    edit: Edit
    changes: Sequence[Change]
    before: Sequence[Block]
    after: Sequence[Block]

    @property
    def diff(self) -> tuple[BlockDiff, ...]:
        return compare(self.before, self.after)

    def __str__(self) -> str:
        return (
            f"{self.edit.kind} in {self.url.rpartition('/')[2]}: {self.edit.removed[:60]!r} → {self.edit.added[:60]!r}"
        )


def cases(folder: Path, times: int) -> list[Case]:
    """So many edits, of each kind as many, and what a store concludes of them. Every second stands in a shaken page."""
    edits = list(planted(times))
    looks = []
    for n, (url, page, edit) in enumerate(edits):
        later = edit.page.encode()
        looks += [
            (url, START, page),
            (url, START + timedelta(days=1), shaken(later, random.Random(n)) if n % 2 else later),
        ]
    with remembering(folder) as made:
        run = made.take_in(looks)
        assert (run.captured, run.failed) == (2 * times, 0)
        assert made.count("documents") == times
        return [concluded(made, url, edit) for url, _, edit in edits]


def planted(times: int) -> Iterator[tuple[str, bytes, Edit]]:
    """Edits in letters drawn by chance; each letter stands at an address of its own, so that it may be drawn again."""
    letters = [(answer.url, answer.body) for answer in answers(LETTERS)]
    with_rows = [letter for letter in letters if b"<table" in letter[1]]
    for n in range(times):
        kind, chance = list(EditKind)[n % len(EditKind)], random.Random(f"edit {n}")
        edit = None
        while edit is None:
            url, body = chance.choice(with_rows if kind is EditKind.ROW else letters)
            edit = plant(body.decode(), kind, chance)
        yield f"{url}-edit-{n}", body, edit


def concluded(made: Remembered, url: str, edit: Edit) -> Case:
    (document,) = [one.id for one in lookup.documents(made.store) if one.url == url]
    seen = lookup.versions(made.store, document)
    texts = [lookup.blocks(made.store, version) for version in (seen[0], seen[-1])]
    changes = [change for change in lookup.changes(made.store, document=document) if change.kind is not Kind.NEW]
    return Case(url, edit, changes, *texts)


@pytest.fixture(scope="module", params=[50, pytest.param(500, marks=pytest.mark.slow)])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    return cases(tmp_path_factory.mktemp("planted"), request.param)


def missed(found: Sequence[Case], is_right: Callable[[Case], bool]) -> list[str]:
    return [str(case) for case in found if not is_right(case)]


def test_edits_of_every_kind_are_planted(found: list[Case]) -> None:
    kinds = Counter(case.edit.kind for case in found)

    assert set(kinds) == set(EditKind)
    assert max(kinds.values()) - min(kinds.values()) <= 1


def test_every_edit_is_one_change_of_the_text(found: list[Case]) -> None:
    assert missed(found, lambda case: [change.kind for change in case.changes] == [Kind.REVISED]) == []


def test_nothing_but_the_edit_is_in_the_texts(found: list[Case]) -> None:
    def right(case: Case) -> bool:
        before, after = ([block.text for block in blocks] for blocks in (case.before, case.after))
        return after == blocks_after(before, case.edit)

    assert missed(found, right) == []


def test_no_field_changes_but_the_pages_own_dates(found: list[Case]) -> None:
    assert missed(found, lambda case: {field.name for field in case.changes[0].fields} <= STAMPS) == []


def test_both_texts_are_rebuilt_from_every_diff(found: list[Case]) -> None:
    def right(case: Case) -> bool:
        new = [joined(step, WordOp.ADD) for step in case.diff if step.op is not BlockOp.REMOVE]
        old = [was(step) for step in case.diff if step.op not in (BlockOp.ADD, BlockOp.MOVE)]
        moved = Counter(was(step) for step in case.diff if step.op is BlockOp.MOVE)
        left = [block.text for block in case.before]
        in_order = [text for text in left if not taken(moved, text)]
        return new == [block.text for block in case.after] and old == in_order and not moved.total()

    assert missed(found, right) == []


def taken(moved: Counter[str], text: str) -> bool:
    """Whether a text is one of those that moved; each is taken once."""
    if not moved[text]:
        return False
    moved[text] -= 1
    return True


def joined(step: BlockDiff, op: WordOp) -> str:
    return "".join(words.text for words in step.words if words.op in (WordOp.KEEP, op))


def was(step: BlockDiff) -> str:
    """The text of a block before."""
    return step.before or joined(step, WordOp.REMOVE)


def test_the_words_of_the_edit_are_the_ones_marked(found: list[Case]) -> None:
    assert missed(found, is_marked) == []


def is_marked(case: Case) -> bool:
    """Whether one block differs, in the words of the edit; signs beside them may be marked with them."""
    steps = [step for step in case.diff if step.op is not BlockOp.KEEP]
    if [step.op for step in steps] != [expected(case.edit)]:
        return False
    gone, new = (" ".join(run.text for run in steps[0].words if run.op is op) for op in (WordOp.REMOVE, WordOp.ADD))
    return (words(gone), words(new)) == (words(case.edit.removed), words(case.edit.added))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def expected(edit: Edit) -> BlockOp:
    if edit.kind is EditKind.MOVE:
        return BlockOp.MOVE
    if edit.before and edit.after:
        return BlockOp.EDIT
    return BlockOp.REMOVE if edit.before else BlockOp.ADD


def test_the_words_of_the_edit_are_the_ones_counted(found: list[Case]) -> None:
    def right(case: Case) -> bool:
        counted = case.changes[0].words_added, case.changes[0].words_removed
        if case.edit.kind is EditKind.MOVE:
            return counted == (0, 0)
        return (counted[0] > 0, counted[1] > 0) == (bool(case.edit.added), bool(case.edit.removed))

    assert missed(found, right) == []


def test_the_kind_of_token_is_right_for_all_but_one_in_fifty(found: list[Case]) -> None:
    """What was planted is what is named, of its own kind and with its words; for a move or another word, nothing is."""
    meaning: Any = pytest.importorskip("store.meaning", reason="there are no typed tokens yet")
    judged = [(case, meaning.meanings(case.diff, "US")) for case in found if case.edit.tokens is not None]

    wrong = [f"{case}: {told}" for case, told in judged if not is_named(case.edit, told)]

    assert 3 * len(judged) > 2 * len(found)
    assert len(wrong) <= 0.02 * len(judged), "\n".join(wrong)


def is_named(edit: Edit, told: Sequence[Meaning]) -> bool:
    if not edit.tokens:
        return not told
    said = any(edit.removed in one.before and edit.added in one.after for one in told)
    return said and {one.token for one in told} <= edit.tokens

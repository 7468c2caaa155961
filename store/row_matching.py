"""Which table before is which table after, and which of their rows are one row by their name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from store.cells import by_content
from store.normal import canonical
from store.records import Block
from store.structure import WIDEST_KEY, Table, cells, tables
from store.words import WORD


@dataclass(frozen=True, slots=True)
class TablePair:
    """A table before and after. `columns` says which column is which where the header was changed, and is None else."""

    before: Table
    after: Table
    columns: tuple[tuple[int, int], ...] | None

    def fits(self, before: int, after: int) -> bool:
        """Whether the columns hold for these two rows, which may have merged cells."""
        return self.columns is not None and all(
            len(table.rows[n - table.places.start]) == len(table.rows[0])
            for table, n in ((self.before, before), (self.after, after))
        )


def table_pairs(
    before: Sequence[Block], after: Sequence[Block], matched: Iterable[tuple[int, int]]
) -> tuple[TablePair, ...]:
    """Tables with most matched rows in common; of the others, those of one header; then those of mostly one name."""
    left, right = tables(before), tables(after)
    if not left or not right:
        return ()
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for votes in (_rows_in_common(left, right, matched), _one_header(left, right), _names_in_common(left, right)):
        for (i, j), _ in votes.most_common():
            if i not in pairs and j not in taken:
                pairs[i] = j
                taken.add(j)
    return tuple(TablePair(left[i], right[j], _columns(left[i], right[j])) for i, j in sorted(pairs.items()))


_Votes = Counter[tuple[int, int]]


def _rows_in_common(left: Sequence[Table], right: Sequence[Table], matched: Iterable[tuple[int, int]]) -> _Votes:
    here = {place: n for n, table in enumerate(left) for place in table.places}
    there = {place: n for n, table in enumerate(right) for place in table.places}
    return Counter((here[i], there[j]) for i, j in matched if i in here and j in there)


def _one_header(left: Sequence[Table], right: Sequence[Table]) -> _Votes:
    headers: dict[tuple[str, ...], int] = {}
    for n, table in enumerate(right):
        if table.header:
            headers.setdefault(table.rows[0], n)
    return Counter(
        (n, headers[table.rows[0]]) for n, table in enumerate(left) if table.header and table.rows[0] in headers
    )


def _names_in_common(left: Sequence[Table], right: Sequence[Table]) -> _Votes:
    names: dict[str, int] = {}
    for n, table in enumerate(right):
        for row in table.rows[table.header :]:
            names.setdefault(canonical(row[table.first]) if len(row) > table.first else "", n)
    votes: _Votes = Counter()
    for n, table in enumerate(left):
        found = {canonical(row[table.first]) for row in table.rows[table.header :] if len(row) > table.first}
        votes.update((n, names[name]) for name in sorted(found) if name and name in names)
    return Counter(
        {
            (i, j): most
            for (i, j), most in votes.items()
            if 2 * most >= min(len(left[i].rows) - left[i].header, len(right[j].rows) - right[j].header)
        }
    )


def _columns(left: Table, right: Table) -> tuple[tuple[int, int], ...] | None:
    if not (left.header and right.header) or left.rows[0] == right.rows[0]:
        return None
    return tuple(by_content(left.rows[0], right.rows[0]))


def rows_of_one_name(
    pairs: Sequence[TablePair], lone_before: Collection[int], lone_after: Collection[int]
) -> Iterator[tuple[int, int]]:
    """The places of rows whose first cells, as few as name them in both tables, are equal; and of the headers."""
    for pair in pairs:
        rest_before = [n for n in pair.before.places if n in lone_before]
        rest_after = [n for n in pair.after.places if n in lone_after]
        if rest_before and rest_after:
            yield from _of_one_name(pair, rest_before, rest_after)


def _of_one_name(pair: TablePair, rest_before: Sequence[int], rest_after: Sequence[int]) -> Iterator[tuple[int, int]]:
    headers = pair.before.places[0], pair.after.places[0]
    if pair.before.header and pair.after.header and (rest_before[0], rest_after[0]) == headers:
        yield headers
    lone_before, lone_after = set(rest_before), set(rest_after)
    for width in range(1, WIDEST_KEY + 1):
        after = _once(pair.after, _naming(pair, 1)[:width])
        for name, i in _once(pair.before, _naming(pair, 0)[:width]).items():
            j = after.get(name, -1)
            if i in lone_before and j in lone_after:
                lone_before.remove(i)
                lone_after.remove(j)
                yield i, j


def _naming(pair: TablePair, side: int) -> list[int]:
    """The columns of one side that may name a row: those that are on both sides and do not only count."""
    table = pair.after if side else pair.before
    first = max(pair.before.first, pair.after.first)
    if pair.columns is None:
        return list(range(first, first + WIDEST_KEY))
    return [columns[side] for columns in pair.columns if columns[side] >= table.first]


def _once(table: Table, columns: Sequence[int]) -> dict[tuple[str, ...], int]:
    """The rows by what they hold in these columns, but for the header and those that hold the same."""
    places: dict[tuple[str, ...], int] = {}
    for place, row in list(zip(table.places, table.rows, strict=True))[table.header :]:
        name = tuple(canonical(row[n]) for n in columns if n < len(row))
        places[name] = -1 if name in places else place
    return {name: place for name, place in places.items() if place >= 0 and any(name)}


def is_one_row(before: str, after: str) -> bool:
    """Whether rows of two names may still be one: half of the cells or two thirds of the words are equal."""
    a, b = cells(before), cells(after)
    equal = sum((Counter(filter(None, a)) & Counter(filter(None, b))).values())
    if 2 * equal >= max(len(a), len(b)):
        return True
    words_a, words_b = Counter(WORD.findall(before)), Counter(WORD.findall(after))
    return 3 * (words_a & words_b).total() >= 2 * max(words_a.total(), words_b.total())

"""Products that a notice came to name: rows that its tables of affected products gained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from store import diff
from store.normal import folded
from store.records import Block, BlockKind, BlockOp

_SECTIONS = ("product", "produit")
"""One of these words stands in the heading over a table of affected products, folded."""
_COLUMNS = frozenset({"product", "products", "product name", "produit", "produits", "nom du produit"})
"""What the column that names the product is headed, folded."""


def rows_added(before: Sequence[Block], after: Sequence[Block]) -> tuple[str, ...]:
    """The product that each added row names, in the order of the table.

    A row that was edited is not added, nor is one that was edited and moved: another row of that product went.
    """
    known = {block.text for block in before}
    if all(block.kind is not BlockKind.ROW or block.text in known for block in after):
        return ()
    come, gone = _fresh_and_gone(before, after)
    left = Counter(name for row, name in _products(before) if row in gone)
    added = []
    for row, name in _products(after):
        if row in come and not left[name]:
            added.append(name)
        elif row in come:
            left[name] -= 1
    return tuple(added)


def _fresh_and_gone(before: Sequence[Block], after: Sequence[Block]) -> tuple[frozenset[str], frozenset[str]]:
    """The texts of the rows that stand where none stood, and of those that stand no longer."""
    rows = [block for block in diff.compare(before, after) if block.kind is BlockKind.ROW]
    come, gone = (
        frozenset("".join(run.text for run in row.words) for row in rows if row.op is op)
        for op in (BlockOp.ADD, BlockOp.REMOVE)
    )
    return come, gone


def _products(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """The rows of tables of affected products, each with what it names; rows of headings are none."""
    found, named, column = [], False, 0
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            named = any(word in folded(block.text) for word in _SECTIONS)
        if block.kind is not BlockKind.ROW:
            column = 0
            continue
        cells = [cell.strip() for cell in block.text.split("|")]
        headed = next((n for n, cell in enumerate(cells) if folded(cell) in _COLUMNS), None)
        if headed is not None:
            column = headed
        elif named:
            found.append((block.text, cells[column] if column < len(cells) else cells[0]))
    return found

"""Products: rows that tables of affected products gained, by the name in their column."""

from __future__ import annotations

from store.products import rows_added
from store.records import Block, BlockKind


def table(*rows: str, heading: str = "Affected products") -> tuple[Block, ...]:
    return (Block(BlockKind.HEADING, heading, 2), *(Block(BlockKind.ROW, row) for row in rows))


HEAD = "Brand | Product Name | Lot"
SERUM, CREAM = "Larch | Vesicle Serum | 7A", "Elm |  | 8B"


def test_an_added_row_is_named_by_its_column() -> None:
    assert rows_added(table(HEAD, SERUM), table(HEAD, "Elm | Exo Vial | 8B", SERUM)) == ("Exo Vial",)


def test_without_a_column_for_the_product_the_first_cell_names_it() -> None:
    assert rows_added(table("Exo Vial | 7A"), table("Exo Vial | 7A", "Exo Mask | 8B")) == ("Exo Mask",)


def test_a_table_that_is_added_whole_counts_its_rows_and_not_its_heads() -> None:
    assert rows_added((), table("Produit | Lot", "Sérum | 7A", heading="Produits touchés")) == ("Sérum",)


def test_a_second_table_has_its_own_columns() -> None:
    after = (*table(HEAD, SERUM), *table("Exo Mask | 9C", heading="More products"))

    assert rows_added(table(HEAD, SERUM), after) == ("Exo Mask",)


def test_a_row_that_was_edited_or_moved_is_not_added() -> None:
    other = "Elm | Exo Vial | 8B"

    assert rows_added(table(HEAD, SERUM, other), table(HEAD, other, SERUM + ", 7B")) == ()


def test_rows_of_other_tables_and_other_text_are_not_counted() -> None:
    sellers = table("Larch | Fennimore Falls", heading="Where it was sold")

    assert rows_added(table(HEAD, SERUM), (*table(HEAD, SERUM), *sellers)) == ()
    assert rows_added(table(HEAD), (*table(HEAD), Block(BlockKind.PARAGRAPH, "Exo Vial"))) == ()


def test_rows_that_went_are_not_added() -> None:
    assert rows_added(table(HEAD, SERUM, CREAM), table(HEAD, SERUM)) == ()

"""Every column is described, nothing is described that does not exist, and the page on disk is today's."""

from pathlib import Path

import pytest

from exowatch import data_dictionary
from store.database import Store
from store.dictionary import TABLES, VIEWS, Relation, described, relations

JSON_COLUMNS = {
    "v_documents": "id source number url urls pair title language status followed follow_reason published"
    " published_basis fields topics mentions version_count first_seen last_seen",
    "v_changes": "id document number source url title kind severity reasons events before after fields words_added"
    " words_removed",
    "v_crawls": "source origin started finished declared listed captured unchanged failed skipped documents_new"
    " documents_followed versions_new changes_new",
    "v_versions": "n first_seen last_seen text_sha256 sha256 origin mentions parts",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Relation]:
    with Store(tmp_path_factory.mktemp("schema") / "store.db") as store:
        return relations(store)


def test_every_column_of_every_view_and_table_is_described(found: list[Relation]) -> None:
    missing = [
        f"{relation.name}.{column}"
        for relation in found
        for column, _ in relation.columns
        if column not in (described(relation.name)[1] if relation.name in VIEWS or relation.name in TABLES else {})
    ]

    assert missing == []


def test_nothing_is_described_that_does_not_exist(found: list[Relation]) -> None:
    columns = {relation.name: {column for column, _ in relation.columns} for relation in found}

    invented = [
        f"{name}.{column}"
        for name in (*VIEWS, *TABLES)
        for column in described(name)[1]
        if column not in columns.get(name, ())
    ]

    assert invented == []
    assert set(VIEWS) == {relation.name for relation in found if relation.is_view}
    assert set(TABLES) == {relation.name for relation in found if not relation.is_view}


def test_the_views_for_people_have_the_keys_of_json_as_columns(found: list[Relation]) -> None:
    columns = {relation.name: {column for column, _ in relation.columns} for relation in found}

    missing = {name: sorted(set(keys.split()) - columns[name]) for name, keys in JSON_COLUMNS.items()}
    assert missing == {name: [] for name in JSON_COLUMNS}


def test_the_committed_data_dictionary_is_the_fresh_one() -> None:
    assert data_dictionary.PAGE.read_text("utf-8") == data_dictionary.fresh(), "`make docs` writes it anew"


def test_the_page_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(data_dictionary, "PAGE", tmp_path / "docs" / "data-dictionary.md")

    data_dictionary.main()

    assert (tmp_path / "docs" / "data-dictionary.md").read_text("utf-8") == data_dictionary.fresh()

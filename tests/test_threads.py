"""Threads: which documents belong to one consultation, and what each is in it."""

from __future__ import annotations

import pytest

from reports.threads import Stage, stage, threads
from store.records import Document
from tests.entries import document


def notice(name: str, title: str, **fields: str) -> Document:
    return document(name, "health_canada_notices", title=title, fields=fields)


CONSULTATION = notice("approach", "Consultation: an approach", status="Closed")


@pytest.mark.parametrize(
    ("of", "found"),
    [
        (CONSULTATION, Stage.CONSULTATION),
        (notice("x", "An approach", status="Fermé"), Stage.CONSULTATION),
        (notice("x", "What we heard: consultation on an approach"), Stage.HEARD),
        (notice("x", "Ce que nous avons entendu : un exemple"), Stage.HEARD),
        (notice("x", "Final notice: an approach"), Stage.FINAL),
        (notice("x", "Avis : un exemple"), Stage.NOTICE),
        (notice("x", "Finalists of a prize"), Stage.OTHER),
        (notice("x", "Opening hours", status="Opening"), Stage.OTHER),
    ],
)
def test_a_title_says_the_stage(of: Document, found: Stage) -> None:
    assert stage(of) is found


def test_pair_file_number_and_address_join_and_a_shared_folder_does_not() -> None:
    twin = document("approche", "health_canada_notices", title="Consultation : une approche", pair=CONSULTATION.id)
    below = document("below", "health_canada_notices", url=CONSULTATION.url.replace(".html", "/notice.html"),
                     title="Notice: an approach", fields={"file_number": "00-1"})  # fmt: skip
    final = notice("elsewhere", "Final notice: an approach", file_number="00-1")
    neighbour = notice("neighbour", "Notice: something else", file_number="00-2")

    found = threads([final, neighbour, below, twin, CONSULTATION])

    assert [[one.id for one in thread.documents] for thread in found] == [
        [CONSULTATION.id, twin.id, below.id, final.id]
    ]
    assert found[0].of(Stage.FINAL) == (final,)
    assert found[0].of(Stage.HEARD) == ()


def test_the_order_given_does_not_matter() -> None:
    second = notice("other", "Consultation: another", status="Open")
    final = notice("approach/final", "Final: an approach")
    documents = [CONSULTATION, final, second]

    assert threads(documents) == threads(documents[::-1])
    assert len(threads(documents)) == 2

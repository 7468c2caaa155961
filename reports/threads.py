"""Threads: the documents of one consultation, from the consultation through what was heard to the final text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from store.addresses import parts_of
from store.records import Document


class Stage(StrEnum):
    """What a document is in its thread."""

    CONSULTATION = "Consultation"
    NOTICE = "Notice"
    HEARD = "What was heard"
    FINAL = "Final document"
    OTHER = "Other page"


@dataclass(frozen=True, slots=True)
class StageRule:
    """One row of the table: the stage of a document whose title, or status where `in_status`, says this."""

    stage: Stage
    says: re.Pattern[str]
    in_status: bool = False


_RULES: Final = (
    StageRule(
        Stage.HEARD,
        re.compile(
            r"\bwhat (?:we|was) heard|\bsummary of (?:comments|responses|feedback)|\bce que nous avons entendu"
            r"|\b(?:sommaire|résumé) des (?:commentaires|réponses)",
            re.IGNORECASE,
        ),
    ),
    StageRule(Stage.CONSULTATION, re.compile(r"open|closed|ouverte?|fermée?", re.IGNORECASE), in_status=True),
    StageRule(Stage.CONSULTATION, re.compile(r"\bconsultation\b", re.IGNORECASE)),
    StageRule(Stage.FINAL, re.compile(r"\bfinale?\b", re.IGNORECASE)),
    StageRule(Stage.NOTICE, re.compile(r"\A(?:notice|avis)\b", re.IGNORECASE)),
)


def stage(document: Document) -> Stage:
    """What a document is in its thread, by the first row that holds."""
    for rule in _RULES:
        if rule.in_status and rule.says.fullmatch(document.fields.get("status", "")):
            return rule.stage
        if not rule.in_status and rule.says.search(document.title):
            return rule.stage
    return Stage.OTHER


@dataclass(frozen=True, slots=True)
class Thread:
    """Documents that belong together, by stage, then language and id."""

    documents: tuple[Document, ...]

    def of(self, wanted: Stage) -> tuple[Document, ...]:
        """The documents of one stage."""
        return tuple(document for document in self.documents if stage(document) is wanted)


def threads(documents: Iterable[Document]) -> tuple[Thread, ...]:
    """The threads among these documents that hold a consultation, the one opened first in front.

    Documents belong together when one is the other in the other language, when they have one file number, or when the
    address of one lies below that of the other.
    """
    found = list(documents)
    joined = [Thread(tuple(sorted(group, key=_key))) for group in _joined(found)]
    held = [thread for thread in joined if thread.of(Stage.CONSULTATION) or thread.of(Stage.HEARD)]
    return tuple(sorted(held, key=lambda thread: min((_opened(it), it.id) for it in thread.documents)))


def _joined(documents: Sequence[Document]) -> list[list[Document]]:
    consultations = {_path(document): document for document in documents if stage(document) is Stage.CONSULTATION}
    groups: dict[str, list[Document]] = {}
    for document in documents:
        mine = {id(groups[mark]): groups[mark] for mark in _marks(document, consultations) if mark in groups}
        whole = [document, *(one for group in mine.values() for one in group)]
        for one in whole:
            for mark in _marks(one, consultations):
                groups[mark] = whole
    return list({id(group): group for group in groups.values()}.values())


def _marks(document: Document, consultations: Mapping[str, Document]) -> set[str]:
    """What two documents of one thread have in common, at least one of it."""
    marks = {document.id, *([document.pair] if document.pair else [])}
    if number := document.fields.get("file_number", "").strip():
        marks.add(f"file number {number}")
    if above := consultations.get(_path(document).rpartition("/")[0]):
        marks.add(above.id)
    return marks


def _path(document: Document) -> str:
    return parts_of(document.url).path.removesuffix(".html")


def _opened(document: Document) -> str:
    return document.published or "9999"


_ORDER: Final = list(Stage)


def _key(document: Document) -> tuple[int, str, str]:
    return _ORDER.index(stage(document)), document.language, document.id

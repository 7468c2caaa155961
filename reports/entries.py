"""Entries: what a digest has to say of one document or one change."""

from __future__ import annotations

from dataclasses import dataclass

from reports.brief import Brief
from store.records import BlockDiff, Change, Document
from store.reviews import Review


@dataclass(frozen=True, slots=True)
class MentionPassage:
    """A paragraph that mentions a topic; `variants` are the (start, end) offsets of the words in `text`.

    `roles` are what its sentences do in a letter to a firm, in the order of the text.
    """

    topic: str
    section: str
    text: str
    variants: tuple[tuple[int, int], ...]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CitedChange:
    """A document that another refers to, and what became of it since that other was read."""

    document: Document
    change: Change


@dataclass(frozen=True, slots=True)
class PublishedEntry:
    """A document that its regulator published in the period, by the regulator's own date.

    `cited` are later changes of the documents that it refers to, `brief` what a letter to a firm states.
    """

    document: Document
    passages: tuple[MentionPassage, ...] = ()
    cited: tuple[CitedChange, ...] = ()
    brief: Brief | None = None


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """A change seen in the period, with the blocks before and after.

    `cited_by` are the followed documents that refer to this one, `review` is the review that stands for it.
    """

    change: Change
    document: Document
    redline: tuple[BlockDiff, ...] = ()
    passages: tuple[MentionPassage, ...] = ()
    same_number: tuple[str, ...] = ()
    cited_by: tuple[Document, ...] = ()
    review: Review | None = None

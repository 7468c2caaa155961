"""What the review of a long period rests on beside its changes: what is held, how it came, and who decided what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reports.year_letters import LetterHeld
from store.records import Document, Origin


@dataclass(frozen=True, slots=True)
class Known:
    """From one origin: of how many followed documents of a source captures are held, and from when to when."""

    source: str
    origin: Origin
    documents: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What a store holds at the end of a period.

    `documents` are the followed ones as they stood then, `letters` those to firms, oldest first, of very many the
    latest, and `letters_unread` how many more there are; `reviews` is how many decisions people had recorded.
    """

    known: tuple[Known, ...] = ()
    documents: tuple[Document, ...] = ()
    letters: tuple[LetterHeld, ...] = ()
    reviews: int = 0
    letters_unread: int = 0

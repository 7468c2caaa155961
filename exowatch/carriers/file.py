"""A parcel as a file: written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from exowatch.carriers.ending import Ending, ended
from exowatch.whole import write_whole
from store.outbox import Parcel, State


def carry(parcel: Parcel) -> Ending:
    """Write a digest to its place; a second attempt writes the same bytes again."""
    path = Path(parcel.target)
    try:
        write_whole(path, parcel.body.encode("utf-8"))
    except (OSError, ValueError) as error:
        return ended(State.DEFERRED, f"{path}: cannot be written: {error}")
    return ended(State.ACCEPTED, f"written: {path}")

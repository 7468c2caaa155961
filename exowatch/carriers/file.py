"""A parcel as a file: written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from exowatch.carriers.ending import Ending, ended
from store.outbox import Parcel, State


def carry(parcel: Parcel) -> Ending:
    """Write a digest to its place; a second attempt writes the same bytes again."""
    path = Path(parcel.target)
    try:
        write_whole(path, parcel.body.encode("utf-8"))
    except (OSError, ValueError) as error:
        return ended(State.DEFERRED, f"{path}: cannot be written: {error}")
    return ended(State.ACCEPTED, f"written: {path}")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)

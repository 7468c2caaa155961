"""What can go wrong with the store itself, each with its name."""

from __future__ import annotations

import sqlite3


class StoreError(Exception):
    """The root of this package's errors; its text is a sentence for the person at the keyboard."""


class NotOurs(StoreError):
    """The file is no exowatch database, or was made by a newer exowatch. Choose another file, or update."""


class Held(StoreError):
    """Another run holds the source or the store. Wait for it; the message names the holder."""


class Integrity(StoreError):
    """The store does not hold what it promises. Restore a backup; nothing is repaired by itself."""


class Unknown(StoreError):
    """A name that stands for nothing in the store. The message says what was looked for."""


class Ambiguous(StoreError):
    """A name that stands for several documents. The message lists their ids."""


class BadQuery(StoreError):
    """A statement that is not a single reading SELECT, or that SQLite cannot run."""


class BadReview(StoreError):
    """A review that cannot be written down as it was typed. The message says what was expected."""


_DISK = ("disk", "full", "readonly", "unable to open", "locked", "interrupted")


def is_damage(error: BaseException) -> bool:
    """Whether SQLite says that the file itself is damaged."""
    return type(error) is sqlite3.DatabaseError


def is_of_the_disk(error: BaseException) -> bool:
    """Whether SQLite says that the disk, and not the statement, is the matter."""
    return isinstance(error, sqlite3.OperationalError) and any(word in str(error) for word in _DISK)

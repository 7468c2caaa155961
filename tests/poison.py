"""A value of ours with one hostile text in place of each text that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, Final, TypeVar

_T = TypeVar("_T")

BEFORE_AN_ADDRESS: Final = "https://regulator.example/"


def poisoned(value: _T, text: str) -> _T:
    """The value with `text` for every text, as keys too; numbers, instants and members of enumerations stay.

    In a field of addresses (`urls`) it stands behind a host, as the path of an address that could be a link. The name
    of a time zone stays: it comes from the configuration, and what is none is refused there.
    """
    made: Any = value
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        made = text
    elif is_dataclass(value):
        made = replace(value, **{one.name: _field(one.name, getattr(value, one.name), text) for one in fields(value)})  # type: ignore[type-var]
    elif isinstance(value, Mapping):
        made = {**{key: poisoned(held, text) for key, held in value.items()}, text: text}
    elif isinstance(value, tuple | list):
        made = type(value)(poisoned(held, text) for held in value)  # type: ignore[call-arg]
    return made  # type: ignore[no-any-return]


def _field(name: str, value: Any, text: str) -> Any:
    if name == "timezone":
        return value
    return (BEFORE_AN_ADDRESS + text, text) if name == "urls" else poisoned(value, text)

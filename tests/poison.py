"""A value of ours with one hostile text in place of each text that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, Final, TypeVar

_T = TypeVar("_T")

BEFORE_AN_ADDRESS: Final = "https://regulator.example/"


def poisoned(value: _T, text: str, keep: frozenset[str] = frozenset({"timezone"})) -> _T:
    """The value with `text` for every text, as keys too; numbers, instants and members of enumerations stay.

    In a field of addresses (`urls`) it stands behind a host, as the path of an address that could be a link. Fields
    named in `keep` stay: the name of a time zone comes from the configuration, where what is none is refused.
    """
    made: Any = value
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        made = text
    elif is_dataclass(value):
        made = replace(
            value, **{one.name: _field(one.name, getattr(value, one.name), text, keep) for one in fields(value)}
        )  # type: ignore[type-var]
    elif isinstance(value, Mapping):
        held = {key: poisoned(one, text, keep) for key, one in value.items()}
        made = held | {text: next(iter(held.values()), text)}
    elif isinstance(value, tuple | list):
        made = type(value)(poisoned(held, text, keep) for held in value)  # type: ignore[call-arg]
    return made  # type: ignore[no-any-return]


def _field(name: str, value: Any, text: str, keep: frozenset[str]) -> Any:
    if name in keep:
        return value
    return (BEFORE_AN_ADDRESS + text, text) if name == "urls" else poisoned(value, text, keep)

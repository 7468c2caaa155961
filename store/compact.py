"""JSON as the tables keep it: without blanks, a mapping of any kind as an object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def compact(value: Any) -> str:
    """The JSON of a value, the same for equal values whose mappings are in the same order."""
    if isinstance(value, Mapping):
        value = dict(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict)

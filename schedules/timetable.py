"""The timetable: how often each source is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

PERIODS: Mapping[str, timedelta] = {
    "fda_warning_letters": timedelta(days=1),
    "health_canada_notices": timedelta(days=1),
}
"""A source is stale after twice its period."""

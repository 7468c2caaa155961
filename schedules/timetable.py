"""The timetable: how often each source is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

DAY = timedelta(days=1)
PERIODS: Mapping[str, timedelta] = {
    "fda_guidance": DAY,
    "fda_safety": DAY,
    "fda_warning_letters": DAY,
    "health_canada_notices": DAY,
    "health_canada_recalls": DAY,
}
"""A source is stale after twice its period; one that is not named here is read daily too."""

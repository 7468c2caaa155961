"""Corrections in words: what an earlier digest told, and how it is told today."""

from __future__ import annotations

import json
from typing import Final

from reports.entries import Correction
from reports.wording import day, field_name
from store.corrections import GONE, Difference, Mended

_MOST: Final = 3
"""So many differences are told; the entry itself holds the rest."""


def correction(mended: Mended) -> Correction:
    """An earlier telling that no longer holds, for the reader of the next digest."""
    now = json.loads(mended.now)
    sent = mended.telling.sent
    label = f"of {day(sent)}" if sent else "sent earlier"
    title = str(now.get("title") or mended.telling.document)
    if GONE in now:
        said = f"What it told as a change ({mended.telling.change}) is none."
    else:
        more = len(mended.differences) - _MOST
        told = [_told(difference) for difference in mended.differences[:_MOST]]
        said = " ".join([*told, *([f"And {more} more."] if more > 0 else [])])
    return Correction(title, said, mended.cause.value, label)


def _told(difference: Difference) -> str:
    was, now = difference.told or "nothing", difference.now or "nothing"
    return f"{field_name(difference.name)}: it told “{was}”; today it is “{now}”."

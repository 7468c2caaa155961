"""Which facts say nothing of the regulators: what was told and decided, and what the tool did by itself."""

from __future__ import annotations

from typing import Final

TOLD_TABLES: Final = ("reviews", "sent_digests", "sent_entries", "deliveries", "delivery_attempts")
"""What was told and decided; no seal rests on it."""
RUN_TABLES: Final = ("runs", "run_ends", "alerts")
"""What the tool did by itself; no seal rests on it either."""

"""How often the timetable reads each source, and what it has ahead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from exowatch.cadence import ahead, next_crawl, planned
from exowatch.config import Config, load
from store.clock import parse as instant

WEDNESDAY = instant("2025-08-20T08:00:00Z")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[schedules]]\nname = "a"\nwhen = "weekly"\ncommand = "crawl"\n'
        '[[schedules]]\nname = "b"\nwhen = "weekdays 05:00"\ncommand = "crawl fda_safety --limit 3"\n'
        '[[schedules]]\nname = "c"\nwhen = "hourly"\ncommand = "crawl"\nenabled = false\n'
        '[[schedules]]\nname = "d"\nwhen = "hourly"\ncommand = "crawl health_canada_recalls"\n'
        '[[schedules]]\nname = "e"\nwhen = "weekly"\ncommand = "send"\n'
        "[sources.fda_guidance]\nenabled = false\n"
    )
    return load([own], {})


def test_a_source_is_read_next_by_the_first_schedule_that_reads_it(config: Config) -> None:
    assert next_crawl(config, "fda_safety", WEDNESDAY) == instant("2025-08-21T05:00:00Z")
    assert next_crawl(config, "fda_warning_letters", WEDNESDAY) == instant("2025-08-25T00:00:00Z")
    assert next_crawl(config, "fda_guidance", WEDNESDAY) is None


def test_the_longest_wait_of_the_best_schedule_is_what_is_planned(config: Config) -> None:
    found = planned(config, WEDNESDAY)

    assert "fda_guidance" not in found
    assert found["fda_warning_letters"] == timedelta(days=7)
    assert found["fda_safety"] == timedelta(days=3), "over a weekend"
    assert found["health_canada_recalls"] == timedelta(days=1), "a day at least"


def test_without_a_timetable_a_look_a_day_is_planned(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("schedules = []\n")
    config = load([tmp_path / "own.toml"], {})

    assert set(planned(config, WEDNESDAY).values()) == {timedelta(days=1)}
    assert (ahead(config, WEDNESDAY).sources, ahead(config, WEDNESDAY).schedules) == ({}, {})


def test_what_waits_for_something_to_do_is_not_ahead(config: Config) -> None:
    assert list(ahead(config, WEDNESDAY).schedules or {}) == ["a", "b", "d"]

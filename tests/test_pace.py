"""The pace of a host, over spiders and processes."""

from pathlib import Path

import pytest

from crawler.pace import Pace


def test_starts_are_a_delay_apart_and_queue_up(tmp_path: Path) -> None:
    first = Pace(tmp_path)
    second = Pace(tmp_path)

    waits = [one.reserve("www.fda.gov", 30) for one in (first, second, first)]

    assert waits == pytest.approx([0, 30, 60], abs=0.5)


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    kept = Pace(tmp_path)
    kept.reserve("www.fda.gov", 30)

    assert kept.reserve("recalls-rappels.canada.ca", 30) == pytest.approx(0, abs=0.5)


def test_a_longer_delay_counts_from_the_last_start(tmp_path: Path) -> None:
    kept = Pace(tmp_path)
    kept.reserve("www.fda.gov", 1)  # robots.txt, before its Crawl-delay is known

    assert kept.reserve("www.fda.gov", 30) == pytest.approx(30, abs=0.5)


def test_a_host_that_asks_for_patience_is_left_alone(tmp_path: Path) -> None:
    kept = Pace(tmp_path)
    kept.postpone("www.fda.gov", 90)

    assert kept.reserve("www.fda.gov", 1) == pytest.approx(90, abs=0.5)


def test_a_file_from_before_the_machine_was_restarted_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Pace(tmp_path)
    kept.reserve("www.fda.gov", 1)
    monkeypatch.setattr("crawler.pace.time.monotonic", lambda: -1_000_000.0)

    assert kept.reserve("www.fda.gov", 1) == 0


@pytest.mark.parametrize("host", ["../../etc/passwd", "a" * 300, "", "host/with/slash", "ünïcode.example"])
def test_no_host_name_leads_out_of_the_folder(tmp_path: Path, host: str) -> None:
    Pace(tmp_path / "pace").reserve(host, 1)

    assert all(file.is_relative_to(tmp_path / "pace") for file in tmp_path.rglob("*") if file.is_file())
    assert len(list((tmp_path / "pace").glob("*.next"))) == 1

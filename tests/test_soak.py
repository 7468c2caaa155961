"""A minute of the soak; `make soak` goes on for half an hour."""

import sys
from pathlib import Path

import pytest

from tests.soak.soaking import judged, quarters, soak, table


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel shows no memory of a process here")
def test_a_minute_of_everything_at_once_keeps_every_promise(tmp_path: Path) -> None:
    soaked = soak(tmp_path, 60)

    broken = judged(soaked)

    sys.stderr.write("\n" + table(soaked, broken))
    assert broken == []
    assert soaked.planted > 5
    assert soaked.told == soaked.revised > 0


def test_memory_is_compared_between_quarters() -> None:
    assert quarters([9, 9, 1, 1, 5, 5, 3, 3]) == (1, 3)
    assert quarters([]) == (0, 0)

"""The program, seen from outside, holds what its command line promises on recorded pages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = Path(__file__).parents[2] / "shared" / "acceptance" / "check.py"
PROGRAM = Path(sys.executable).with_name("exowatch")


@pytest.mark.recordings
@pytest.mark.skipif(not CHECK.exists(), reason="the acceptance check is not beside this project (shared/acceptance)")
@pytest.mark.skipif(not PROGRAM.exists(), reason="exowatch is not installed beside this Python")
def test_the_acceptance_check_holds() -> None:
    environment = {**os.environ, "EXOWATCH": str(PROGRAM)}

    done = subprocess.run(
        [sys.executable, str(CHECK)], env=environment, capture_output=True, text=True, timeout=900, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout

"""`python -m tests.soak MINUTES`: soaks the program, prints a table and ends with 1 where a promise did not hold."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.soak.reader import read_on
from tests.soak.soaking import judged, soak, table


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["reader"]:
        read_on(Path(arguments[1]))
        return 0
    minutes = float(arguments[0]) if arguments else 30.0
    with tempfile.TemporaryDirectory(prefix="exowatch-soak-") as folder:
        soaked = soak(Path(folder), minutes * 60)
        broken = judged(soaked)
    sys.stdout.write(table(soaked, broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A process that imports files one after the other and prints, after each, the most memory it has had, in MB.

`python -m tests.bench.filling DATABASE FILE…`
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.memory import peak
from tests.bench.stores import imported

if __name__ == "__main__":
    database, *files = map(Path, sys.argv[1:])
    for file in files:
        imported(database, file)
        print(peak(), flush=True)

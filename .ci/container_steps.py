"""Runs the steps of docs/deploy/Containerfile in a folder of their own, where no container engine is at hand.

Usage: python3 .ci/container_steps.py. COPY, RUN and ENV are done as written, with the folder in place of the image's
root; of what an engine alone can do (FROM, USER, VOLUME …) nothing is claimed. Then the installed program is used from
outside the source, as a user of the image would.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
CONTAINERFILE = SOURCE / "docs/deploy/Containerfile"
ENGINE_ONLY = {"FROM", "USER", "VOLUME", "STOPSIGNAL", "ENTRYPOINT", "CMD"}


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction with its words; comments left out, continued lines joined."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, rest = line.partition(" ")
        yield word, rest.strip()


class Image:
    """A folder that stands for the image's root."""

    def __init__(self, root: Path) -> None:
        self.root, self.work = root, root
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(root)}
        # Where this machine gets packages from is its own affair; an image is built with the engine's defaults.
        self.environment |= {
            name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_CERT_"))
        }

    def inside(self, path: str) -> Path:
        return self.root / path.lstrip("/") if path.startswith("/") else self.work / path

    def do(self, word: str, rest: str) -> None:
        """One instruction; an unknown one is an error, so that none is passed over in silence."""
        if word in ENGINE_ONLY:
            return
        getattr(self, f"_{word.lower()}")(rest)

    def _arg(self, rest: str) -> None:
        name, _, value = rest.partition("=")
        self.environment[name] = str(self.inside(value))

    def _env(self, rest: str) -> None:
        for name, value in re.findall(r"(\w+)=(\S+)", rest):
            parts = [str(self.inside(part)) if part.startswith("/") else part for part in value.split(":")]
            self.environment[name] = ":".join(parts).replace("$PATH", self.environment["PATH"])

    def _workdir(self, rest: str) -> None:
        self.work = self.inside(rest)
        self.work.mkdir(parents=True, exist_ok=True)

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        if sources[0].startswith("--from="):
            return  # both stages share this folder
        for name in sources:
            place = self.inside(target) if name.endswith("/") else self.inside(target) / Path(name).name
            if name.endswith("/"):
                shutil.copytree(SOURCE / name, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(SOURCE / name, place)

    def _run(self, rest: str) -> None:
        if " -o " in rest and os.getuid() != 0:
            sys.stderr.write(f"left out, needs root: {rest}\n")
            return
        command = re.sub(r"(?<=\s)/(?=data)", f"{self.root}/", rest)
        subprocess.run(["bash", "-euc", command], cwd=self.work, env=self.environment, check=True)

    def use(self, *words: str) -> str:
        """What the installed program answers, started as the image starts it."""
        program = self.root / "opt/exowatch/bin/exowatch"
        done = subprocess.run(
            [program, *words], cwd=self.work, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        image = Image(Path(folder))
        for word, rest in steps(CONTAINERFILE.read_text()):
            image.do(word, rest)
        image.work.mkdir(exist_ok=True)
        check(image)


def check(image: Image) -> None:
    """The installed program runs and does the whole job with the files that were installed with it."""
    expect(image.use("--version").startswith("exowatch "), "--version")
    image.use("demo")
    changes = json.loads(image.use("--db", str(image.work / ".demo/exowatch.db"), "changes", "--json"))
    expect(len(changes["items"]) > 0, "the demo's changes")
    expect(not (image.root / "opt/exowatch").is_symlink(), "a program of its own, not a link to the source")
    sys.stdout.write("the steps of the Containerfile: ok\n")


def expect(held: bool, what: str) -> None:
    if not held:
        sys.exit(f"docs/deploy/Containerfile: {what}: not as expected")


if __name__ == "__main__":
    main()

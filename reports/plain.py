"""Plain text laid out in lines of 78 columns; only a longer address keeps its length."""

from __future__ import annotations

from collections.abc import Iterator

from reports.visible import visible

WIDTH = 78


class Laid(str):
    """Text that is already visible and laid out in lines."""

    __slots__ = ()


def underlined(text: str, sign: str) -> Laid:
    """A heading, with a line of this sign below it."""
    laid = wrap(text)
    return Laid(f"{laid}\n{sign * max(map(len, laid.splitlines()), default=0)}")


def wrap(text: str, first: str = "", rest: str | None = None) -> Laid:
    """The text in lines of 78 columns, the first led by `first`, the others by `rest` (blanks, unless given).

    Not textwrap: it costs several times as much, and it would cut addresses.
    """
    rest = " " * len(first) if rest is None else rest
    lines: list[str] = []
    line, fresh = first, True
    for word in _words(visible(text), WIDTH - max(len(first), len(rest))):
        if not fresh and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line, fresh = rest, True
        line += word if fresh else " " + word
        fresh = False
    lines.append(line.rstrip())
    return Laid("\n".join(lines))


def _words(text: str, room: int) -> Iterator[str]:
    for word in text.split():
        if len(word) <= room or word.startswith(("http://", "https://")):
            yield word
            continue
        for at in range(0, len(word), room):
            yield word[at : at + room]

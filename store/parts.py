"""Parts brought together: what a version says as a whole, and what its parts say otherwise than another version's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from store.normal import canonical
from store.records import Block, FieldChange, Part, sha256
from store.timeline import Held, Version

PRECEDENCE = (Part.ENTRY, Part.FILE, Part.PAGE)
"""Where two parts state the same field, the later of these holds."""

Blocks = Callable[[int], Sequence[Block]]
"""The blocks of a content, by its number."""


def fields_of(version: Version) -> dict[str, str]:
    """Fields and the latest stamps of all parts together."""
    merged: dict[str, str] = {}
    for part in PRECEDENCE:
        if part in version.parts:
            held = version.parts[part]
            merged.update(held.read.fields)
            merged.update(held.latest.stamps)
    return merged


def title_of(version: Version, among: Collection[Part] = PRECEDENCE) -> str:
    """The page's own title, else the file's, else the list's."""
    parts = [part for part in reversed(PRECEDENCE) if part in among and part in version.parts]
    return next((title for part in parts if (title := version.parts[part].read.title)), "")


def blocks_of(version: Version, blocks: Blocks, among: Collection[Part] = PRECEDENCE) -> list[Block]:
    """The text of a version: its page's blocks, then its file's."""
    parts = [part for part in (Part.PAGE, Part.FILE) if part in among and part in version.parts]
    return [block for part in parts for block in blocks(version.parts[part].read.content)]


def text_hash(version: Version, blocks: Blocks) -> str:
    """The SHA-256 of a version's text as shown: its blocks, one to a line."""
    written = [held for part, held in version.parts.items() if part is not Part.ENTRY]
    if len(written) == 1:
        return written[0].read.text_sha256
    return sha256("\n".join(block.text for block in blocks_of(version, blocks)))


def shared(before: Version, after: Version) -> list[Part]:
    """The parts that can be compared, the page first: one that was first read in between is news to us alone."""
    return [part for part in reversed(PRECEDENCE) if part in before.parts and part in after.parts]


def same_text(before: Version, after: Version) -> bool:
    """Whether the texts of the parts that both versions have are equal but for typography."""
    texts = before.texts, after.texts
    return all(texts[0][part] == texts[1][part] for part in texts[0].keys() & texts[1].keys())


def field_changes(before: Version, after: Version) -> tuple[FieldChange, ...]:
    """Title, fields and stamps that differ, part by part, so that a difference one part hides is still named."""
    changes: list[FieldChange] = []
    both = shared(before, after)
    titles = title_of(before, both), title_of(after, both)
    if canonical(titles[0]) != canonical(titles[1]):
        changes.append(FieldChange("title", *titles))
    for part in both:
        changes.extend(_part_changes(before.parts[part], after.parts[part]))
    return tuple(dict.fromkeys(changes))


def _part_changes(before: Held, after: Held) -> list[FieldChange]:
    if before.read.hash == after.read.hash:
        return []
    old = {**before.read.fields, **before.latest.stamps}
    new = {**after.read.fields, **after.read.stamps}
    names = dict.fromkeys([*old, *new])
    pairs = ((name, old.get(name, ""), new.get(name, "")) for name in names)
    return [FieldChange(*pair) for pair in pairs if canonical(pair[1]) != canonical(pair[2])]

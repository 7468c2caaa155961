"""The pages of an evidence pack that people read: the redline in its forms, both texts, and the README.

All are functions of what stands in the pack's JSON files, so that whoever checks a pack can make them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Template

from reports import redline
from reports.copy import text_blocks
from reports.markdown import escaped
from reports.markup import environment
from reports.plain import underlined, wrap
from reports.redline import Passage, passages
from reports.wording import field_name
from store import diff
from store.records import Block, FieldChange

SAMPLE = "SAMPLE DATA: invented for a demonstration; no regulator published it."


@dataclass(frozen=True, slots=True)
class Side:
    """The version on one side; `seen` is when it was last seen before the change, or first seen after it."""

    n: int
    seen: str
    sha256: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Story:
    """A change as its pack tells it; instants are as shown, "" where there is none."""

    id: str
    document: str
    kind: str
    title: str
    url: str
    language: str
    sentence: str
    after: str
    until: str
    old: Side | None
    new: Side | None
    fields: tuple[FieldChange, ...]
    program: str
    sample_data: bool

    @property
    def window(self) -> str:
        """When it happened, as closely as looks can tell."""
        return f"after {self.after}, not later than {self.until}" if self.after else f"not later than {self.until}"


@dataclass(frozen=True, slots=True)
class Redline:
    """What a change did to the text; `note` says why there is nothing to show, "" where there is."""

    story: Story
    passages: Sequence[Passage]
    note: str


def compared(story: Story, old: Sequence[Block] | None, new: Sequence[Block] | None) -> Redline:
    """The redline of a change from the texts of both sides; None for a text that there is not."""
    if story.old is None:
        return Redline(story, (), "The document was first seen here: there is no earlier text to compare with.")
    if story.new is None:
        return Redline(story, (), "The document is no longer served: there is no later text to compare with.")
    if story.old.n == story.new.n:
        return Redline(story, (), "Both sides have one text.")
    if old is None or new is None:
        return Redline(story, (), "The text of one side is no longer kept, so the two cannot be compared.")
    found = passages(diff.compare(old, new))
    return Redline(story, found, "" if found else "The words of the text are equal on both sides.")


def to_html(told: Redline) -> str:
    """The redline as a page of its own, in the digest's style."""
    return _template().render(
        story=told.story, sides=_sides(told.story), redline=redline.to_html(told.passages), note=told.note
    )


def to_text(told: Redline) -> str:
    """The redline as plain text: `{+added+}`, `[-removed-]`."""
    lines = [*_sample(told.story), _titled(told.story.title), wrap(told.story.sentence), ""]
    lines += [wrap(value, f"{name}: ", "  ") for name, value in _facts(told.story)]
    lines += [
        wrap(f"{field_name(one.name)}: [-{one.before}-] {{+{one.after}+}}", "", "  ") for one in told.story.fields
    ]
    return "\n".join([*lines, "", wrap(told.note) if told.note else redline.to_text(told.passages).rstrip("\n"), ""])


def to_markdown(told: Redline) -> str:
    """The redline as Markdown: `**added**`, `~~removed~~`."""
    story = told.story
    lines = [*_sample(story), f"# {escaped(story.title)}", "", escaped(story.sentence), ""]
    lines += [f"- {name}: {escaped(value)}" for name, value in _facts(story)]
    lines += [f"- {escaped(field_name(one.name))}: {_marked(one)}" for one in story.fields]
    return "\n".join([*lines, "", escaped(told.note) if told.note else redline.to_markdown(told.passages).rstrip(), ""])


def _marked(change: FieldChange) -> str:
    sides = (("~~", change.before), ("**", change.after))
    return " ".join(f"{mark}{escaped(text)}{mark}" for mark, text in sides if text.strip())


@cache
def _template() -> Template:
    made = environment()
    made.filters["field_name"] = field_name
    return made.get_template("evidence.html.j2")


def _titled(title: str) -> str:
    return underlined(title if title.strip() else "Without a title", "=")


def _sample(story: Story) -> list[str]:
    return [SAMPLE, ""] if story.sample_data else []


def _facts(story: Story) -> Iterator[tuple[str, str]]:
    yield "Change", f"{story.id}, {story.kind}"
    yield "Document", story.document
    yield "Address", story.url
    yield "When", story.window
    yield from _sides(story)


def _sides(story: Story) -> list[tuple[str, str]]:
    sides = (("Before", story.old, "last seen"), ("After", story.new, "first seen"))
    return [(name, f"version {side.n}, {seen} {side.seen}") for name, side, seen in sides if side is not None]


def text(title: str, fields: Iterable[tuple[str, str]], blocks: Sequence[Block] | None, *, sample_data: bool) -> str:
    """The reading of one side for people: its fields, then its text; None for a text that is no longer kept."""
    lines = [*([SAMPLE, ""] if sample_data else []), _titled(title)]
    lines += [wrap(value, f"{field_name(name)}: ", "  ") for name, value in fields]
    said = text_blocks(blocks) if blocks is not None else [wrap("The text was kept against bytes that were removed.")]
    return "\n".join([*lines, "", *said, ""])


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of a pack and what it holds."""

    name: str
    about: str


def readme(story: Story, listed: Iterable[Listed], missing: Iterable[str], head: str) -> str:
    """What a pack is, what is in it, what is missing and why, and how to check it without us."""
    absent = list(missing)
    lines = [
        *_sample(story),
        underlined("Evidence pack", "="),
        wrap(story.title),
        wrap(story.sentence),
        "",
        *(wrap(value, f"{name:<9} ") for name, value in _facts(story)),
        "",
        underlined("What is here", "-"),
        *(wrap(one.about, f"{one.name:<28} ") for one in listed),
        "",
        underlined("What is not here", "-"),
        *(wrap(sentence, "- ", "  ") for sentence in absent or ["Nothing that was kept is missing."]),
        "",
        underlined("How to check it", "-"),
        *_how(head),
    ]
    return "\n".join([*lines, ""])


def _how(head: str) -> Iterator[str]:
    yield wrap("In the folder into which this file was unpacked, with tools that come from others:")
    yield ""
    yield "    sha256sum -c SHA256SUMS"
    yield "    warcio check captures.warc.gz"
    yield ""
    yield wrap("Or the whole, with exowatch: exowatch verify PACK.zip")
    yield ""
    yield wrap(
        "A body is the content of the answer with the transfer's own encoding undone; the SHA-256 in change.json and"
        " http.json is over those bytes. The window says what is known: the change happened after the last look at the"
        " old text and not later than the first look at the new one."
    )
    yield ""
    yield wrap(
        "chain.json holds, for each fact, its content, the hash of the fact before it and its own hash: SHA-256 over"
        " the 32 bytes of the former followed by the content in UTF-8. That the chain was not written anew shows by"
        f" comparing it with the store, or with a head noted elsewhere at the time. Its head when this was made: {head}"
    )
    yield ""
    yield wrap("It is a record of what was served, not legal advice.")

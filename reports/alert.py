"""An alert: what fails of the tool itself, or is well again, as a mail, a page, a text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from reports import markup
from reports.plain import underlined, wrap
from reports.visible import visible
from reports.wording import counted
from store.clock import shown

NAMED: Final = 3
"""So many things are named in a subject; more are counted."""
ONCE: Final = "This is told once. You hear of it again when it is well. `exowatch status` shows how everything stands."


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of one thing. `until` is when it was found well again, None while it fails.

    `headline` says it in a few words, `message` what was found, `advice` what a person can do.
    """

    about: str
    since: datetime
    until: datetime | None
    headline: str
    message: str
    advice: str = ""


def subject_of(tellings: Sequence[Telling]) -> str:
    """The subject: the one thing, or how many there are."""
    bad, well = _parted(tellings)
    if len(tellings) == 1:
        said = bad[0].headline if bad else f"{well[0].about} is well again"
    elif not well:
        said = f"{len(bad)} things need you: {_named(bad)}"
    elif not bad:
        said = f"{len(well)} things are well again: {_named(well)}"
    else:
        said = f"{counted(len(bad), 'thing needs', 'things need')} you: {_named(bad)}; {len(well)} well again"
    return f"exowatch: {visible(said)}"


def to_text(tellings: Sequence[Telling]) -> str:
    """The alert as plain text."""
    return "\n".join(_lines(tellings)) + "\n"


def to_html(tellings: Sequence[Telling]) -> str:
    """The alert as a page that every mail program lays out."""
    bad, well = _parted(tellings)
    template = markup.environment().get_template("alert.html.j2")
    return template.render(
        subject=subject_of(tellings), bad=bad, well=well, once=ONCE if bad else "", shown=shown, span=_span
    )


def to_json(tellings: Sequence[Telling]) -> dict[str, Any]:
    """The alert for programs."""
    bad, well = _parted(tellings)
    failing = [
        {"name": one.about, "since": shown(one.since), "message": one.message, "advice": one.advice} for one in bad
    ]
    recovered = [
        {"name": one.about, "since": shown(one.since), "until": shown(one.until), "message": one.message}
        for one in well
        if one.until
    ]
    return {"schema_version": 1, "subject": subject_of(tellings), "failing": failing, "recovered": recovered}


def _parted(tellings: Sequence[Telling]) -> tuple[list[Telling], list[Telling]]:
    return [one for one in tellings if not one.until], [one for one in tellings if one.until]


def _named(tellings: Sequence[Telling]) -> str:
    names = [one.about for one in tellings[:NAMED]]
    more = [f"and {len(tellings) - NAMED} more"] if len(tellings) > NAMED else []
    return ", ".join([*names, *more])


def _lines(tellings: Sequence[Telling]) -> Iterator[str]:
    bad, well = _parted(tellings)
    if bad:
        yield from (underlined("What needs you", "="), "")
    for one in bad:
        yield wrap(one.headline, "! ")
        yield wrap(f"Since {shown(one.since)}. Found: {one.message}", "  ")
        if one.advice:
            yield wrap(one.advice, "  ")
        yield ""
    if well:
        yield from (underlined("Well again", "="), "")
    for one in well:
        yield from (wrap(f"{one.about}: {_span(one)}", "- "), wrap(f"Now: {one.message}", "  "), "")
    if bad:
        yield from ("-- ", wrap(ONCE))


def _span(one: Telling) -> str:
    return f"failing from {shown(one.since)} until {shown(one.until or one.since)}"

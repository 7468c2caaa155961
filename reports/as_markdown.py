"""A digest as Markdown for GitHub and its like, which reads as plain text too."""

from __future__ import annotations

from collections.abc import Iterator

from reports import wording
from reports.digest import (
    Digest,
    Look,
    NotChecked,
    SourceCard,
    SourcePart,
    important,
    left_out,
    looks,
    parts,
    set_aside_sentence,
    verdict,
)
from reports.markdown import Markdown, filled
from reports.markdown_entries import Entries, linked, listed, moment
from reports.silences import silence_sentences
from reports.telling import ORIGIN_NAMES, missed, notes
from reports.twins import drift_sentence
from reports.wording import counted, day
from store.records import Change

_FIRST = 3


def render_markdown(digest: Digest) -> str:
    """The digest as Markdown (CommonMark with `~~` for what was removed); what pages say is shown as itself.

    It names every title and address that the page names, and links only what is an address of the web.
    """
    blocks = (
        *_head(digest),
        *_missed(digest),
        *_first(digest),
        *_languages(digest),
        *_looked_at(digest),
        *_regulators(digest),
        *_foot(digest),
    )
    return "\n\n".join(blocks) + "\n"


def _head(digest: Digest) -> Iterator[Markdown]:
    period = digest.period
    if digest.sample_data:
        yield Markdown("**SAMPLE DATA.** Everything below is invented for a demonstration; no regulator published it.")
    yield filled("# exowatch digest for {}", period.label)
    yield filled("**{}**", verdict(digest))
    yield filled(
        "From {} up to, not including, {} (days of {}). As of {}.",
        *(moment(period.start), moment(period.end), period.timezone, moment(digest.as_of)),
    )


def _missed(digest: Digest) -> Iterator[Markdown]:
    found = missed(digest)
    if found:
        yield Markdown("## Not checked, or not in full")
    yield from (filled("{}", sentence) for sentence in silence_sentences(digest))
    for one in found:
        yield from (_gap(gap, one.card) for gap in one.gaps)
        yield from map(_partly, one.partly)


def _gap(gap: NotChecked, card: SourceCard) -> Markdown:
    reason = gap.reason if gap.reason.endswith((".", "!", "?")) else gap.reason + "."
    said = filled("**{}, {}.** {}", card.regulator, card.title, reason)
    since = f"{day(gap.since)}, {wording.clock_time(gap.since)} UTC" if gap.since else ""
    if gap.until:
        before = filled(" Last read before that {}.", since) if since else ""
        again = f"{day(gap.until)}, {wording.clock_time(gap.until)} UTC"
        told = " Read again {}: what changed meanwhile is below, with the window in which it did."
        return Markdown(f"{said}{before}{filled(told, again)}")
    last = (
        filled(" Last read {}; what happened there since is not known.", since)
        if since
        else " When it was last read is not known here, nor what happened there since."
    )
    ways = " Ways on: read it again later or from another network (exowatch crawl {}), or save the pages in a browser and bring them in (exowatch import folder FOLDER \\-\\-source {})."
    return Markdown(f"{said}{last}{filled(ways, card.name, card.name)}")


def _partly(look: Look) -> Markdown:
    last = look.last
    said = filled("**{}, {}.**", look.card.regulator, look.card.title)
    at = f"{day(last.started)}, {wording.clock_time(last.started)} UTC"
    if last.finished:
        counts = f"of {last.listed} listed, {last.failed} failed and {last.skipped} were skipped"
        ended = filled(" Read on {}, but not in full: {} ({}).", at, counts, wording.outcome_words(last.outcomes))
    else:
        ended = filled(" The look that began on {} was cut off.", at)
    return Markdown(said + ended + filled(" What is missing is asked for again by: exowatch crawl {}", look.card.name))


def _first(digest: Digest) -> Iterator[Markdown]:
    marked = important(digest)
    if not marked:
        return
    yield Markdown("## Read these first")
    points = [
        filled("**{}**: {}{}", one.document.title, wording.sentence(one.change, one.document), _why(one.change))
        for one in marked[:_FIRST]
    ]
    if len(marked) > _FIRST:
        points.append(filled("and {} marked important, below.", counted(len(marked) - _FIRST, "more change")))
    yield listed(points)


def _why(change: Change) -> Markdown:
    return filled(" ({})", "; ".join(change.reasons[:2])) if change.reasons else Markdown()


def _languages(digest: Digest) -> Iterator[Markdown]:
    if digest.drifts:
        yield Markdown("## English and French")
        yield listed(
            filled("**{}**: {} {}", drift.document.title, drift_sentence(drift), linked(drift.other.url))
            for drift in digest.drifts
        )


def _looked_at(digest: Digest) -> Iterator[Markdown]:
    yield Markdown("## What was looked at")
    found = looks(digest)
    if not found:
        yield Markdown("No source was looked at in this period.")
    for look in found:
        yield filled("**{}** {}", look.card.title, linked(look.card.listing_url))
        yield listed(_look(look))


def _look(look: Look) -> Iterator[Markdown]:
    last = look.last
    span = (
        filled("{} to {}", moment(last.started), moment(last.finished))
        if last.finished
        else filled("{}, cut off", moment(last.started))
    )
    declared = f"; regulator's own total {last.declared}" if last.declared is not None else ""
    origin = f"{ORIGIN_NAMES[last.origin]}; {counted(len(look.runs), 'look')}{declared}"
    yield filled("Last look {}; {}.", span, origin)
    yield filled(
        "Listed {} = captured {} \\+ unchanged {} \\+ failed {} \\+ skipped {}.",
        *map(str, (last.listed, last.captured, last.unchanged, last.failed, last.skipped)),
    )
    if last.failed or last.skipped:
        yield filled("Outcomes of the last look: {}", wording.outcome_words(last.outcomes))
    yield from (filled("{}", sentence) for sentence in look.card.unlisted)
    found, more = notes(look)
    yield from (filled("{}: {} {}", wording.event_name(i.kind), i.message, linked(i.url)) for i in found)
    if more:
        yield filled("and {}", counted(more, "more note"))


def _regulators(digest: Digest) -> Iterator[Markdown]:
    entries = Entries(digest)
    for part in parts(digest):
        yield filled("## {}", part.regulator)
        for source in part.sources:
            yield from _source(source, entries)


def _source(part: SourcePart, entries: Entries) -> Iterator[Markdown]:
    yield filled("### {}", part.card.title)
    if part.set_aside:
        yield filled("{}", set_aside_sentence(part))
    elif not part.published and not part.change_count:
        unread = "" if part.read_in_full else " in what was read; it was not read in full"
        yield Markdown(f"Nothing published and no changes seen{unread}.")
    if part.published:
        yield Markdown("#### Published in the period, by the regulator's own date")
    for published in part.published:
        yield from entries.published(published)
    if part.change_count:
        yield Markdown("#### Changes seen in the period")
    for change in part.changes:
        yield from entries.change(change, part.beside.get(change.change.id, 0))
    for campaign in part.campaigns:
        yield from entries.campaign(campaign)


def _foot(digest: Digest) -> Iterator[Markdown]:
    yield Markdown("## About this digest")
    yield Markdown(
        "A paragraph that mentions a topic is not by itself the regulator's conclusion: letters often quote the claims"
        " of the firm. A page that is no longer served or listed is not thereby withdrawn."
    )
    yield filled(
        "{} What was left out of a comparison is shown by: exowatch diff DOCUMENT \\-\\-ignored", left_out(digest)
    )
    yield Markdown(
        "Captured: new bytes. Unchanged: the same bytes as before. Listed = captured \\+ unchanged \\+ failed \\+ skipped."
        " All times are UTC. Words in bold within a paragraph are those that name the topic; lines that begin with >"
        " are the regulator's."
    )
    made = "Made by exowatch from sample data." if digest.sample_data else "Made by exowatch."
    sources, period = counted(len(digest.sources), "source"), digest.period
    stood = filled("Period {} to {}, as of {}", moment(period.start), moment(period.end), moment(digest.as_of))
    yield filled("{}. {}. {}", sources, stood, made)
    yield filled("Seal of the facts it rests on: {}", digest.seal)
    if digest.sample_data:
        yield Markdown("**SAMPLE DATA.** Everything above is invented for a demonstration.")

"""Showing: answers as the command line prints them, for people and for scripts."""

from __future__ import annotations

import csv as spreadsheet
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exowatch.config import Config
from exowatch.console import Console
from reports.as_json import document_json
from reports.cells import safe_cell
from reports.redline import passages, runs
from reports.reviewing import review_words
from reports.visible import visible
from reports.wording import dates, field_name, reference, sentence, window_words
from store.clock import shown
from store.database import Store
from store.lookup import Hit, VersionSeen
from store.records import Block, BlockDiff, BlockKind, BlockOp, Change, Document, Ignored
from store.reviews import Reviewed
from store.rules import watches


def version_json(version: VersionSeen) -> dict[str, Any]:
    """A version as `show` lists it."""
    return {
        "n": version.n,
        "first_seen": shown(version.first_seen),
        "last_seen": shown(version.last_seen),
        "text_sha256": version.text_sha256,
        "sha256": version.sha256,
        "origin": version.origin.value,
        "mentions": version.mentions,
        "parts": [
            {"part": part.part, "url": part.url, "sha256": part.sha256, "captured": shown(part.captured)}
            for part in version.parts
        ],
    }


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document with all that `show` says of it; `chosen` is the version whose text was asked for."""

    document: Document
    net: str
    same_number: Sequence[str]
    versions: Sequence[VersionSeen]
    chosen: VersionSeen | None
    blocks: Sequence[Block]


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    """A document as `show --json` prints it."""
    answer = {
        **document_json(sheet.document),
        "net": sheet.net,
        "same_number": list(sheet.same_number),
        "versions": [version_json(version) for version in sheet.versions],
    }
    if sheet.chosen is not None:
        answer["version"] = sheet.chosen.n
        answer["fields"] = dict(sorted(sheet.chosen.fields.items()))
        answer["text"] = "\n".join(block.text for block in sheet.blocks)
    return answer


_NETS = {
    "list": "on the regulator's list",
    "search": "by the regulator's search",
    "sitemap": "in a sitemap",
    "feed": "in a feed",
    "watch": "on the watch list",
    "page": "by a link on another page",
    "import": "in an import",
}


def print_sheet(console: Console, sheet: Sheet) -> None:
    """A document for a person."""
    document, chosen = sheet.document, sheet.chosen
    console.answer(visible(document.title))
    console.answer(visible(f"{reference(document)}  {document.url}"))
    console.answer(f"id      {visible(document.id)}")
    console.answer(f"dates   {'; '.join(dates(document))}")
    followed = document.follow_reason if document.followed else f"no {document.follow_reason}".strip()
    console.answer(f"status  {document.status}; followed: {visible(followed)}")
    console.answer(f"found   {_NETS.get(sheet.net, sheet.net)}")
    for other in sheet.same_number:
        console.answer(f"number  also that of {visible(other)}: a possible replacement, never merged")
    for name, value in sorted((chosen.fields if chosen else document.fields).items()):
        console.answer(visible(f"  {field_name(name)}: {value}"))
    for version in sheet.versions:
        seen = f"{shown(version.first_seen)} to {shown(version.last_seen)}"
        console.answer(f"version {version.n}  {seen}  {version.mentions} mentions  text {version.text_sha256[:12]}")
    if chosen is not None:
        console.answer("")
        for block in sheet.blocks:
            console.answer(_block(block))


_MARKS = {BlockKind.HEADING: "# ", BlockKind.ITEM: "- ", BlockKind.ROW: "| ", BlockKind.PARAGRAPH: ""}


def _block(block: Block) -> str:
    return _MARKS[block.kind] + visible(block.text)


def print_changes(
    console: Console, changes: Sequence[Change], documents: Mapping[str, Document], known: Reviewed
) -> None:
    """Changes for a person, one sentence each, with the review that stands; `documents` by change."""
    if not changes:
        console.answer("No changes.")
    for change in changes:
        document = documents[change.id]
        console.answer(f"{change.severity.value:9} {change.kind.value:9} {visible(document.title)}")
        console.answer(f"    {visible(sentence(change, document))}")
        console.answer(f"    {window_words(change.window)}; change {change.id}")
        console.answer(f"    {visible(review_words(known.standing(change.id)))}")


def diff_json(older: VersionSeen, newer: VersionSeen, blocks: Sequence[BlockDiff]) -> dict[str, Any]:
    """A comparison as `diff --json` prints it."""
    return {
        "before": _side(older),
        "after": _side(newer),
        "blocks": [
            {
                "section": block.section,
                "path": list(block.path),
                "kind": block.kind.value,
                "op": block.op.value,
                "words": [{"op": words.op.value, "text": words.text} for words in block.words],
                **({"moved_from": block.moved_from} if block.op is BlockOp.MOVE else {}),
                **({"before": block.before} if block.before else {}),
            }
            for block in blocks
        ],
    }


def _side(version: VersionSeen) -> dict[str, Any]:
    told = version_json(version)
    return {name: told[name] for name in ("n", "first_seen", "last_seen", "text_sha256", "sha256")}


def print_diff(
    console: Console, document: Document, older: VersionSeen, newer: VersionSeen, blocks: Sequence[BlockDiff]
) -> None:
    """A comparison for a person."""
    console.answer(visible(document.title))
    console.answer(f"version {older.n} ({shown(older.last_seen)}) to version {newer.n} ({shown(newer.first_seen)})")
    for name in dict.fromkeys([*older.fields, *newer.fields]):
        before, after = older.fields.get(name, ""), newer.fields.get(name, "")
        if before != after:
            console.answer(visible(f"{field_name(name)}: [-{before}-] {{+{after}+}}"))
    if all(block.op is BlockOp.KEEP for block in blocks):
        console.answer("The words are equal." if any(block.before for block in blocks) else "The texts are equal.")
    else:
        console.marked(iter(runs(passages(blocks))))


def print_ignored(console: Console, left_out: Sequence[Ignored]) -> None:
    """What a comparison left out, for a person: each rule with its count and an example."""
    console.answer("")
    console.answer(
        "Left out of the comparison as no change:" if left_out else "Nothing was left out of the comparison."
    )
    for one in left_out:
        console.answer(f"  {one.count} x {one.rule}")
        console.answer(f"    before: {visible(one.before)}")
        console.answer(f"    after:  {visible(one.after)}")


def hit_json(hit: Hit) -> dict[str, Any]:
    """A search result as `search --json` prints it."""
    found = hit.document
    return {
        "document": found.id,
        "number": found.number,
        "source": found.source,
        "url": found.url,
        "title": found.title,
        "published": found.published,
        "snippet": hit.snippet,
    }


def print_rows(
    console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, csv: bool, as_json: bool
) -> None:
    """The rows of a question, as a table, as CSV or as JSON objects."""
    if as_json:
        items = [{name: _plain(value) for name, value in zip(columns, row, strict=True)} for row in rows]
        console.json({"items": items})
    elif csv:
        console.answer(_csv(columns, rows))
    else:
        console.table(columns, list(rows), empty="No rows.")


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table for spreadsheets; a file gets the cells as they are, a terminal nothing that would command it."""
    seen = visible if sys.stdout.isatty() else str
    out = io.StringIO()
    writer = spreadsheet.writer(out, lineterminator="\n")
    for row in (columns, *rows):
        cells = (safe_cell(_plain(value)) for value in row)
        writer.writerow([seen(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue().rstrip("\n")


def watched(config: Config, store: Store | None) -> list[dict[str, str]]:
    """Everything that is followed whatever it says: configured, and asked for."""
    items = [
        {"what": follow.document or follow.url or follow.path or follow.number, "reason": follow.reason, "by": "config"}
        for follow in config.rules.follows
    ]
    for options in config.sources.values():
        listed = options.get("watch", ())
        items.extend({"what": entry["url"], "reason": entry.get("reason", ""), "by": "config"} for entry in listed)
    asked = watches(store) if store else []
    return items + [{"what": url, "reason": reason, "by": "watch"} for url, reason in asked]

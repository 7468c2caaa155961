"""Commands about the topics: what is said of them, and whether their terms find what they should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from exowatch.session import AsJson, InPeriod, OfSource, OfTopic, Reviewed, Since, Until, session, span_of

if TYPE_CHECKING:
    from store.lint import Lint
    from store.passages import Passage
    from store.records import Document

app = typer.Typer(rich_markup_mode=None)


@app.command()
def mentions(
    name: Annotated[str, typer.Argument(help="Only this document.", metavar="[DOC]")] = "",
    since: Since = None,
    until: Until = None,
    period: InPeriod = None,
    source: OfSource = None,
    topic: OfTopic = None,
    reviewed: Reviewed = None,
    as_json: AsJson = False,
) -> None:
    """Show the paragraphs about the topics, across all history. Example: exowatch mentions 698004"""
    from exowatch.wiring import known_sources, reading
    from store import lookup
    from store.passages import passages

    known_sources([source] if source else ())
    span = span_of(since, until, period)
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        chosen = [lookup.document(store, name)] if name else lookup.documents(store, source=source)
        if reviewed is not None:
            kept = lookup.with_reviews(store, reviewed)
            chosen = [document for document in chosen if document.id in kept]
        found = passages(
            store, chosen, topic=topic, since=span.start if span else None, until=span.end if span else None
        )
    documents = {document.id: document for document in chosen}
    if as_json:
        session.console.json({"items": [_passage_json(passage, documents[passage.document]) for passage in found]})
    else:
        _print_passages(found, documents)


def _passage_json(passage: Passage, document: Document) -> dict[str, Any]:
    from store.clock import shown

    return {
        "document": passage.document,
        "number": document.number,
        "source": document.source,
        "url": document.url,
        "title": document.title,
        "topic": passage.topic,
        "section": passage.section,
        "text": passage.text,
        "variants": list(passage.variants),
        "roles": list(passage.roles),
        "versions": list(passage.versions),
        "first_seen": shown(passage.first_seen),
        "last_seen": shown(passage.last_seen),
    }


def _print_passages(found: list[Passage], documents: dict[str, Document]) -> None:
    from reports.visible import visible
    from store.clock import shown

    console = session.console
    if not found:
        console.answer("No mentions.")
    before = ""
    for passage in found:
        if passage.document != before:
            document = documents[passage.document]
            console.answer(f"{visible(document.title)}  {visible(document.number)}  {visible(document.url)}")
            before = passage.document
        seen = f"{shown(passage.first_seen)} to {shown(passage.last_seen)}"
        role = f"  {', '.join(passage.roles)}" if passage.roles else ""
        console.answer(f"  [{visible(passage.section)}]  {seen}{role}")
        console.answer(f"    {visible(passage.text)}")


@app.command()
def topics(
    lint: Annotated[bool, typer.Option("--lint", help="What is doubtful: unused, overlapping, ambiguous.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the topics' terms and what each found. Example: exowatch topics --lint"""
    from exowatch.wiring import reading
    from store import lint as linter
    from store import lookup

    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = linter.lint(
            session.config.rules.topics, lookup.latest_mentions(store), lookup.addresses(store) if lint else {}
        )
    if as_json:
        session.console.json(_lint_json(found) if lint else {"items": _uses_json(found)})
    elif lint:
        _print_lint(found)
    else:
        rows = [(use.topic, use.term, use.mentions, use.documents) for use in found.uses]
        session.console.table(("topic", "term", "mentions", "documents"), rows, empty="No topics.")


def _uses_json(found: Lint) -> list[dict[str, Any]]:
    return [
        {"topic": use.topic, "term": use.term, "mentions": use.mentions, "documents": use.documents}
        for use in found.uses
    ]


def _lint_json(found: Lint) -> dict[str, Any]:
    return {
        "items": _uses_json(found),
        "unmatched": [{"topic": use.topic, "term": use.term} for use in found.unmatched],
        "overlaps": [
            {"topic": overlap.topic, "wider": overlap.wider, "narrower": overlap.narrower} for overlap in found.overlaps
        ],
        "ambiguous": [
            {
                "document": doubt.document,
                "variant": doubt.mention.variant,
                "sentence": doubt.mention.sentence,
                "meaning": doubt.meaning,
            }
            for doubt in found.doubts
        ],
        "only_in_address": list(found.only_in_address),
    }


def _print_lint(found: Lint) -> None:
    from reports.visible import visible

    said = [
        *(f"{use.topic}: “{use.term}” found nothing" for use in found.unmatched),
        *(f"{o.topic}: “{o.wider}” finds all that “{o.narrower}” does" for o in found.overlaps),
        *(f"{d.document}: “{d.mention.variant}” may mean {d.meaning}: {d.mention.sentence}" for d in found.doubts),
        *(f"{document}: the address names a topic that the words never do" for document in found.only_in_address),
    ]
    for line in said or ["Nothing is doubtful: every term found something, none overlaps, none is ambiguous."]:
        session.console.answer(visible(line))

"""Probes: what a source takes for granted about its live site, each as one question to one address.

Nothing here asks. `exowatch doctor` sends the requests, slowly and within robots.txt, and hands over the answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlencode, urlsplit

from crawler import guards
from crawler.robots import Rules
from crawler.source import Found, ListRequest, Source
from store.archive import Answer
from store.records import Outcome, Part, Reading, Unreadable

KNOWN_PAGES = 6
"""How many of a source's watched pages are asked for: a probe is a sample, not a crawl."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an answer says to a question: right, wrong, or (`ok` is None) worth knowing.

    `leads_to` is asked next. `answered` is False where the answer was none to this question.
    """

    ok: bool | None
    message: str
    leads_to: tuple[Probe, ...] = ()
    answered: bool = True


Judge = Callable[[Answer], Finding]


@dataclass(frozen=True, slots=True)
class Probe:
    """One question. A crawl cannot do without a good answer to one that is `needed`.

    The request's `fallback` is asked in its place when it is not answered. Probes with the same request share one
    answer.
    """

    source: str
    question: str
    request: ListRequest
    judge: Judge
    needed: bool = False


def probes_of(source: Source) -> list[Probe]:
    """Everything that is asked about one source: its lists by every way, its known pages, its own questions."""
    watched = islice(source.watched(), KNOWN_PAGES)
    return [*_lists(source), *(page_probe(source, found) for found in watched), *source.probes()]


def _lists(source: Source) -> Iterator[Probe]:
    """The lists that a crawl needs, by every way; of optional ones that differ in their words only, the first."""
    seen = set[tuple[str, str]]()
    for request in source.lists():
        place = request.net, request.url.partition("?")[0]
        if request.optional and place in seen:
            continue
        seen.add(place)
        named = f"{request.net} {named_shortly(request)}"
        yield Probe(source.name, named, request, _list_judge(source, request), needed=not request.optional)
        if request.fallback is not None and not request.optional:
            for one in ways(request):
                alone = replace(one, fallback=None)
                yield Probe(source.name, f"by {named_shortly(one)}", alone, _way_judge(source, alone))


def ways(request: ListRequest) -> Iterator[ListRequest]:
    """A request and its fallbacks, in order."""
    current: ListRequest | None = request
    while current is not None:
        yield current
        current = current.fallback


def way_of(request: ListRequest, answer: Answer) -> ListRequest:
    """The request that was answered, where it may have been a fallback."""
    return {way.url: way for way in ways(request)}[answer.url]


def named_shortly(request: ListRequest) -> str:
    """A request as a person may tell it from others: `GET /datatables/views/ajax 'exosome'`."""
    parts = urlsplit(request.url)
    sought = request.parameters.get("search_api_fulltext", "")
    return f"{request.method} {parts.path}" + (f" {sought!r}" if sought else "")


def saying(request: ListRequest, **changed: str) -> ListRequest:
    """The same request, and its fallbacks, with some parameters set otherwise."""
    form = urlencode({**request.parameters, **changed})
    fallback = saying(request.fallback, **changed) if request.fallback is not None else None
    if request.body:
        return replace(request, body=form.encode(), fallback=fallback)
    return replace(request, url=f"{request.url.partition('?')[0]}?{form}", fallback=fallback)


def page_probe(source: Source, found: Found, question: str = "", judge: Judge | None = None) -> Probe:
    """Whether a document's page answers and reads; `judge` asks it something else."""
    named = question or f"page {urlsplit(found.url).path.rstrip('/').rpartition('/')[2]}"
    return Probe(source.name, named, ListRequest(found.url, net="page"), judge or reading_judge(source))


def proved(source: Source, part: Part, judge: Judge, *, wrong: bool | None = None) -> Judge:
    """A judge for answers that are what was asked for; any other is found `wrong`, with the guard's reason."""

    def judged(answer: Answer) -> Finding:
        verdict = guards.judge(source, part, answer)
        if verdict is not None:
            ok = None if verdict.outcome is Outcome.GONE and part is Part.PAGE else wrong
            return Finding(ok, verdict.reason, answered=False)
        try:
            return judge(answer)
        except Unreadable as error:
            return Finding(wrong, str(error), answered=False)

    return judged


def reading_judge(source: Source, say: Callable[[Reading, Answer], Finding] | None = None) -> Judge:
    """A judge of a document's page by its reader. A page that is gone proves nothing about the others."""

    def judge(answer: Answer) -> Finding:
        reading = source.read(source.material(answer))
        if not reading.blocks:
            return Finding(False, f"{answer.url}: read without a word of text")
        if say is not None:
            return say(reading, answer)
        facts = [*reading.fields, *(f"{name} {value}" for name, value in reading.stamps.items())]
        told = f"reads: {reading.title!r}, {len(reading.blocks)} blocks; {', '.join(facts) or 'no fields'}"
        return Finding(None if reading.problem else True, f"{told}; {reading.problem}" if reading.problem else told)

    return proved(source, Part.PAGE, judge, wrong=False)


def _list_judge(source: Source, request: ListRequest) -> Judge:
    """A list as a crawl reads it; the first document that it names is asked for next."""

    def judge(answer: Answer) -> Finding:
        asked = way_of(request, answer)
        page = source.read_list(asked, answer)
        declared = "no total declared" if page.declared is None else f"{page.declared} declared"
        told = f"{page.rows or len(page.found)} rows, {declared}, {len(page.found)} documents named"
        by = f"; by {named_shortly(asked)}, since those before it failed" if asked is not request else ""
        first = () if request.optional else tuple(page_probe(source, found) for found in page.found[:1])
        return Finding(True, told + by, first)

    return proved(source, Part.LIST, judge, wrong=None if request.optional else False)


def _way_judge(source: Source, request: ListRequest) -> Judge:
    def judge(answer: Answer) -> Finding:
        page = source.read_list(request, answer)
        return Finding(True, f"answers with {page.rows or len(page.found)} rows")

    return proved(source, Part.LIST, judge)


def robots_finding(rules: Rules, answer: Answer, agent: str, asked: Sequence[Probe]) -> Finding:
    """What robots.txt says to us: its delay, and which of the addresses that we need it forbids."""
    if rules.stop:
        return Finding(False, rules.stop)
    delay = rules.delay(agent)
    told = f"answered {answer.status}; " + (f"Crawl-delay {delay:g} s" if delay else "no Crawl-delay")
    forbidden = [probe for probe in asked if not rules.allows(probe.request.url, agent)]
    if not forbidden:
        return Finding(True, f"{told}; nothing that we ask for is forbidden")
    paths = ", ".join(sorted({urlsplit(probe.request.url).path for probe in forbidden}))
    return Finding(not any(probe.needed for probe in forbidden), f"{told}; forbidden, and so never asked for: {paths}")


def validators_judge(source: Source, request: ListRequest) -> Judge:
    """Whether an answer comes with validators, and whether the server then honours them."""

    def judge(answer: Answer) -> Finding:
        named = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
        sent = [(theirs, ours, answer.header(theirs)) for theirs, ours in named if answer.header(theirs)]
        if not sent:
            return Finding(None, "neither ETag nor Last-Modified sent: every look is a full one")
        headers = (*request.headers, *((ours, value) for _, ours, value in sent))
        again = Probe(
            source.name, f"{named_shortly(request)} again, if changed", replace(request, headers=headers), _304
        )
        return Finding(None, ", ".join(f"{theirs} {value}" for theirs, _, value in sent), (again,))

    return proved(source, Part.LIST, judge)


def _304(answer: Answer) -> Finding:
    size = f" with {len(answer.body)} bytes" if answer.status == 200 else ""
    return Finding(None, f"answered {answer.status}{size}; 304 would say that nothing has changed")


def is_a_feed(answer: Answer) -> Finding:
    """Whether the address of a feed answers with one."""
    if re.search(rb"<(rss|feed|rdf:RDF)\b", answer.body[:2000]):
        return Finding(None, f"XML with {len(re.findall(rb'<(item|entry)[ >]', answer.body))} items")
    return Finding(None, f"no feed but {answer.header('content-type') or 'an answer without a type'}")

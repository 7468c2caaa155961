"""The doctor: looks at this machine, then asks the live sites what could not be known when the readers were written."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler import guards, robots
from crawler import settings as ours
from crawler.pace import Pace
from crawler.probes import Finding, Probe, probes_of, robots_finding, ways
from crawler.source import ListRequest, Source, classes
from exowatch import __version__
from exowatch.asking import Asker, Limits, Unanswered
from exowatch.config import BadConfig, Config
from exowatch.console import Progress
from exowatch.crawling import WAYS_ON
from exowatch.health import Check, note
from exowatch.machine import configuration, local_checks
from exowatch.wiring import enabled_sources
from store.archive import Answer
from store.records import Outcome, Part

REFUSALS_IN_A_ROW = 3
"""As a crawl does: asking on would only deepen the block."""
CLOCK_TOLERANCE = timedelta(minutes=5)

Say = Callable[[str], None]


def examine(
    database: Path,
    load: Callable[[], Config],
    names: Sequence[str],
    *,
    offline: bool,
    mail: bool = False,
    say: Say,
    progress: Progress,
) -> list[Check]:
    """Everything that was looked at. `names` are the sources to ask about: those that are read, unless said.

    `mail` asks the mail server too, which sends nothing.
    """
    config, first = configuration(load)
    checks = [first, *local_checks(database, config)]
    if mail and config is not None:
        checks.append(mail_server(config))
    if offline:
        return [*checks, note("live part", "left out")]
    if config is None:
        return [*checks, note("live part", "left out: it needs a configuration that loads")]
    declared = [classes()[name](config.sources.get(name)) for name in dict.fromkeys(names or enabled_sources(config))]
    try:
        for check in Round(database, config, declared, say, progress).checks():
            checks.append(check)
    except KeyboardInterrupt:
        checks.append(Check("live part", False, "interrupted; what follows here was not asked"))
    except OSError as error:
        checks.append(Check("live part", False, f"the pace of requests cannot be kept: {error}"))
    return checks


def mail_server(config: Config) -> Check:
    """Whether the mail server can be reached, shows a certificate to trust, and takes our name and password."""
    from exowatch.carriers import smtp
    from exowatch.sending import account_of

    own = config.mail
    if own.missing:
        return Check("mail server", False, f"[mail] is not complete: {' and '.join(own.missing)} missing")
    try:
        problem = smtp.reach(account_of(config, os.environ))
    except BadConfig as error:
        problem = str(error)
    return Check("mail server", not problem, problem or f"{own.host}:{own.port} takes us; nothing was sent")


@dataclass(slots=True)
class Host:
    """One host in a round: its rules, how often it refused in a row, and why it is asked no more."""

    name: str
    source: Source
    rules: robots.Rules = field(default_factory=robots.Rules)
    refusals: int = 0
    shut: str = ""
    told: bool = False
    left: int = 0


class Round:
    """The live part. Each question is asked once, at the host's pace, and none of a host that cannot or will not."""

    def __init__(self, database: Path, config: Config, sources: Iterable[Source], say: Say, progress: Progress) -> None:
        self._config, self._say, self._progress = config, say, progress
        asked = [(source, probe) for source in sources for probe in probes_of(source)]
        # What a crawl cannot do without comes first: a host may shut its door after a few questions.
        self._probes = sorted(asked, key=lambda one: not one[1].needed)
        self._hosts: dict[str, Host] = {}
        for source, probe in self._probes:
            name = urlsplit(probe.request.url).hostname or ""
            self._hosts.setdefault(name, Host(name, source))
        self._agent = config.settings.get("USER_AGENT") or f"exowatch/{__version__} (+{config.contact or 'no contact'})"
        self._pace = Pace.beside(database)
        self._asker = Asker(self._headers(), self._wait)
        self._answers: dict[object, Answer] = {}
        self._offsets: list[timedelta] = []
        self._delay = 0.0

    def checks(self) -> Iterator[Check]:
        """Ask, and say what was found, question by question."""
        for host in self._hosts.values():
            yield from self._robots(host)
        waiting = deque(self._probes)
        self._announce()
        done = 0
        while waiting:
            source, probe = waiting.popleft()
            finding = self._finding(source, probe)
            done += 1
            self._progress(source.name, done, done + len(waiting), probe.question)
            if finding is not None:
                name = f"{source.name}: {probe.question}"
                yield Check(name, finding.ok is not False, finding.message, note=finding.ok is None)
                waiting.extendleft((source, next_one) for next_one in reversed(finding.leads_to))
        yield from (self._shut(host) for host in self._hosts.values() if host.shut and not host.told)
        yield self._clock()

    # One host

    def _robots(self, host: Host) -> Iterator[Check]:
        """Read the host's robots.txt. Where it cannot be had, nothing else is asked."""
        request = ListRequest(f"https://{host.name}/robots.txt", net="robots")
        mine = [probe for _, probe in self._probes if urlsplit(probe.request.url).hostname == host.name]
        self._progress(host.name, 0, len(mine), "robots.txt")
        try:
            answer = self._ask(host.source, request)
        except Unanswered as error:
            host.shut = f"cannot be reached: {error}"
            return
        verdict = guards.judge(host.source, Part.LIST, answer)
        if verdict is not None and verdict.guard == guards.sent_to_a_wall.__name__:
            host.shut = f"refuses us even robots.txt: {verdict.reason}. {WAYS_ON}"
            return
        host.rules = robots.rules(answer.status, answer.body)
        finding = robots_finding(host.rules, answer, self._agent, mine)
        if host.rules.stop:
            host.shut, host.told = host.rules.stop, True
        refused = f"; refused: {verdict.reason}" if verdict is not None and verdict.outcome is Outcome.BLOCKED else ""
        yield Check(f"{host.name}: robots.txt", finding.ok is not False, finding.message + refused, note=bool(refused))

    def _shut(self, host: Host) -> Check:
        return Check(host.name, False, f"{host.shut} ({host.left} questions to this host were not asked)")

    def _announce(self) -> None:
        """Say before the long part how long it will take: a question may lead to another one or two."""
        distinct = {_identity(p.request): p for _, p in self._probes if not self._of(p.request.url).shut}
        counts = Counter(urlsplit(probe.request.url).hostname or "" for probe in distinct.values())
        seconds, told = 0.0, []
        for name, count in counts.items():
            host = self._hosts[name]
            delay = max(float(self._setting(host.source, "DOWNLOAD_DELAY")), host.rules.delay(self._agent))
            seconds += count * delay
            told.append(f"{count} of {name}" + (f", {delay:g} s apart" if delay else ""))
        if told:
            about = f"about {round(seconds / 60)} minutes" if seconds >= 90 else "less than two minutes"
            self._say(f"asking {about}: {'; '.join(told)}; further ones as answers suggest. --offline leaves this out")

    # One question

    def _finding(self, source: Source, probe: Probe) -> Finding | None:
        """What is found by asking, or by the fallback where that is no answer; None where the host is shut."""
        found: Finding | None = None
        for request in ways(probe.request):
            host = self._of(request.url)
            if host.shut:
                host.left += 1
                return found
            found = self._judged(source, probe, request, host)
            if found is not None and found.answered:
                break
        return found

    def _judged(self, source: Source, probe: Probe, request: ListRequest, host: Host) -> Finding | None:
        wrong = False if probe.needed else None
        if not host.rules.allows(request.url, self._agent):
            return Finding(wrong, "not asked: robots.txt forbids it", answered=False)
        fresh = _identity(request) not in self._answers
        try:
            answer = self._ask(source, request)
        except Unanswered as error:
            if error.unreachable:
                host.shut = f"cannot be reached: {error}"
                host.left += 1
                return None
            return Finding(wrong, str(error), answered=False)
        verdict = guards.judge(source, Part.PAGE if request.net == "page" else Part.LIST, answer)
        if verdict is not None and verdict.outcome is Outcome.BLOCKED:
            self._refused(host, answer, verdict.reason, fresh=fresh)
            return Finding(wrong, f"refused: {verdict.reason}", answered=False)
        host.refusals = 0 if fresh else host.refusals
        try:
            return probe.judge(answer)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            # What a site may answer has no bounds, and one strange answer must not cost the others.
            return Finding(wrong, f"{answer.url}: an answer of an unforeseen form: {error!r:.200}")

    def _refused(self, host: Host, answer: Answer, reason: str, *, fresh: bool) -> None:
        host.refusals += fresh
        if host.refusals >= REFUSALS_IN_A_ROW or answer.header("retry-after"):
            host.shut = f"refuses us: {reason}. {WAYS_ON}"

    def _ask(self, source: Source, request: ListRequest) -> Answer:
        """The answer to a request, asked for once in a round. Raises Unanswered."""
        known = self._answers.get(_identity(request))
        if known is not None:
            return known
        hops = int(self._setting(source, "REDIRECT_MAX_TIMES"))

        def may_follow(location: str, earlier: tuple[str, ...]) -> bool:
            fence = guards.may_follow(source, location, earlier, hops) and urlsplit(location).hostname in self._hosts
            return fence and self._of(location).rules.allows(location, self._agent)

        self._delay = float(self._setting(source, "DOWNLOAD_DELAY"))
        limits = Limits(
            seconds=float(self._setting(source, "DOWNLOAD_TIMEOUT")),
            size=int(self._setting(source, "DOWNLOAD_MAXSIZE")),
        )
        answer = self._asker.ask(request, limits, may_follow)
        self._answers[_identity(request)] = answer
        self._note_date(answer)
        return answer

    def _wait(self, url: str) -> None:
        """Hold a request until its host may be asked again, over all processes that share the store."""
        host = self._of(url)
        time.sleep(self._pace.reserve(host.name, max(self._delay, host.rules.delay(self._agent))))

    def _of(self, url: str) -> Host:
        name = urlsplit(url).hostname or ""
        return self._hosts.get(name) or Host(name, self._probes[0][0])

    # The clock

    def _note_date(self, answer: Answer) -> None:
        """Keep how far our clock is from the answer's; an answer from a cache says how old it is."""
        try:
            date = parsedate_to_datetime(answer.header("date"))
        except (TypeError, ValueError):
            return
        age = answer.header("age")
        date = date.replace(tzinfo=date.tzinfo or UTC) + timedelta(seconds=int(age) if age.isdecimal() else 0)
        self._offsets.append(answer.moment - date)

    def _clock(self) -> Check:
        """Our clock against the one that agrees best: a site's may be wrong, or its answer long on the way."""
        if not self._offsets:
            return note("clock", "not compared: no site has answered with its date")
        offset = min(self._offsets, key=abs)
        seconds = int(offset.total_seconds())
        told = (
            f"{abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} the sites' own"
            if seconds
            else "as the sites' own"
        )
        if abs(offset) <= CLOCK_TOLERANCE:
            return Check("clock", True, told)
        return Check("clock", False, f"{told}; put it right, since every record carries its time")

    # How we ask

    def _headers(self) -> dict[str, str]:
        contact = {"From": self._config.contact} if "@" in self._config.contact else {}
        return {**ours.DEFAULT_REQUEST_HEADERS, "Accept-Encoding": "gzip", "User-Agent": self._agent, **contact}

    def _setting(self, source: Source, name: str) -> Any:
        """A setting as it holds for a crawl of this source."""
        return self._config.settings.get(name, source.settings.get(name, getattr(ours, name)))


def _identity(request: ListRequest) -> object:
    return request.method, request.url, request.headers, request.body

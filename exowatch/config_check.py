"""Checking the configuration as a whole: everything that is wrong in any of its files, not the first thing only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from exowatch import secrets
from exowatch.config import KEYS, BadConfig, Config, checked, files_read, merged, read, shipped, unknown
from exowatch.health import Check, note
from exowatch.mail_settings import NAMED, PASSWORD
from store.outbox import Channel

_FIT: Final[Mapping[str, Mapping[str, Any]]] = {
    "topics": {"terms": ["exosom"], "words": ["EV"]},
    "digests": {"name": "any", "period": "week"},
    "schedules": {"name": "any", "when": "daily", "command": "crawl"},
}
"""What makes one key of such a table a whole that can be looked at by itself."""


def check(
    files: Sequence[Path], environment: Mapping[str, str], misread: Callable[[Sequence[str]], str] = lambda words: ""
) -> list[Check]:
    """A check for each file, each problem with the file that has it, and whether the secrets that it names are there.

    `misread` says what is wrong with the words of a schedule's command.
    """
    checks, contents = [], []
    for path in files_read(files, environment):
        try:
            contents.append((path, read(path)))
        except BadConfig as error:
            checks.append(Check(str(path), False, str(error).removeprefix(f"{path}: ")))
    whole = shipped()
    for path, content in contents:
        problems = list(dict.fromkeys(_problems(content, str(path))))
        checks += [Check(str(path), False, problem) for problem in problems]
        if not problems:
            checks.append(Check(str(path), True, "can be used"))
        whole = merged(whole, {key: value for key, value in content.items() if key in KEYS})
    try:
        config = checked(whole)
    except BadConfig as error:
        if not any(str(error) == check.message for check in checks):
            checks.append(Check("all together", False, str(error)))
        return checks
    lines = [
        Check(f"schedule {one.name}", False, f"exowatch {one.command}: {problem}")
        for one in config.schedules
        if (problem := misread(one.words))
    ]
    return [*checks, Check("all together", True, "can be used"), *lines, *_named(config, environment)]


def _problems(content: Mapping[str, Any], path: str) -> Iterator[str]:
    """What is wrong in one file, each key looked at by itself over the defaults."""
    defaults = shipped()
    if _fits(defaults, content):
        return
    yield from (problem.removeprefix(f"{path}: ") for problem in unknown(content, KEYS, path))
    for key, value in content.items():
        for piece in _pieces(key, value) if key in KEYS else ():
            try:
                checked(merged(defaults, piece))
            except BadConfig as error:
                yield str(error)


def _fits(defaults: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    try:
        checked(merged(defaults, content))
    except BadConfig:
        return False
    return True


def _pieces(key: str, value: Any) -> Iterator[dict[str, Any]]:
    """A section in pieces, each of which can be wrong by itself."""
    fit = _FIT.get(key, {})
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for entry in value:
            # By its own name, where that can be used: so a problem is found in it, and not in another one too.
            own = {**fit, "name": entry["name"]} if "name" in fit and "name" in entry else fit
            own = own if _fits(shipped(), {key: [own]}) else fit
            pieces = [{**own, name: said} for name, said in entry.items()] if fit else []
            # The whole entry too: what it lacks shows in no key of it.
            yield from ({key: [piece]} for piece in (*pieces, entry))
    elif isinstance(value, Mapping) and key in ("topics", "sources"):
        for name, table in value.items():
            inner = table.items() if isinstance(table, Mapping) else ()
            yield from ({key: {name: {**fit, option: said}}} for option, said in inner)
            yield {key: {name: table}}
    elif isinstance(value, Mapping):
        yield from ({key: {name: said}} for name, said in value.items())
    else:
        yield {key: value}


# What the files only name


def _named(config: Config, environment: Mapping[str, str]) -> Iterator[Check]:
    """Whether what stands in the environment or in a file of its own is there: it may be so for the service only."""
    mail = config.mail
    try:
        found = secrets.password(mail, environment)
    except BadConfig as error:
        yield Check("mail password", False, str(error))
    else:
        if mail.user and not found:
            yield note("mail password", f"[mail] user is set, and {PASSWORD} is not in this environment")
        elif found:
            yield Check("mail password", True, f"in {secrets.whence(mail, environment)}")
    mailed = any(target.channel is Channel.SMTP for target in _targets(config))
    if mailed and mail.missing:
        yield Check("mail", False, f"[mail]: set {' and '.join(mail.missing)} before anything can be mailed")
    for address in sorted(_addresses(config)):
        try:
            secrets.resolved(address, environment)
        except BadConfig as error:
            yield note(address, str(error).removeprefix(f"{address}: "))
        else:
            yield Check(address, True, "is in the environment")


def _targets(config: Config) -> Iterable[Any]:
    yield from config.monitor.tell
    for series in config.digests:
        yield from series.deliver


def _addresses(config: Config) -> set[str]:
    places = {config.monitor.ping, *(target.place for target in _targets(config))}
    return {place for place in places if place.startswith(NAMED)}

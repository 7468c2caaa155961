"""Configuration: read once, checked as a whole, handed on as plain values."""

from __future__ import annotations

import difflib
import os
import pkgutil
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_config_path, user_data_path

import crawler.spiders
from exowatch.mail_settings import DIGEST_KEYS, MAIL_KEYS, PASSWORD, BadMail, Mail, Series, mail_of, series_of
from exowatch.monitor_settings import MONITOR_KEYS, Monitor, monitor_of
from exowatch.schedule_settings import SCHEDULE_KEYS, BadSchedule, Schedule, schedules_of
from store.mentions import Topic
from store.rules import Follow, Rules


class BadConfig(Exception):
    """The configuration cannot be used. The message names the file, the key, the expectation and the finding."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that a user can decide."""

    contact: str
    timezone: ZoneInfo
    twin_days: int
    sample_data: bool
    rules: Rules
    sources: Mapping[str, Mapping[str, Any]]
    settings: Mapping[str, Any]
    mail: Mail = field(default_factory=Mail)
    digests: tuple[Series, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    monitor: Monitor = field(default_factory=Monitor)
    log_json: bool = False

    def enabled(self, name: str) -> bool:
        """Whether a source is read at all: every one, unless its section says `enabled = false`."""
        return bool(self.sources.get(name, {}).get("enabled", True))


KEYS = frozenset({
    "contact", "timezone", "twin_days", "sample_data", "topics", "follow", "sources", "settings", "mail", "digests",
    "schedules", "monitor", "log",
})  # fmt: skip
_LOG_KEYS = frozenset({"json"})
_TOPIC_KEYS = frozenset({"terms", "words", "near"})
_FOLLOW_KEYS = frozenset({"document", "url", "path", "number", "title", "reason"})


def default_database() -> Path:
    """Where the store is when nobody says otherwise."""
    return user_data_path("exowatch") / "exowatch.db"


def load(files: Sequence[Path], environment: Mapping[str, str] | None = None) -> Config:
    """The shipped defaults, the user's file, EXOWATCH_CONFIG, then `files` in order, each laid over the last.

    Raises BadConfig.
    """
    return checked(content_of(files, os.environ if environment is None else environment))


def laid_over(files: Sequence[Path]) -> list[Path]:
    """The files that `load` would read after the shipped defaults, in this order: who runs as somebody else names them."""
    return list(files_read(files, os.environ))


def content_of(files: Sequence[Path], environment: Mapping[str, str]) -> dict[str, Any]:
    """All that the files say together, as it is written, not yet checked. Raises BadConfig."""
    content = shipped()
    for path in files_read(files, environment):
        own = read(path)
        for problem in unknown(own, KEYS, str(path)):
            raise BadConfig(problem)
        content = merged(content, own)
    return content


def shipped() -> dict[str, Any]:
    """The defaults, as they are written."""
    return tomllib.loads(resources.files("exowatch").joinpath("exowatch.toml").read_text("utf-8"))


def own_file() -> Path:
    """Where the user's own file is looked for."""
    return user_config_path("exowatch") / "exowatch.toml"


def files_read(files: Sequence[Path], environment: Mapping[str, str]) -> Iterable[Path]:
    """The files that are laid over the defaults, in this order."""
    own = own_file()
    if own.exists():
        yield own
    if environment.get("EXOWATCH_CONFIG"):
        yield Path(environment["EXOWATCH_CONFIG"])
    yield from files


def read(path: Path) -> dict[str, Any]:
    """What a file says, as it is written. Raises BadConfig."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path}: cannot be read: {error}") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error).replace("at end of document", f"at the end, line {len(text.splitlines())}")
        raise BadConfig(f"{path}: not valid TOML: {said}") from error


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merge by key; everything else is replaced."""
    result = dict(below)
    for key, value in above.items():
        both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = merged(result[key], value) if both else value
    return result


def checked(content: Mapping[str, Any]) -> Config:
    """What the files say together, as plain values. Raises BadConfig for the first thing that cannot be used."""
    _known(content, KEYS, "configuration")
    defaults = shipped()["sources"]
    for name, options in _table(content, "sources").items():
        _known({name: None}, frozenset(source_names()), "[sources]")
        _options(name, options, defaults.get(name))
    topics = tuple(_topic(name, said) for name, said in sorted(_table(content, "topics").items()))
    follows = tuple(_follow(entry) for entry in _tables(content.get("follow", []), "[[follow]]"))
    mail, digests = _mail(content)
    zone = _zone(_text(content, "timezone"))
    log = _table(content, "log")
    _known(log, _LOG_KEYS, "[log]")
    return Config(
        contact=_text(content, "contact"),
        timezone=zone,
        twin_days=_days(content, "twin_days"),
        sample_data=_flag(content, "sample_data", "sample_data"),
        rules=Rules(topics, follows),
        sources={name: dict(options) for name, options in _table(content, "sources").items()},
        settings=_table(content, "settings"),
        mail=mail,
        digests=digests,
        schedules=_schedules(content, zone),
        monitor=_monitor(content, mail),
        log_json=_flag(log, "json", "[log] json"),
    )


def _mail(content: Mapping[str, Any]) -> tuple[Mail, tuple[Series, ...]]:
    said, digests = _table(content, "mail"), _tables(content.get("digests", []), "[[digests]]")
    if "password" in said:
        # The value is not repeated: whoever reads this message need not know it.
        raise BadConfig(f"[mail] password: a secret does not belong into this file; take it out and set {PASSWORD}")
    _known(said, MAIL_KEYS, "[mail]")
    for entry in digests:
        _known(entry, DIGEST_KEYS, "[[digests]]")
    try:
        mail = mail_of(said)
        return mail, series_of(digests, mail)
    except BadMail as error:
        raise BadConfig(str(error)) from error


def _schedules(content: Mapping[str, Any], zone: ZoneInfo) -> tuple[Schedule, ...]:
    said = _tables(content.get("schedules", []), "[[schedules]]")
    for entry in said:
        _known(entry, SCHEDULE_KEYS, "[[schedules]]")
    try:
        return schedules_of(said, zone)
    except BadSchedule as error:
        raise BadConfig(str(error)) from error


def _monitor(content: Mapping[str, Any], mail: Mail) -> Monitor:
    said = _table(content, "monitor")
    _known(said, MONITOR_KEYS, "[monitor]")
    try:
        return monitor_of(said, mail)
    except BadMail as error:
        raise BadConfig(str(error)) from error


def _options(name: str, said: Any, shipped: Mapping[str, Any] | None) -> None:
    """Check a source's section: what it may say is what the shipped defaults say of it."""
    where = f"[sources.{name}]"
    if not isinstance(said, Mapping):
        raise BadConfig(f"{where}: expected a table, found {said!r}")
    if shipped is not None:
        _known(said, frozenset({*shipped, "enabled", "watch"}), where)
        for key, value in said.items():
            if key in shipped and type(value) is not type(shipped[key]):
                raise BadConfig(f"{where} {key}: expected something like {shipped[key]!r:.60}, found {value!r}")
    _flag(said, "enabled", f"{where} enabled")
    for entry in _tables(said.get("watch", []), f"{where} watch"):
        if not isinstance(entry.get("url"), str):
            raise BadConfig(f"{where} watch: expected a `url` in each entry, found {dict(entry)!r}")


def _flag(content: Mapping[str, Any], key: str, where: str) -> bool:
    value = content.get(key, False)
    if not isinstance(value, bool):
        raise BadConfig(f"{where}: expected true or false, found {value!r}")
    return value


def _days(content: Mapping[str, Any], key: str) -> int:
    value = content.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadConfig(f"{key}: expected a number of days, found {value!r}")
    return value


def source_names() -> tuple[str, ...]:
    """The sources there are. Each is a file of its name: reading the folder is enough, and spares loading what reads pages."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(crawler.spiders.__path__)))


def _topic(name: str, said: Any) -> Topic:
    where = f"[topics.{name}]"
    if not isinstance(said, Mapping):
        raise BadConfig(f"{where}: expected a table with `terms`, found {said!r}")
    _known(said, _TOPIC_KEYS, where)
    near = dict(said.get("near", {}))
    within = near.pop("within", 30)
    if not isinstance(within, int) or within < 1:
        raise BadConfig(f"{where} near.within: expected a number of words, found {within!r}")
    topic = Topic(
        name,
        terms=_texts(said.get("terms", []), f"{where} terms"),
        words=_texts(said.get("words", []), f"{where} words"),
        near={word: _texts(beside, f"{where} near.{word}") for word, beside in near.items()},
        within=within,
    )
    if not (topic.terms or topic.words or topic.near):
        raise BadConfig(f"{where}: a topic without terms finds nothing; give it `terms` or `words`")
    return topic


def _follow(said: Mapping[str, Any]) -> Follow:
    _known(said, _FOLLOW_KEYS, "[[follow]]")
    named = [key for key in ("document", "url", "path", "number", "title") if said.get(key)]
    if len(named) != 1 or not said.get("reason"):
        raise BadConfig(
            f"[[follow]]: expected one of document, url, path, number, title, and a reason; found {dict(said)!r}"
        )
    return Follow(**{key: str(value) for key, value in said.items()})


def _known(content: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for problem in unknown(content, known, where):
        raise BadConfig(problem)


def unknown(content: Mapping[str, Any], known: frozenset[str], where: str) -> Iterable[str]:
    """A sentence for each key that is none of those known, with the nearest that is."""
    for key in content:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
            yield f"{where}: unknown key {key!r}; the nearest known one is {near[0]!r}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadConfig(f"timezone: expected a name such as 'America/Toronto', found {name!r}") from error


def _text(content: Mapping[str, Any], key: str) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        raise BadConfig(f"{key}: expected text, found {value!r}")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise BadConfig(f"{where}: expected a list of texts, found {value!r}")
    return tuple(value)


def _table(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = content.get(key, {})
    if not isinstance(value, Mapping):
        raise BadConfig(f"{key}: expected a table, found {value!r}")
    return value


def _tables(value: Any, where: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise BadConfig(f"{where}: expected tables, found {value!r}")
    return value

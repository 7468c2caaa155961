"""The machine: whether it has what the tool needs, looked at without asking the network anything."""

from __future__ import annotations

import os
import platform
import shutil
import ssl
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from exowatch import __version__
from exowatch.asking import proxies, shown
from exowatch.config import BadConfig, Config
from exowatch.health import Check, note
from exowatch.mail_settings import PASSWORD, Security, is_loopback
from exowatch.secrets import password
from exowatch.wiring import needs_no_limits
from store import clock, locks
from store.condition import Guard, condition, guard, library, mode
from store.database import log_size
from store.errors import StoreError
from store.outbox import Channel
from store.place import filesystem, unfit

LEAST_PYTHON = (3, 11)
LEAST_SPACE = 1_000_000_000
GROWTH = 3
LONGEST_LOG = 256_000_000
"""How long the write-ahead log may be: it is that long only where something keeps it from being moved."""


def configuration(load: Callable[[], Config]) -> tuple[Config | None, Check]:
    """The configuration, where it can be used, and what is to be said of it."""
    try:
        config = load()
    except BadConfig as error:
        return None, Check("configuration", False, str(error))
    return config, Check("configuration", True, f"loads; {len(config.rules.topics)} topics")


def local_checks(database: Path, config: Config | None) -> Iterator[Check]:
    """Everything that can be known without the network, in the order in which a person would ask."""
    yield python()
    yield from wishes(config) if config is not None else ()
    if config is not None:
        yield mail(config, os.environ)
    yield sqlite(database)
    yield from store(database)
    yield place(database)
    yield space(database)
    yield locked(database)
    yield memory()
    yield tls(os.environ.get("SSL_CERT_FILE", ""))
    yield from network()
    if os.environ.get("EXOWATCH_NOW"):
        yield note("time set", f"EXOWATCH_NOW is set: for the tool it is {clock.shown(clock.now())}")


def python() -> Check:
    needed = ".".join(map(str, LEAST_PYTHON))
    told = f"exowatch {__version__}, Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    enough = sys.version_info[:2] >= LEAST_PYTHON
    return Check("python", enough, told if enough else f"{told}; Python {needed} or later is needed")


def wishes(config: Config) -> Iterator[Check]:
    """What the configuration must say, and what its time zone means."""
    if config.contact:
        yield Check("contact", True, f"sent with every request: {config.contact}")
    else:
        yield Check(
            "contact", False, "not set; put an address of yours into `contact`, so that regulators can reach you"
        )
    there = clock.now().astimezone(config.timezone)
    yield Check("time zone", True, f"periods begin and end in {config.timezone}, where it is {there:%Y-%m-%d %H:%M %z}")


def mail(config: Config, environment: Mapping[str, str]) -> Check:
    """Whether digests that are to be mailed could be; the server itself is not asked."""
    own = config.mail
    used = own.host or own.to or any(t.channel is Channel.SMTP for s in config.digests for t in s.deliver)
    if not used:
        return note("mail", "not set up; digests are written to files only ([mail] in the configuration)")
    if own.missing:
        return Check("mail", False, f"[mail] is not complete: {' and '.join(own.missing)} missing")
    try:
        if own.user and not password(own, environment):
            return Check("mail", False, f"[mail] user is set, and {PASSWORD} is not in the environment")
    except BadConfig as error:
        return Check("mail", False, str(error))
    told = f"{own.host}:{own.port}, {own.security}"
    if own.security is Security.NONE and not is_loopback(own.host):
        return note("mail", f"{told}: digests travel in the clear; use starttls or tls where the server can")
    return Check("mail", True, f"{told}; --mail asks whether it takes us")


# The store


def sqlite(database: Path) -> Check:
    """The linked SQLite, the mode that our writers use in the store's folder, and what that means."""
    linked = library()
    try:
        used = mode(_nearest(database.parent))
    except (OSError, StoreError) as error:
        return Check("sqlite", False, f"SQLite {linked.version}; no store can be written here: {error}")
    way = guard(linked, used)
    option = list(Guard).index(way) + 1
    return Check("sqlite", True, f"SQLite {linked.version}; {used}; safe by option {option} of {len(Guard)}: {way}")


def store(database: Path) -> Iterator[Check]:
    """The store itself, as far as there is one."""
    if database.is_dir():
        yield Check("store", False, f"{database}: this is a folder; an exowatch database is a file")
    elif not database.exists() or not database.stat().st_size:
        yield note("store", f"{database}: not there yet; the first crawl or import makes it")
    else:
        found = condition(database)
        told = f"{database}: {found.problem}" if found.problem else f"{database}: sound; journal {found.journal}"
        way_on = "; keep the file and restore a backup" if found.problem.startswith(("damaged", "rows")) else ""
        yield Check("store", not found.problem, told + way_on)
        yield permissions(database)
        yield log(database)


def permissions(database: Path) -> Check:
    """Whether we can write the store and nobody else can."""
    kept = stat.S_IMODE(database.stat().st_mode)
    told = f"permissions {kept:o}"
    if not os.access(database, os.R_OK | os.W_OK) or not os.access(database.parent, os.W_OK):
        return Check("store file", False, f"{told}; this account cannot write to it, or to its folder")
    if os.name == "posix" and kept & stat.S_IWOTH:
        return Check("store file", False, f"{told}; every account of this machine can alter it: chmod o-w {database}")
    return Check("store file", True, told)


def log(database: Path) -> Check:
    """Whether the write-ahead log is moved into the store: a reader that never ends keeps it from that."""
    size = log_size(database.resolve())
    told = _bytes(size)
    if size > LONGEST_LOG:
        return Check("write-ahead log", False, f"{told} not yet moved into the store: something has read it for long")
    return Check("write-ahead log", True, told)


def place(database: Path) -> Check:
    """Whether the store is on a disk of this machine, in a folder that nothing carries elsewhere."""
    reason = unfit(database)
    if reason:
        return Check("file system", False, f"{reason}. Choose a local disk with --db")
    kind = filesystem(database)
    return Check("file system", True, f"{kind}, local") if kind else note("file system", "of a kind not known here")


def space(database: Path) -> Check:
    """Whether the store can grow: a first full read takes it to some hundred megabytes."""
    try:
        free = shutil.disk_usage(_nearest(database.parent)).free
        size = sum(
            file.stat().st_size for file in (database, database.with_name(database.name + "-wal")) if file.is_file()
        )
    except OSError as error:
        return Check("space", False, f"cannot be looked at: {error}")
    least = max(LEAST_SPACE, GROWTH * size)
    told = f"{_bytes(free)} free, the store has {_bytes(size)}"
    return Check("space", free >= least, told if free >= least else f"{told}; {_bytes(least)} should be free")


def locked(database: Path) -> Check:
    """Who works on the store at this moment."""
    try:
        held = locks.held(database)
    except OSError as error:
        return Check("other runs", False, f"their locks cannot be looked at: {error}")
    return note("other runs", "; ".join(held)) if held else Check("other runs", True, "none works on this store")


def memory() -> Check:
    """Whether a crawl's memory can be limited."""
    if needs_no_limits():
        return note("memory limit", f"not possible on {platform.system()}; `exowatch crawl` asks for --no-limits")
    return Check("memory limit", True, "a crawl's memory is limited")


# The network, as the machine is set up for it


def tls(file: str) -> Check:
    """Whether there are certificates to trust, and the file that SSL_CERT_FILE names can be used."""
    if file:
        try:
            count = ssl.create_default_context(cafile=file).cert_store_stats()["x509_ca"]
        except (OSError, ValueError) as error:
            return Check("certificates", False, f"SSL_CERT_FILE={file} cannot be used: {error}")
        return Check("certificates", count > 0, f"SSL_CERT_FILE={file}, {count} authorities")
    count = ssl.create_default_context().cert_store_stats()["x509_ca"]
    folder = ssl.get_default_verify_paths().capath
    if count or (folder and any(Path(folder).iterdir())):
        return Check("certificates", True, f"{count or 'some'} authorities, {ssl.OPENSSL_VERSION}")
    return Check("certificates", False, "no authorities to trust; install ca-certificates, or set SSL_CERT_FILE")


def network() -> Iterator[Check]:
    """The proxies in force, without their secrets."""
    named = {kind: address for kind, address in sorted(proxies().items()) if kind in ("http", "https", "no")}
    if not named:
        yield note("proxy", "none; the sites are asked directly")
        return
    told = ", ".join(
        f"{kind.upper()}_PROXY={address if kind == 'no' else shown(address)}" for kind, address in named.items()
    )
    bad = [kind for kind, address in named.items() if kind != "no" and not _is_proxy(address)]
    if bad:
        yield Check("proxy", False, f"{told}; {bad[0].upper()}_PROXY is no address like http://proxy.example:8080")
    else:
        yield note("proxy", told)


def _is_proxy(address: str) -> bool:
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        return parts.hostname is not None and parts.port != 0
    except ValueError:
        return False


# Small things


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists: the first crawl makes the rest."""
    return next((place for place in _upwards(folder) if place.is_dir()), Path())


def _upwards(folder: Path) -> Iterable[Path]:
    whole = folder.absolute()
    return (whole, *whole.parents)


def _bytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"

"""Showing the configuration: all that the files say together, as TOML, without what may be secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from exowatch import secrets
from exowatch.config import files_read, own_file
from exowatch.mail_settings import mail_of

_SECRET_SETTING: Final = re.compile(r"PASS|SECRET|TOKEN|KEY|AUTH|PROXY|CREDENTIAL", re.IGNORECASE)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def public(content: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """What the configuration says, with a word in place of everything that may be secret."""
    shown = {key: _public(key, value) for key, value in content.items()}
    whence = secrets.whence(mail_of(content.get("mail", {})), environment)
    shown["mail"] = {**shown.get("mail", {}), "password": f"set: {whence}" if whence else "not set"}
    return shown


def _public(section: str, value: Any) -> Any:
    from exowatch.carriers.webhook import shown

    if isinstance(value, str):
        # Addresses of webhooks and pings hold secrets of their own; those of watched pages do not.
        web = section in ("digests", "monitor") and value.startswith(("https://", "http://"))
        return shown(value) if web else secrets.hide(value)
    if isinstance(value, list):
        return [_public(section, one) for one in value]
    if isinstance(value, Mapping):
        hidden = section == "settings"
        return {
            key: secrets.HIDDEN if hidden and _SECRET_SETTING.search(key) else _public(section, one)
            for key, one in value.items()
        }
    return value


def paths(files: Sequence[Path], environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """The files in the order in which they are read: what each is, and whether it is there."""
    read = list(files_read(files, environment))
    own = own_file()
    found = [{"path": "exowatch/exowatch.toml", "what": "the defaults, shipped with the program", "exists": True}]
    found.append({"path": str(own), "what": "your own", "exists": own.exists()})
    rest = read[1:] if own.exists() else read
    named = environment.get("EXOWATCH_CONFIG")
    whats = (
        ["named by EXOWATCH_CONFIG", *["named by --config"] * len(rest)] if named else ["named by --config"] * len(rest)
    )
    found += [{"path": str(p), "what": what, "exists": p.exists()} for p, what in zip(rest, whats, strict=False)]
    return found


def toml(content: Mapping[str, Any]) -> Iterator[str]:
    """Lines that read back as the same values."""
    yield from _table(content, ())


def _table(content: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    inner = {key: value for key, value in content.items() if isinstance(value, Mapping) and len(path) < 2}
    rows = {key: value for key, value in content.items() if not path and _is_tables(value)}
    for key, value in content.items():
        if key not in inner and key not in rows:
            yield f"{_key(key)} = {_value(value)}"
    for key, table in inner.items():
        below = (*path, key)
        if not all(isinstance(value, Mapping) for value in table.values()) or not table or len(below) == 2:
            yield from ("", f"[{'.'.join(map(_key, below))}]")
        yield from _table(table, below)
    for key, tables in rows.items():
        for table in tables:
            yield from ("", f"[[{_key(key)}]]", *(f"{_key(name)} = {_value(value)}" for name, value in table.items()))


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, (str, bool)):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)

"""Rules: what a person decides to watch, by configuration and by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass

from store.database import Store
from store.mentions import Topic

CONCLUDED_BY = "3"
"""Which rules of ours draw the conclusions. Raise it when they change: every store then draws them again."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A document followed whatever it says: `document` is an id, `url` an address, `path` the beginning of one's path,
    `number` the regulator's own, `title` words of its title. One of them is set.
    """

    reason: str
    document: str = ""
    url: str = ""
    path: str = ""
    number: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user decides: topics, and what is followed besides."""

    topics: tuple[Topic, ...] = ()
    follows: tuple[Follow, ...] = ()

    def fingerprint(self) -> str:
        """A text that is equal when the rules are."""
        topics = [
            [t.name, t.terms, t.words, [[word, beside] for word, beside in t.near.items()], t.within]
            for t in self.topics
        ]
        follows = [[f.reason, f.document, f.url, f.path, f.number, f.title] for f in self.follows]
        return json.dumps([topics, follows], ensure_ascii=False)

    @classmethod
    def from_fingerprint(cls, text: str) -> Rules:
        """The rules a fingerprint was made from."""
        topics, follows = json.loads(text)
        return cls(
            tuple(
                Topic(name, tuple(terms), tuple(words), {word: tuple(beside) for word, beside in near}, within)
                for name, terms, words, near, within in topics
            ),
            tuple(Follow(*follow) for follow in follows),
        )


def differ(store: Store, rules: Rules) -> bool:
    """Whether the store was last derived by other rules, the user's or ours, or by none yet."""
    return _kept(store, "rules") != rules.fingerprint() or _kept(store, "concluded_by") != CONCLUDED_BY


def keep(store: Store, rules: Rules) -> None:
    """Remember by which rules the store is derived; inside a transaction of the caller."""
    for key, value in (("rules", rules.fingerprint()), ("concluded_by", CONCLUDED_BY)):
        store.execute("insert or replace into derivation (key, value) values (?, ?)", (key, value))


def rules_of(store: Store) -> Rules:
    """The rules that the store was last derived with."""
    known = _kept(store, "rules")
    return Rules.from_fingerprint(known) if known else Rules()


def concluded_by(store: Store) -> str:
    """Which rules of ours the store's conclusions were last drawn by; "" where none were drawn yet."""
    return _kept(store, "concluded_by")


def _kept(store: Store, key: str) -> str:
    row = store.execute("select value from derivation where key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def watches(store: Store) -> list[tuple[str, str]]:
    """The addresses a person asked to follow, each with its reason."""
    rows = store.execute("select url, added, reason from watches order by id").fetchall()
    latest = {url: (added, reason) for url, added, reason in rows}
    return [(url, reason) for url, (added, reason) in latest.items() if added]

"""The standing of what a document says: final, proposed, a safety notice, said to one firm, or a published page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from store.normal import folded
from store.records import Block, StatementStatus


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What gives the statements of a document their standing: where it holds is left blank where it does not matter.

    `source` is the beginning of a source's name, `field` a field and `value` what it matches, `title` and `text` what
    is found in the title and in the text; all without case and accents.
    """

    status: StatementStatus
    source: str = ""
    field: str = ""
    value: re.Pattern[str] = re.compile("")
    title: re.Pattern[str] = re.compile("")
    text: re.Pattern[str] | None = None


_NOTICE: Final = "health_canada_notices"
STATUS_RULES: Final[tuple[StatusRule, ...]] = (
    StatusRule(StatementStatus.TO_ONE_FIRM, "fda_warning_letters"),
    StatusRule(StatementStatus.TO_ONE_FIRM, title=re.compile(r"\b(?:warning|untitled|close-?out) letter\b(?!s)")),
    StatusRule(StatementStatus.TO_ONE_FIRM, field="kind", value=re.compile(r"\b(?:warning|untitled) letter\b(?!s)")),
    # What the regulator has withdrawn is not final any more, whatever its list still says.
    StatusRule(StatementStatus.GENERAL, "fda_guidance", title=re.compile(r"\bwithdrawn\b")),
    StatusRule(StatementStatus.PROPOSED, "fda_guidance", "status", re.compile("draft")),
    StatusRule(StatementStatus.FINAL, "fda_guidance", "status", re.compile("final")),
    StatusRule(StatementStatus.PROPOSED, "fda_guidance", title=re.compile(r"\bdraft\b")),
    StatusRule(StatementStatus.SAFETY_NOTICE, "health_canada_recalls"),
    StatusRule(StatementStatus.SAFETY_NOTICE, "fda_safety", "kind", re.compile(r"safety|alert|recall|warning")),
    StatusRule(StatementStatus.SAFETY_NOTICE, "fda_safety",
               title=re.compile(r"\b(?:safety (?:notification|alert|communication)|alert|advisory|recalls?)\b")),
    StatusRule(StatementStatus.PROPOSED, _NOTICE, "status", re.compile(r"open|closed|ouvert|ferme")),
    StatusRule(StatementStatus.PROPOSED, _NOTICE,
               title=re.compile(r"\b(?:consultations?|notice of intent|avis d'intention|draft|ebauche|propos(?:ed|al|e|ition))\b")),
    StatusRule(StatementStatus.FINAL, _NOTICE, title=re.compile(r"\bfinale?\b")),
    StatusRule(StatementStatus.SAFETY_NOTICE, _NOTICE,
               title=re.compile(r"\b(?:advisory|safety alert|recall|avis (?:public|de securite)|mise en garde|rappel|alerte)\b")),
    StatusRule(StatementStatus.PROPOSED, _NOTICE,
               text=re.compile(r"\b(?:(?:intended|proposed) approach|open for comment|approche (?:envisagee|proposee)|ouverte? aux commentaires)\b")),
    StatusRule(StatementStatus.FINAL, _NOTICE,
               title=re.compile(r"^(?:guidance(?: document)?|policy|ligne directrice|document d'orientation|politique)\b")),
    StatusRule(StatementStatus.GENERAL),
)  # fmt: skip
"""The first that fits holds. A document is final where its regulator says so, never because nothing says otherwise."""


def status_of(source: str, title: str, fields: Mapping[str, str], blocks: Sequence[Block]) -> StatementStatus:
    """The standing of what a document says: that of the document, by `STATUS_RULES`."""
    return next(rule.status for rule in STATUS_RULES if _fits(rule, source, folded(title), fields, blocks))


def _fits(rule: StatusRule, source: str, title: str, fields: Mapping[str, str], blocks: Sequence[Block]) -> bool:
    if not source.startswith(rule.source) or not rule.title.search(title):
        return False
    if rule.field and not (fields.get(rule.field) and rule.value.search(folded(fields[rule.field]))):
        return False
    return rule.text is None or any(rule.text.search(folded(block.text)) for block in blocks)

"""Regulators: whose words a source brings, and of which country's law they speak.

One abbreviation means two things: "FDA" is an agency in the United States and the Food and Drugs Act in Canada. So
whatever reads a regulator's words is told whose they are.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Regulator:
    """A regulator as its sources' names begin (`prefix`), as its texts are cited (`name`), and its country."""

    prefix: str
    name: str
    country: str


FDA = Regulator("fda", "FDA", "US")
HEALTH_CANADA = Regulator("health_canada", "Health Canada", "CA")
_UNKNOWN = Regulator("", "", "")


def regulator_of(source: str) -> Regulator:
    """The regulator of a source, by the beginning of the source's name; one without name and country if unknown.

    >>> regulator_of("health_canada_recalls").country
    'CA'
    """
    return next((known for known in (FDA, HEALTH_CANADA) if source.startswith(known.prefix + "_")), _UNKNOWN)

"""Why a request is not sent, or its host not asked: refusals of our own, each with the outcome it means."""

from __future__ import annotations

from typing import ClassVar

from scrapy.exceptions import IgnoreRequest

from store.records import Outcome


class Refusal(IgnoreRequest):
    """The root of our refusals; its text says why."""

    outcome: ClassVar[Outcome]


class OutsideFence(Refusal):
    """The address is not within the source's fence of scheme, hosts and port."""

    outcome = Outcome.OFF_SITE


class PrivateAddress(Refusal):
    """The host's name leads to an address that is not public."""

    outcome = Outcome.OFF_SITE


class RobotsForbid(Refusal):
    """robots.txt forbids this address, or cannot be read."""

    outcome = Outcome.ROBOTS


class RobotsBlocked(Refusal):
    """Even robots.txt is answered with a bot wall."""

    outcome = Outcome.BLOCKED

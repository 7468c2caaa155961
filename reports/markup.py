"""The environment in which every page and piece of HTML is rendered: escaped, strict, and nothing in it that hides."""

from __future__ import annotations

import re

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.links import is_web
from reports.visible import visible

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def environment() -> Environment:
    """A new environment over our templates, with tests for what may stand in an attribute.

    `web` says whether an address may become a link, `code` whether a text is the code of a language.
    """
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=PackageLoader("reports"),
        finalize=_visible_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests |= {"web": is_web, "code": is_code}
    return made


def is_code(language: str) -> bool:
    """Whether a text is the code of a language ("en", "fr-CA"), fit for `lang`."""
    return _LANGUAGE.fullmatch(language) is not None


def _visible_text(value: object) -> object:
    """Applied to every value that a page prints; markup has been through it."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

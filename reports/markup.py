"""The environment in which every page and piece of HTML is rendered: escaped, strict, and nothing in it that hides."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.links import is_web
from reports.visible import visible


def environment() -> Environment:
    """A new environment over our templates; its test `web` says whether an address may become a link."""
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=PackageLoader("reports"),
        finalize=_visible_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests["web"] = is_web
    return made


def _visible_text(value: object) -> object:
    """Applied to every value that a page prints; markup has been through it."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

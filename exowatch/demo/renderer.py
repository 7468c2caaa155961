"""Templates and texts of the demo, read from the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

_FOLDER = Path(__file__).parent
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
)


def render(template: str, **values: object) -> str:
    return _TEMPLATES.get_template(template).render(**values)


def markup(text: str) -> Markup:
    """Text that is markup already and goes into a template as it is."""
    return Markup(text)  # noqa: S704 - the demo's own texts, never a visitor's


@cache
def text_of(folder: str, name: str) -> str:
    """A text of the demo as one run of markup, as the sites serve theirs."""
    lines = (_FOLDER / folder / f"{name}.html").read_text(encoding="utf-8").splitlines()
    return "".join(lines)

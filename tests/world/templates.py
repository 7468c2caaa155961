"""The templates of the stand-in: its own, over those of the demo."""

from __future__ import annotations

from pathlib import Path

import jinja2

from exowatch.demo import renderer

_FOLDERS = (Path(__file__).with_name("pages"), Path(renderer.__file__).parent)
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDERS),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
)


def render(template: str, **values: object) -> str:
    return _TEMPLATES.get_template(template).render(**values)

"""The HTML part of a mail: one table, styles inside the elements, nothing that a mail program would fetch or run."""

from __future__ import annotations

from functools import cache

from jinja2 import Template
from markupsafe import Markup

from reports import markup, redline
from reports.links import is_web
from reports.mail_contents import Contents
from reports.mail_text import CAUTION, LOOKED_AT, SAMPLE


def to_html(mail: Contents, subject: str) -> str:
    """The mail as a page that Word's renderer lays out too: Outlook has no other. Equal mails give equal bytes."""
    # Loaded here: no other command needs it.
    from css_inline import CSSInliner

    inliner = CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True)
    rendered = _template().render(mail=mail, subject=subject, caution=CAUTION, sample=SAMPLE, looked_at=LOOKED_AT)
    return inliner.inline(rendered)


@cache
def _template() -> Template:
    environment = markup.environment()
    environment.filters["redline"] = redline.to_html
    environment.globals["full_page"] = _full_page
    return environment.get_template("mail.html.j2")


def _full_page(link: str) -> Markup:
    """A link to the full page; where the address may not become one, the address."""
    if is_web(link):
        return Markup('<a href="{0}">The full page</a>: {0}').format(link)
    return Markup("The full page: {}").format(link)

"""A rendered page as a tagged PDF: the page's own print form, made without asking anybody for anything.

The tags follow PDF/UA-1 (ISO 14289-1), which a screen reader needs to read a PDF in its order and language.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint import Document

MISSING = "PDF needs the extra [print]: pip install 'exowatch[print]'"
MISSING_PANGO = "PDF needs Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0"


class NoPrint(Exception):
    """What makes PDF files is not installed; the message says what to install."""


def render_pdf(html: str, made: datetime | None = None) -> bytes:
    """A whole page as PDF/UA-1: tagged, with an outline, numbered pages and what the page folds unfolded.

    The page names its language in `<html lang>` and itself in `<title>`; ValueError where it does not. `made` is an
    aware instant, the only date in the file; without it there is none. Equal arguments give equal bytes on one
    machine, whose fonts the file carries. Nothing is read from the network or from files: what the page refers to is
    left out. Raises NoPrint where the library or what it draws with is absent.
    """
    document = _laid_out(html)
    metadata = document.metadata
    if not metadata.lang or not metadata.title:
        raise ValueError("a page to be printed needs a language and a title")
    if made is not None:
        metadata.created = made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = sha256(f"{metadata.created}\n{html}".encode("utf-8", "surrogatepass")).digest()[:16]
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=name))


def _laid_out(html: str) -> Document:
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except ImportError:
        raise NoPrint(MISSING) from None
    except OSError as error:  # a library in C is loaded by name, and is none of Python's packages
        raise NoPrint(MISSING_PANGO) from error
    page = HTML(string=html, base_url="about:blank", url_fetcher=URLFetcher(allowed_protocols=()))
    return page.render(stylesheets=[CSS(string=_style())], pdf_variant="pdf/ua-1")


@cache
def _style() -> str:
    return files("reports").joinpath("templates", "pdf.css").read_text("utf-8")

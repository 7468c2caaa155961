"""A digest as a mail: a text and an HTML part from the same contents, small enough that no mail program cuts it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from reports.digest import Digest, important, unread
from reports.mail_contents import MOST, NO_DETAIL, Candidate, Contents, Detail, candidates, contents, name
from reports.mail_envelope import Envelope, message
from reports.mail_page import to_html
from reports.mail_text import to_text
from reports.wording import counted

HTML_BYTES: Final = 90_000
"""The size of the HTML part as it travels. Gmail cuts a message off near 102 kB, and the encoding counts."""

_DETAILS: Final = (Detail(20, 2000), Detail(10, 800), NO_DETAIL)


def compose_mail(
    digest: Digest,
    *,
    sender: str,
    recipients: Sequence[str],
    message_id: str,
    date: datetime,
    list_unsubscribe: str,
    link: str,
    thread: str = "",
) -> EmailMessage:
    """The digest as a message; equal arguments give equal bytes. Raises BadHeader.

    `sender` and `recipients` are addresses, with or without a name before `<…>`. `link` is where the full page is, ""
    for nowhere; `thread` the identifier that all mails of a series refer to.
    """
    subject = subject_of(digest)
    mail, page = _fitting(digest, link, subject)
    envelope = Envelope(sender, recipients, message_id, date, list_unsubscribe, thread)
    return message(envelope, subject, to_text(mail), page)


def subject_of(digest: Digest) -> str:
    """The subject: the period, and what there is to read, counted."""
    marked, gaps, late = len(important(digest)), len(unread(digest)), len(digest.learned_late)
    said = [
        *([f"{marked} important"] if marked else []),
        counted(len(digest.changes), "change"),
        *([f"{late} learned late"] if late else []),
        *([f"{counted(gaps, 'source')} incomplete"] if gaps else []),
    ]
    sample = "SAMPLE DATA: " if digest.sample_data else ""
    return f"{sample}exowatch {name(digest)}: {', '.join(said)}"


# What fits


def _fitting(digest: Digest, link: str, subject: str) -> tuple[Contents, str]:
    """As much as fits: first the detail goes, then the lightest entries."""
    found = candidates(digest)
    for detail in _DETAILS if len(found) <= MOST else ():
        mail = contents(digest, found, link, len(found), detail)
        page = to_html(mail, subject)
        if encoded_size(page) <= HTML_BYTES:
            return mail, page
    return _as_many_as_fit(digest, found, link, subject)


def _as_many_as_fit(digest: Digest, found: Sequence[Candidate], link: str, subject: str) -> tuple[Contents, str]:
    fits, fails = 0, min(len(found), MOST) + 1
    best = contents(digest, found, link, 0, NO_DETAIL)
    page = to_html(best, subject)
    while fails - fits > 1:
        count = (fits + fails) // 2
        mail = contents(digest, found, link, count, NO_DETAIL)
        tried = to_html(mail, subject)
        if encoded_size(tried) <= HTML_BYTES:
            fits, best, page = count, mail, tried
        else:
            fails = count
    return best, page


def encoded_size(page: str) -> int:
    """How many bytes the page takes as a part of a message, with its own headers."""
    part = EmailMessage(policy=SMTP)
    part.set_content(page, subtype="html", cte="quoted-printable")
    return len(part.as_bytes())

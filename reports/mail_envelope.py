"""The headers that every mail of ours has, and its two parts that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from reports.mail_headers import address, identifier, unsubscribe


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, when, under which identifier.

    `sender` and `recipients` are addresses, with or without a name before `<…>`; `thread` is the identifier that mails
    which belong together refer to, "" for none.
    """

    sender: str
    recipients: Sequence[str]
    message_id: str
    date: datetime
    list_unsubscribe: str = ""
    thread: str = ""


def message(envelope: Envelope, subject: str, text: str, page: str) -> EmailMessage:
    """A message with a text and an HTML part; equal arguments give equal bytes. Raises BadHeader."""
    made = EmailMessage(policy=SMTP)
    made["From"] = address("From", envelope.sender)
    if envelope.recipients:
        made["To"] = [address("To", recipient) for recipient in envelope.recipients]
    made["Subject"] = subject
    made["Date"] = format_datetime(envelope.date)
    made["Message-ID"] = identifier("Message-ID", envelope.message_id)
    if envelope.thread:
        made["References"] = identifier("References", envelope.thread)
    if envelope.list_unsubscribe:
        made["List-Unsubscribe"] = f"<{unsubscribe(envelope.list_unsubscribe)}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(page, subtype="html", cte="quoted-printable")
    made.set_boundary(f"=_exowatch_{sha256(page.encode()).hexdigest()[:32]}")
    return made

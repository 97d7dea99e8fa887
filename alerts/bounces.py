"""Reading what mail systems report of our mails: bounces (RFC 3464) and complaints (RFC 5965).

A report counts only for the mail whose Message-ID it returns, or whose envelope sender it came to or names. The one is
random, the other signed, and both are known to the mail's reader alone, so nobody can have a stranger's address
suppressed by a forged report.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING

from alerts.models import BounceReport
from alerts.refusals import blames_address
from alerts.return_path import Named, named_by

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where a mail system writes to whom it delivered; the report's own To is the envelope sender as well.
_CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


class UnreadableReportError(Exception):
    """The message is no report that we can read; the message of this error says what is missing."""


@dataclass(frozen=True)
class About:
    """How a report names a mail: by its Message-ID, by what the envelope sender names, or by both."""

    message_id: str
    named: Named


@dataclass(frozen=True)
class Report:
    """What a report says, and of which mail."""

    kind: str
    about: About
    status: str
    words: str


def read(content: bytes) -> Report:
    """Read a report.

    Raises:
        UnreadableReportError: if it is none.

    """
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    if message.get_content_type() != "multipart/report":
        raise UnreadableReportError("It is no multipart/report.")
    parts = list(message.walk())
    complaint = _fields(parts, "message/feedback-report")
    if complaint:
        return _complaint(complaint[0], _about(parts))
    blocks = _fields(parts, "message/delivery-status")
    recipients = [block for block in blocks if block.get("Action")]
    if not recipients:
        raise UnreadableReportError("It says of no recipient what became of the mail.")
    return _bounce(recipients[0], _about(parts))


def _fields(parts: list[Message], content_type: str) -> list[Message]:
    return [block for part in parts if part.get_content_type() == content_type for block in _blocks(part)]


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _complaint(fields: Message, about: About) -> Report:
    kind = str(fields.get("Feedback-Type", "")).strip().lower()
    if not kind:
        raise UnreadableReportError("It does not say what kind of feedback it is.")
    return Report(BounceReport.Kind.COMPLAINT, about, "", f"Feedback: {kind}")


def _bounce(fields: Message, about: About) -> Report:
    action, status = str(fields["Action"]).strip().lower(), str(fields.get("Status", "")).strip().split(" ")[0]
    words = " ".join(str(fields.get("Diagnostic-Code", "")).split())
    return Report(_kind(action, status), about, status, words)


def _kind(action: str, status: str) -> str:
    if action != "failed":
        return BounceReport.Kind.DELAYED
    return BounceReport.Kind.HARD if blames_address(status) else BounceReport.Kind.SOFT


def _about(parts: list[Message]) -> About:
    returned = list(_returned(parts))
    message_id = next((name for one in returned if (name := _first(one, "Message-ID"))), "")
    named = named_by(_senders(parts, returned), message_id)
    if not message_id and named.alert_id is None and not named.readers:
        raise UnreadableReportError("It returns no Message-ID of the mail that it is about, nor names its sender.")
    return About(message_id, named)


def _senders(parts: list[Message], returned: list[Message]) -> Iterator[str]:
    """Yield where the envelope sender may stand: to whom the report came, and what it tells of the mail itself."""
    for name in _CAME_TO:
        yield from map(str, parts[0].get_all(name, []))
    for fields in _fields(parts, "message/feedback-report"):
        yield _first(fields, "Original-Mail-From")
    for one in returned:
        yield _first(one, "Return-Path")


def _returned(parts: list[Message]) -> Iterator[Message]:
    """Yield the mails, or headers of mails, that the report returns."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            yield from _blocks(part)
        elif part.get_content_type() == "text/rfc822-headers":
            yield email.message_from_string(str(part.get_payload()))


def _first(message: Message, name: str) -> str:
    return str(message.get(name, "")).strip()

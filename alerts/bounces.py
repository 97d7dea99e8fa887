"""Reading what mail systems report of our mails: bounces (RFC 3464) and complaints (RFC 5965).

A report counts only for the mail whose Message-ID it returns. That name is random and known to its reader alone, so
nobody can have a stranger's address suppressed by a forged report.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING

from alerts.models import BounceReport

if TYPE_CHECKING:
    from collections.abc import Iterator

# Enhanced status codes (RFC 3463) that blame the address itself: every 5.1.x, and a mailbox that is disabled. A full
# mailbox, a policy or an unnamed fault may pass.
_BAD_ADDRESS = ("5.1.", "5.2.1")


class UnreadableReportError(Exception):
    """The message is no report that we can read; the message of this error says what is missing."""


@dataclass(frozen=True)
class Report:
    """What a report says, and of which mail."""

    kind: str
    message_id: str
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
        return _complaint(complaint[0], _message_id(parts))
    blocks = _fields(parts, "message/delivery-status")
    recipients = [block for block in blocks if block.get("Action")]
    if not recipients:
        raise UnreadableReportError("It says of no recipient what became of the mail.")
    return _bounce(recipients[0], _message_id(parts))


def _fields(parts: list[Message], content_type: str) -> list[Message]:
    return [block for part in parts if part.get_content_type() == content_type for block in _blocks(part)]


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _complaint(fields: Message, message_id: str) -> Report:
    kind = str(fields.get("Feedback-Type", "")).strip().lower()
    if not kind:
        raise UnreadableReportError("It does not say what kind of feedback it is.")
    return Report(BounceReport.Kind.COMPLAINT, message_id, "", f"Feedback: {kind}")


def _bounce(fields: Message, message_id: str) -> Report:
    action, status = str(fields["Action"]).strip().lower(), str(fields.get("Status", "")).strip().split(" ")[0]
    words = " ".join(str(fields.get("Diagnostic-Code", "")).split())
    return Report(_kind(action, status), message_id, status, words)


def _kind(action: str, status: str) -> str:
    if action != "failed":
        return BounceReport.Kind.DELAYED
    return BounceReport.Kind.HARD if status.startswith(_BAD_ADDRESS) else BounceReport.Kind.SOFT


def _message_id(parts: list[Message]) -> str:
    found = next((one for one in _returned(parts) if one), "")
    if not found:
        raise UnreadableReportError("It returns no Message-ID of the mail that it is about.")
    return found


def _returned(parts: list[Message]) -> Iterator[str]:
    """Yield the Message-IDs of the mails, or headers of mails, that the report returns."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            for inner in _blocks(part):
                yield _identity(inner)
        elif part.get_content_type() == "text/rfc822-headers":
            yield _identity(email.message_from_string(str(part.get_payload())))


def _identity(message: Message) -> str:
    return str(message.get("Message-ID", "")).strip()

"""The mails themselves: cast once for everybody who is told the same, then filled in with what is personal.

Rendering a mail costs far more than sending it, so it is done once per set of `Facts`. Personal values stand alone on
lines of their own in the quoted-printable body, where a soft line break before and after vanishes for the reader.
"""

from __future__ import annotations

import base64
import quopri
import re
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from alerts.services.planning import mail_domain
from alerts.tokens import preferences_token, unsubscribe_token
from alerts.wording import count_words, due_words, gone_words, subject, why_words
from events.calendar_entries import calendar_entry

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.models import Alert
    from alerts.wording import Facts
    from events.models import Deadline

_LEAVE, _PREFERENCES = "@@leave@@", "@@preferences@@"
_MARKS = re.compile(f"({_LEAVE}|{_PREFERENCES})")
_LINE = 70
CRLF = "\r\n"


@dataclass(frozen=True)
class Mould:
    """A mail without its personal parts: the bytes of the common headers and of the body, with marks to fill in."""

    subject: str
    content: bytes


class Moulds:
    """The moulds of one batch; kept no longer, so that a corrected title is in the next batch's mails."""

    def __init__(self) -> None:
        self._kept: dict[Facts, Mould] = {}

    def get(self, deadline: Deadline, facts: Facts) -> Mould:
        """Return the mould for these facts, rendering it only when it is new."""
        if facts not in self._kept:
            with override(facts.language):
                self._kept[facts] = cast(deadline, facts)
        return self._kept[facts]


def cast(deadline: Deadline, facts: Facts) -> Mould:
    """Render subject, text and HTML of a mail about a clock."""
    title = subject(deadline, facts)
    context: dict[str, Any] = {
        "subject": title,
        "deadline": deadline,
        "treaty": deadline.provision.treaty,
        "facts": facts,
        "count": count_words(facts.days),
        "due": due_words(deadline),
        "why": why_words(deadline),
        "gone": gone_words(deadline),
        "page": settings.PUBLIC_URL + deadline.get_absolute_url(),
        "treaty_page": settings.PUBLIC_URL + deadline.provision.treaty.get_absolute_url(),
        "leave": _LEAVE,
        "preferences": _PREFERENCES,
    }
    text = render_to_string(f"emails/{facts.kind}.txt", context)
    html = css_inline.inline(
        render_to_string(f"emails/{facts.kind}.html", context), keep_style_tags=True, load_remote_stylesheets=False
    )
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["List-Id"] = f"TreatyWatch alerts <alerts.{mail_domain()}>"
    message["Auto-Submitted"] = "auto-generated"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = "multipart/mixed"
    message.attach(_readable(text, html))
    entry = calendar_entry(deadline, at=deadline.changed_at, last_due=facts.previous_due)
    if entry:
        message.attach(_calendar(entry))
    return Mould(title, message.as_bytes())


def _readable(text: str, html: str) -> EmailMessage:
    both = EmailMessage(policy=SMTP)
    both["Content-Type"] = "multipart/alternative"
    both.attach(_part(text, "plain"))
    both.attach(_part(html, "html"))
    return both


def _calendar(entry: bytes) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = 'text/calendar; charset="utf-8"; name="deadline.ics"'
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = 'attachment; filename="deadline.ics"'
    part.set_payload(base64.encodebytes(entry).decode("ascii"))
    return part


def _part(body: str, subtype: str) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    lines = re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"
    pieces = [
        f"=\n{piece}=\n" if _MARKS.fullmatch(piece) else quopri.encodestring(piece.encode()).decode()
        for piece in _MARKS.split(lines)
    ]
    part.set_payload("".join(pieces))
    return part


def compose(alert: Alert, common: Mould, *, at: datetime, prefix: str = "") -> bytes:
    """Return the whole mail to the alert's subscriber, ready for SMTP.

    `at` becomes its Date; `prefix` stands before the subject of a mail that is no alert, such as a replay's. The
    Message-ID is the row's own: a retry repeats it, and a mail program shows one mail.
    """
    subscriber = alert.subscriber
    token = unsubscribe_token(str(subscriber.key), alert.deadline_id)
    with override(subscriber.reading_language):
        leave = settings.PUBLIC_URL + reverse("alerts:unsubscribe", args=[token])
        one_click = settings.PUBLIC_URL + reverse("alerts:one-click", args=[token])
        preferences = settings.PUBLIC_URL + reverse("alerts:preferences", args=[preferences_token(str(subscriber.key))])
    # Every mail about one clock hangs on one invented ancestor, so that they stand together in one thread.
    thread = f"<clock-{alert.deadline_id}-{subscriber.key}@{mail_domain()}>"
    title = f"{prefix} {common.subject}".strip()
    headers = [
        f"Subject: {Header(title, header_name='Subject').encode(linesep=CRLF)}",
        f"To: {subscriber.email}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: {alert.message_id}",
        f"In-Reply-To: {thread}",
        f"References: {thread}",
        f"List-Unsubscribe: <{one_click}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ]
    filled = common.content
    for mark, address in ((_LEAVE, leave), (_PREFERENCES, preferences)):
        filled = filled.replace(mark.encode(), _soft_lines(address))
    return "".join(f"{header}{CRLF}" for header in headers).encode("ascii") + filled


def _soft_lines(address: str) -> bytes:
    pieces = [address[start : start + _LINE] for start in range(0, len(address), _LINE)]
    return "=\r\n".join(pieces).encode("ascii")

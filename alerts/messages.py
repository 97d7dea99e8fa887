"""The mails themselves: cast once for everybody who is told the same, then filled in with what is personal.

Rendering a mail costs far more than sending it, so it is done once per set of `Facts`. Personal values stand alone on
lines of their own in the quoted-printable body, where a soft line break before and after vanishes for the reader.
"""

from __future__ import annotations

import base64
import quopri
import re
import secrets
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from alerts.digest_words import IN_FULL, DigestWords, foremost
from alerts.leaving_by_mail import LEAVE_WORD
from alerts.mail_html import mail_html
from alerts.mail_items import MailItem, item_of
from alerts.mail_text import mail_text
from alerts.message_ids import mail_domain
from alerts.models import DIGEST, TEST
from alerts.reasons import Wishes
from alerts.tokens import preferences_token, unsubscribe_token
from alerts.wording import facts_of
from events.calendar_entries import calendar_entry, calendar_of_several

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from datetime import datetime

    from alerts.models import Alert
    from events.calendar_entries import MailedCalendar

# Drawn by each process, so that nothing on record can hold a mark and be filled with a reader's links.
_UNGUESSABLE = secrets.token_hex(16)
_MARKS = re.compile(rf"(@@{_UNGUESSABLE}-[a-z]+[0-9]*@@)")
_MARKS_IN_BYTES = re.compile(_MARKS.pattern.encode())
_LINE = 70
CRLF = "\r\n"


def _mark(name: str) -> str:
    """Return what stands for a link of the reader's own: "leave", "leave0" for the first item, "preferences"."""
    return f"@@{_UNGUESSABLE}-{name}@@"


@dataclass(frozen=True)
class Mould:
    """A mail without its personal parts: common headers and body in pieces, of which every second is a mark to fill."""

    subject: str
    pieces: list[bytes]

    def filled(self, addresses: dict[bytes, bytes]) -> bytes:
        """Return it with an address for each mark."""
        pieces = self.pieces.copy()
        pieces[1::2] = [addresses[mark] for mark in pieces[1::2]]
        return b"".join(pieces)


@dataclass(frozen=True)
class Entry:
    """One item as the templates show it, with the mark of its own unsubscribe link."""

    item: MailItem
    leave: str
    stop_one: bool
    stop_treaty: bool


class Moulds:
    """The moulds of one batch; kept no longer, so that a corrected title is in the next batch's mails."""

    def __init__(self, alerts: Iterable[Alert]) -> None:
        self._wishes = Wishes(alert.subscriber_id for alert in alerts)
        self._kept: dict[Hashable, Mould] = {}
        # Of single mails written at one instant: who has the same wishes is told the same of the same subject.
        self._at: datetime | None = None
        self._by_subject: dict[Hashable, Mould] = {}

    def of(self, alert: Alert, items: list[Alert], *, at: datetime) -> Mould:
        """Return the mould of a mail, or of a digest with these items, rendering it only when it is new."""
        language = alert.subscriber.reading_language
        if alert.kind == DIGEST:
            return self._of(alert, items, at, language)
        if at != self._at:
            self._at, self._by_subject = at, {}
        subject = (*_subject_of(alert), language, self._wishes.alike(alert.subscriber_id))
        if subject not in self._by_subject:
            self._by_subject[subject] = self._of(alert, items, at, language)
        return self._by_subject[subject]

    def _of(self, alert: Alert, items: list[Alert], at: datetime, language: str) -> Mould:
        told = _told(alert, items)
        with translation.override(language):
            facts = [facts_of(one, at=at, because=self._wishes.because(one)) for one in told]
            key = (alert.kind, alert.subscriber.rhythm, language, *facts)
            if key not in self._kept:
                both = zip(told, facts, strict=True)
                entries = [_entry(one, item_of(one, fact), place) for place, (one, fact) in enumerate(both)]
                words = _digest_words(alert, entries)
                self._kept[key] = _cast(_rendered(entries, words, _belongs(alert)), _calendar_of(alert, told))
        return self._kept[key]


def _subject_of(alert: Alert) -> tuple[Hashable, ...]:
    return (
        alert.kind,
        alert.sample_of,
        alert.deadline_id,
        alert.event_id,
        alert.version,
        alert.lead_days,
        alert.previous_due,
    )


def _digest_words(alert: Alert, entries: list[Entry]) -> DigestWords | None:
    return DigestWords(alert.subscriber, [entry.item for entry in entries]) if alert.kind == DIGEST else None


def _told(alert: Alert, items: list[Alert]) -> list[Alert]:
    return foremost(items) if alert.kind == DIGEST else [alert]


def _entry(alert: Alert, item: MailItem, place: int) -> Entry:
    return Entry(item, _mark(f"leave{place}"), stop_one=alert.deadline_id is not None, stop_treaty=bool(item.name_page))


def _cast(shown: Shown, calendar: MailedCalendar | None) -> Mould:
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["List-Id"] = f"TreatyWatch alerts <alerts.{mail_domain()}>"
    message["Auto-Submitted"] = "auto-generated"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = "multipart/mixed"
    message.attach(readable(shown))
    if calendar:
        message.attach(_calendar(calendar))
    return Mould(shown.subject, _MARKS_IN_BYTES.split(message.as_bytes()))


@dataclass(frozen=True)
class Shown:
    """A mail as it is read."""

    subject: str
    text: str
    html: str


def preview(alert: Alert, items: list[Alert], *, at: datetime, because: Callable[[Alert], str], link: str) -> Shown:
    """Return the mail without a reader, in the active language; `link` stands where a reader's own links would.

    `because` says of each alert why somebody would get it.
    """
    told = _told(alert, items)
    entries = [
        _entry(one, item_of(one, facts_of(one, at=at, because=because(one))), place) for place, one in enumerate(told)
    ]
    shown = _rendered(entries, _digest_words(alert, entries), _belongs(alert))
    return Shown(shown.subject, *(_MARKS.sub(lambda _found: link, form) for form in (shown.text, shown.html)))


def _belongs(alert: Alert) -> str:
    """Return to what the mail belongs, and that nobody is watched reading it."""
    if alert.kind == TEST:
        return _("This is a test and belongs to no subscription; its links are those of your own address.")
    return _("You confirmed this subscription yourself; no mail of ours tells us whether you have read it.")


def _rendered(entries: list[Entry], words: DigestWords | None, belongs: str) -> Shown:
    title = words.subject if words else entries[0].item.subject
    context: dict[str, Any] = {
        "subject": title,
        "language": translation.get_language(),
        "entries": entries[:IN_FULL],
        "short": entries[IN_FULL:],
        "more": words.more if words else "",
        "lead": words.lead if words else "",
        "because": words.because if words else "",
        "belongs": belongs,
        "leave": _mark("leave"),
        "preferences": _mark("preferences"),
    }
    template = "digest" if words else "single"
    return Shown(title, mail_text(template, context), mail_html(template, context))


def _calendar_of(alert: Alert, told: list[Alert]) -> MailedCalendar | None:
    if alert.kind == DIGEST:
        return calendar_of_several((one.deadline, one.previous_due) for one in told if one.deadline)
    deadline = alert.deadline
    return calendar_entry(deadline, at=deadline.changed_at, last_due=alert.previous_due) if deadline else None


def readable(shown: Shown) -> EmailMessage:
    """Return a mail's two forms, of which a program shows the one that it can; in ASCII, as every relay takes them."""
    both = EmailMessage(policy=SMTP)
    both["Content-Type"] = "multipart/alternative"
    both.attach(_part(shown.text, "text/plain; format=flowed"))
    both.attach(_part(shown.html, "text/html"))
    return both


def _calendar(calendar: MailedCalendar) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    # The same method as within, or a program takes it for a mere picture (RFC 5545, section 3.7.2).
    part["Content-Type"] = f'text/calendar; charset="utf-8"; method={calendar.method}; name="deadline.ics"'
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = 'attachment; filename="deadline.ics"'
    part.set_payload(base64.encodebytes(calendar.content).decode("ascii"))
    return part


def _part(body: str, content_type: str) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = f'{content_type}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    pieces = [
        f"=\n{piece}=\n" if _MARKS.fullmatch(piece) else quopri.encodestring(piece.encode()).decode()
        for piece in _MARKS.split(body)
    ]
    part.set_payload("".join(pieces))
    return part


def mail(alert: Alert, items: list[Alert], moulds: Moulds, *, at: datetime, prefix: str = "") -> bytes:
    """Return the whole mail to the alert's subscriber, in their language, ready for SMTP.

    `items` are what a digest carries. `at` becomes its Date; `prefix` stands before the subject of a mail that is no
    alert, such as a replay's. The Message-ID is the row's own: a retry repeats it, and a mail program shows one mail.
    """
    common = moulds.of(alert, items, at=at)
    language = alert.subscriber.reading_language
    leave = _leave_token(alert)
    title = f"{prefix or _prefix(alert, language)} {common.subject}".strip()
    return _head(alert, title, leave, language, at=at) + common.filled(_addresses(alert, items, leave, language))


def _prefix(alert: Alert, language: str) -> str:
    if alert.kind != TEST:
        return ""
    with translation.override(language):
        return _("[Test]")


def _head(alert: Alert, title: str, leave: str, language: str, *, at: datetime) -> bytes:
    subscriber = alert.subscriber
    # Every mail about one subject hangs on one invented ancestor, so that they stand together in one thread.
    thread = f"<{_thread(alert)}-{subscriber.key}@{mail_domain()}>"
    headers = [
        subject_line(title),
        f"To: {subscriber.email}",
        f"Date: {_date(at)}",
        f"Message-ID: {alert.message_id}",
        f"In-Reply-To: {thread}",
        f"References: {thread}",
        f"List-Unsubscribe: <{_link('alerts:one-click', leave, language)}>{_by_mail(leave)}",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ]
    return f"{CRLF.join(headers)}{CRLF}".encode("ascii")


def _by_mail(token: str) -> str:
    address = settings.ALERTS_UNSUBSCRIBE_ADDRESS
    return f",{CRLF} <mailto:{address}?subject={quote(f'{LEAVE_WORD} {token}')}>" if address else ""


@lru_cache(maxsize=8)
def _date(at: datetime) -> str:
    return format_datetime(at)


@lru_cache(maxsize=256)
def subject_line(title: str) -> str:
    """Return the header of this title, folded and in ASCII; its first line is never empty."""
    return f"Subject: {Header(title, header_name='Subject').encode(linesep=CRLF)}"


def _link(name: str, token: str, language: str) -> str:
    """Return the address of a page that a token opens, in this language."""
    before, after = _around_token(name, language, settings.PUBLIC_URL)
    return f"{before}{token}{after}"


@lru_cache(maxsize=64)
def _around_token(name: str, language: str, site: str) -> tuple[str, str]:
    with translation.override(language):
        before, _mark, after = reverse(name, args=["TOKEN"]).partition("TOKEN")
    return site + before, after


def _thread(alert: Alert) -> str:
    if alert.kind == DIGEST:
        return "digest"
    return f"clock-{alert.deadline_id}" if alert.deadline_id else f"statement-{alert.event_id}"


def _addresses(alert: Alert, items: list[Alert], leave: str, language: str) -> dict[bytes, bytes]:
    """Return what stands in the reader's own mail for each mark."""
    leaves = [leave if one is alert else _leave_token(one) for one in _told(alert, items)]
    links = [_soft_lines(_link("alerts:unsubscribe", token, language)) for token in (leave, *leaves)]
    preferences = _link("alerts:preferences", preferences_token(str(alert.subscriber.key)), language)
    marks = [_mark(name).encode() for name in ("leave", *(f"leave{place}" for place in range(len(leaves))))]
    return {_mark("preferences").encode(): _soft_lines(preferences), **dict(zip(marks, links, strict=True))}


def _leave_token(alert: Alert) -> str:
    return unsubscribe_token(str(alert.subscriber.key), alert.deadline_id, alert.event_id)


def _soft_lines(address: str) -> bytes:
    pieces = [address[start : start + _LINE] for start in range(0, len(address), _LINE)]
    return "=\r\n".join(pieces).encode("ascii")

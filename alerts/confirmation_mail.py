"""Mails that were asked for on a form: one asks whether a subscription was meant, one brings the link to one's page."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from alerts.mail_html import mail_html
from alerts.mail_text import mail_text
from alerts.messages import CRLF, Shown, readable, subject_line
from alerts.return_path import message_id_of_reader, return_path_of_reader
from alerts.smtp import SmtpTransport
from alerts.tokens import CONFIRM_DAYS, PREFERENCES_DAYS, confirmation_token, preferences_token

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.models import FormMail, Subscriber, Subscription


def send_confirmation(mail: FormMail, wish: Subscription, *, at: datetime) -> bool:
    """Mail the confirmation link, in the language in which it was asked for; True. `at` becomes its Date.

    Raises:
        OSError: if the mail relay does not take it.

    """
    with override(mail.language):
        path = reverse("alerts:confirm", args=[confirmation_token(wish.pk)])
        return _send(mail, confirmation(wish.followed, link=settings.PUBLIC_URL + path), wish.subscriber_id, at=at)


def send_link(mail: FormMail, subscriber: Subscriber, *, at: datetime) -> bool:
    """Mail the link to the page on which the subscriber sees and changes everything, in their language; True.

    `at` becomes its Date.

    Raises:
        OSError: if the mail relay does not take it.

    """
    with override(subscriber.reading_language):
        path = reverse("alerts:preferences", args=[preferences_token(str(subscriber.key))])
        return _send(mail, link_to_page(link=settings.PUBLIC_URL + path), subscriber.pk, at=at)


def confirmation(followed: str, *, link: str) -> Shown:
    """Return the mail that asks whether somebody meant to follow this, in the active language."""
    followed = " ".join(followed.split())
    title = _("Confirm: follow %(followed)s") % {"followed": followed}
    return _shown("confirm", title, {"followed": followed, "link": link, "days": CONFIRM_DAYS})


def link_to_page(*, link: str) -> Shown:
    """Return the mail that brings somebody the link to their page, in the active language."""
    return _shown("link", _("Your page at TreatyWatch"), {"link": link, "days": PREFERENCES_DAYS})


def _shown(template: str, title: str, values: dict[str, Any]) -> Shown:
    context = values | {"subject": title, "language": get_language()}
    return Shown(title, mail_text(template, context), mail_html(template, context))


def _send(mail: FormMail, shown: Shown, subscriber_id: int, *, at: datetime) -> bool:
    message = readable(shown)
    message["MIME-Version"] = "1.0"
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["Auto-Submitted"] = "auto-generated"
    head = [
        subject_line(shown.subject),
        f"To: {mail.email}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: {message_id_of_reader(mail.message_id, subscriber_id)}",
    ]
    content = f"{CRLF.join(head)}{CRLF}".encode("ascii") + message.as_bytes()
    with SmtpTransport() as relay:
        relay.send(mail.email, content, sender=return_path_of_reader(subscriber_id))
    return True

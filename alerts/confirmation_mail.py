"""Mails that were asked for on a form: one asks whether a subscription was meant, one brings the link to one's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from alerts.mail_html import mail_html
from alerts.messages import Shown
from alerts.return_path import message_id_of_reader, return_path_of_reader
from alerts.tokens import CONFIRM_DAYS, PREFERENCES_DAYS, confirmation_token, preferences_token

if TYPE_CHECKING:
    from alerts.models import FormMail, Subscriber, Subscription


def send_confirmation(mail: FormMail, wish: Subscription) -> bool:
    """Mail the confirmation link, in the language in which it was asked for; True.

    Raises:
        OSError: if the mail relay does not take it.

    """
    with override(mail.language):
        path = reverse("alerts:confirm", args=[confirmation_token(wish.pk)])
        return _send(mail, confirmation(wish.followed, link=settings.PUBLIC_URL + path), wish.subscriber_id)


def send_link(mail: FormMail, subscriber: Subscriber) -> bool:
    """Mail the link to the page on which the subscriber sees and changes everything, in their language; True.

    Raises:
        OSError: if the mail relay does not take it.

    """
    with override(subscriber.reading_language):
        path = reverse("alerts:preferences", args=[preferences_token(str(subscriber.key))])
        return _send(mail, link_to_page(link=settings.PUBLIC_URL + path), subscriber.pk)


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
    return Shown(title, render_to_string(f"emails/{template}.txt", context), mail_html(template, context))


def _send(mail: FormMail, shown: Shown, subscriber_id: int) -> bool:
    headers = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": message_id_of_reader(mail.message_id, subscriber_id),
        "Auto-Submitted": "auto-generated",
    }
    sender = return_path_of_reader(subscriber_id)
    message = EmailMultiAlternatives(shown.subject, shown.text, sender, to=[mail.email], headers=headers)
    message.attach_alternative(shown.html, "text/html")
    return message.send() == 1

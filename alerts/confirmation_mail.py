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
        followed = " ".join(wish.followed.split())
        title = _("Confirm: follow %(followed)s") % {"followed": followed}
        return _send(mail, "confirm", title, {"followed": followed, "path": path, "days": CONFIRM_DAYS})


def send_link(mail: FormMail, subscriber: Subscriber) -> bool:
    """Mail the link to the page on which the subscriber sees and changes everything, in their language; True.

    Raises:
        OSError: if the mail relay does not take it.

    """
    with override(subscriber.reading_language):
        path = reverse("alerts:preferences", args=[preferences_token(str(subscriber.key))])
        return _send(mail, "link", _("Your page at TreatyWatch"), {"path": path, "days": PREFERENCES_DAYS})


def _send(mail: FormMail, template: str, title: str, values: dict[str, Any]) -> bool:
    context = values | {"subject": title, "link": settings.PUBLIC_URL + values["path"], "language": get_language()}
    message = EmailMultiAlternatives(
        subject=title,
        body=render_to_string(f"emails/{template}.txt", context),
        to=[mail.email],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(mail_html(template, context), "text/html")
    return message.send() == 1

"""Mails that are asked for on a page: the one that asks whether a subscription was meant, and a link to one's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from alerts.tokens import CONFIRM_DAYS, PREFERENCES_DAYS, confirmation_token, preferences_token

if TYPE_CHECKING:
    from alerts.models import Subscriber, Subscription


def send_confirmation(subscription: Subscription) -> None:
    """Mail the confirmation link.

    Raises:
        OSError: if the mail relay does not take it.

    """
    path = reverse("alerts:confirm", args=[confirmation_token(subscription.pk)])
    context = {"subscription": subscription, "link": settings.PUBLIC_URL + path, "days": CONFIRM_DAYS}
    EmailMessage(
        subject=_("Confirm: follow %(followed)s") % {"followed": " ".join(subscription.followed.split())},
        body=render_to_string("emails/confirm.txt", context),
        to=[subscription.subscriber.email],
    ).send()


def send_link(subscriber: Subscriber) -> None:
    """Mail the link to the page on which the subscriber sees and changes everything, in their language.

    Raises:
        OSError: if the mail relay does not take it.

    """
    with override(subscriber.reading_language):
        path = reverse("alerts:preferences", args=[preferences_token(str(subscriber.key))])
        context = {"link": settings.PUBLIC_URL + path, "days": PREFERENCES_DAYS}
        EmailMessage(
            subject=_("Your page at TreatyWatch"),
            body=render_to_string("emails/link.txt", context),
            to=[subscriber.email],
        ).send()


def send_nothing() -> None:
    """Greet the relay and leave: whoever is mailed nothing waits as long, and a relay that is down shows as well.

    Raises:
        OSError: if the mail relay does not answer.

    """
    with get_connection():
        pass

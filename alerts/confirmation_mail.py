"""The mail that asks whether a subscription was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from alerts.tokens import CONFIRM_DAYS, confirmation_token

if TYPE_CHECKING:
    from alerts.models import Subscription


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

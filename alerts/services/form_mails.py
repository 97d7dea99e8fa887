"""Mails that are asked for on forms: recorded by the form, which looks nothing up, and answered by a worker.

A known address and an unknown one cost the form the same statements, and no mail is sent while somebody waits: how
long an answer takes tells a stranger nothing. The row outlives a lost task, a dead worker and a relay that is down.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from alerts.message_ids import mail_domain
from alerts.models import FormMail, Subscriber, Subscription
from alerts.services.subscribing import Followed, find_subscriber, subscribe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# The first also covers a worker that died: nobody else takes what it holds before that.
BACK_OFF_MINUTES = (2, 5, 15, 60, 240)
# Whoever has waited this long in vain has asked again, or no longer wants it.
WORTH = timedelta(days=1)


def ask_confirmation(
    email: str, followed: Followed, *, delivery: Mapping[str, Any], wish: Mapping[str, Any], at: datetime
) -> None:
    """Record that this address is to be asked whether it wants to follow this; `delivery` and `wish` as `subscribe`."""
    named = {"treaty": followed.treaty, "party": followed.party, "deadline": followed.deadline}
    _ask(FormMail.Kind.CONFIRMATION, email, at=at, chosen={"delivery": dict(delivery), "wish": dict(wish)}, **named)


def ask_link(email: str, *, at: datetime) -> None:
    """Record that this address, if it follows anything, is to get the link to its page."""
    _ask(FormMail.Kind.LINK, email, at=at)


def _ask(kind: str, email: str, *, at: datetime, **values: Any) -> None:
    # Short, because its reader's name is added and a long header would be folded.
    message_id = f"<{secrets.token_hex(8)}@{mail_domain()}>"
    FormMail.objects.create(
        kind=kind,
        email=email,
        language=get_language() or settings.LANGUAGE_CODE,
        message_id=message_id,
        asked_at=at,
        due_at=at,
        **values,
    )


@transaction.atomic
def claim(*, at: datetime) -> FormMail | None:
    """Take the next one that is due, for as long as its back-off; None if there is none. What is worthless goes."""
    FormMail.objects.filter(asked_at__lte=at - WORTH).delete()
    due = FormMail.objects.filter(due_at__lte=at).select_for_update(skip_locked=True, of=("self",))
    mail = due.select_related("treaty", "party", "deadline").first()
    if mail is None:
        return None
    minutes = BACK_OFF_MINUTES[min(mail.attempts, len(BACK_OFF_MINUTES) - 1)]
    mail.due_at, mail.attempts = at + timedelta(minutes=minutes), mail.attempts + 1
    mail.save(update_fields=["due_at", "attempts"])
    return mail


@transaction.atomic
def wish_of(mail: FormMail, *, at: datetime) -> Subscription | None:
    """Return the wish whose confirmation is due; None if it is confirmed already, or was asked for just now."""
    if mail.subscription is None:
        followed = Followed(mail.treaty, mail.party, mail.deadline)
        mail.subscription = subscribe(mail.email, followed, **mail.chosen, at=at)
        # Kept, so that the next try does not take this one for a form sent twice.
        mail.save(update_fields=["subscription"])
    wish = mail.subscription
    return wish if wish and wish.state == Subscription.State.PENDING else None


def reader_of(mail: FormMail) -> Subscriber | None:
    """Return who gets the link to their page; None if this address follows nothing."""
    subscriber = find_subscriber(mail.email)
    return subscriber if subscriber and subscriber.state == Subscriber.State.ACTIVE else None


def done(mail: FormMail) -> None:
    """Forget what has been answered, or needs no answer."""
    FormMail.objects.filter(pk=mail.pk).delete()


def note_failure(mail: FormMail, error: str) -> None:
    """Keep why it could not be mailed this time."""
    FormMail.objects.filter(pk=mail.pk).update(last_error=error)

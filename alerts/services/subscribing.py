"""Subscribing, confirming, leaving. Nobody is mailed alerts who has not confirmed by a POST."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import get_language

from alerts.models import Alert, Subscriber, Subscription

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from events.models import Deadline
    from treaties.models import Party, Treaty

# A form sent twice, or reloaded, brings one mail.
CONFIRMATION_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True)
class Followed:
    """What somebody wants to follow: exactly one of these, or everything."""

    treaty: Treaty | None = None
    party: Party | None = None
    deadline: Deadline | None = None

    def __str__(self) -> str:
        return str(self.treaty or self.party or self.deadline or "everything")

    def columns(self) -> dict[str, object]:
        """Return the columns of a subscription to this."""
        named = {"treaty": self.treaty, "party": self.party, "deadline": self.deadline}
        return {**named, "everything": not any(named.values())}


@transaction.atomic
def subscribe(email: str, followed: Followed, *, time_zone: str, at: datetime) -> Subscription | None:
    """Record a wish; return it if a confirmation mail is due, None if one was sent just now or it is active already.

    The caller tells the reader the same in both cases: a stranger cannot learn who is subscribed.
    """
    subscriber = _subscriber(email, time_zone, at=at)
    subscription, is_new = Subscription.objects.exclude(state=Subscription.State.ENDED).get_or_create(
        subscriber=subscriber, **followed.columns(), defaults={"created_at": at}
    )
    if subscription.state == Subscription.State.ACTIVE:
        return None
    if not is_new and at - subscription.created_at < CONFIRMATION_PAUSE:
        return None
    Subscription.objects.filter(pk=subscription.pk).update(created_at=at)
    return subscription


def _subscriber(email: str, time_zone: str, *, at: datetime) -> Subscriber:
    found = Subscriber.objects.annotate(lower=Lower("email")).filter(lower=email.lower()).first()
    if found:
        return found
    return Subscriber.objects.create(
        email=email, time_zone=time_zone, language=get_language() or settings.LANGUAGE_CODE, created_at=at
    )


@transaction.atomic
def confirm(subscription_id: int, *, at: datetime) -> Subscription | None:
    """Make a wish active; asking twice changes nothing. None if it was ended or never was."""
    Subscription.objects.filter(pk=subscription_id, state=Subscription.State.PENDING).update(
        state=Subscription.State.ACTIVE, confirmed_at=at
    )
    subscription = (
        Subscription.objects.filter(pk=subscription_id, state=Subscription.State.ACTIVE)
        .select_related("subscriber", "treaty", "party", "deadline")
        .first()
    )
    if subscription:
        Subscriber.objects.filter(pk=subscription.subscriber_id).exclude(state=Subscriber.State.ACTIVE).update(
            state=Subscriber.State.ACTIVE, confirmed_at=at, suppressed_reason=""
        )
    return subscription


@transaction.atomic
def unsubscribe(subscriber: Subscriber, *, at: datetime, treaty: Treaty | None = None) -> int:
    """End a subscriber's wishes, all or those for one treaty, and cancel what was still to be mailed for them.

    Returns how many ended; ending again what has ended is no error.
    """
    wishes = Subscription.objects.filter(subscriber=subscriber).exclude(state=Subscription.State.ENDED)
    alerts = Alert.objects.filter(subscriber=subscriber, state=Alert.State.PENDING)
    if treaty is not None:
        wishes = wishes.filter(treaty=treaty)
        alerts = alerts.filter(deadline__provision__treaty=treaty)
    ended = wishes.update(state=Subscription.State.ENDED, ended_at=at, ended_reason="asked by the subscriber")
    alerts.update(state=Alert.State.CANCELLED, reason="The subscriber left.")
    return ended


def lift_suppression(subscribers: QuerySet[Subscriber]) -> int:
    """Mail again to addresses that were suppressed after a refusal; returns how many."""
    return subscribers.filter(state=Subscriber.State.SUPPRESSED, confirmed_at__isnull=False).update(
        state=Subscriber.State.ACTIVE, suppressed_reason=""
    )

"""Subscribing, confirming, leaving. Nobody is mailed alerts who has not confirmed by a POST."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Lower

from alerts.models import Alert, Mute, Subscriber, Subscription
from alerts.models.subscriptions import followed_words
from alerts.services.coming_back import LEFT, lift_what_is_followed_again, plan_anew
from alerts.services.digests import choose_delivery
from alerts.services.outbox import WAITING

if TYPE_CHECKING:
    from collections.abc import Mapping
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
        return followed_words(self.treaty, self.party, self.deadline)

    def columns(self) -> dict[str, object]:
        """Return the columns of a subscription to this."""
        named = {"treaty": self.treaty, "party": self.party, "deadline": self.deadline}
        return {**named, "everything": not any(named.values())}


@transaction.atomic
def subscribe(
    email: str, followed: Followed, *, delivery: Mapping[str, Any], wish: Mapping[str, Any], at: datetime
) -> Subscription | None:
    """Record a wish; return it if a confirmation mail is due, None if one was sent just now or it is active already.

    An address that was suppressed shows by confirming again that it takes mail; until then nothing is mailed to it.

    `wish` holds checked columns of `Subscription`, `delivery` those of `Subscriber`, which only a new address takes:
    a stranger who types somebody's address changes nothing of theirs. The caller tells the reader the same in every
    case, so that nobody can learn who is subscribed.
    """
    subscriber, is_newcomer = find_or_add_subscriber(email, created_at=at)
    if is_newcomer:
        choose_delivery(subscriber, dict(delivery), at=at)
    subscription, is_new = Subscription.objects.exclude(state=Subscription.State.ENDED).get_or_create(
        subscriber=subscriber, **followed.columns(), defaults={"created_at": at, **wish}
    )
    is_suppressed = subscriber.state == Subscriber.State.SUPPRESSED
    if subscription.state == Subscription.State.ACTIVE and not is_suppressed:
        return None
    if not is_new and at - subscription.created_at < CONFIRMATION_PAUSE:
        return None
    # What was chosen and confirmed once is its owner's to change, on their page.
    chosen = {} if subscription.confirmed_at else wish
    # As it was read: of two workers that answer a form sent twice, one mails.
    as_read = Subscription.objects.filter(
        pk=subscription.pk, state=subscription.state, created_at=subscription.created_at
    )
    if not as_read.update(state=Subscription.State.PENDING, created_at=at, **chosen):
        return None
    subscription.refresh_from_db()
    return subscription


def find_subscriber(email: str) -> Subscriber | None:
    """Return the subscriber of this address, however it is capitalised."""
    return Subscriber.objects.annotate(lower=Lower("email")).filter(lower=email.lower()).first()


def find_or_add_subscriber(email: str, **columns: Any) -> tuple[Subscriber, bool]:
    """Return the subscriber of this address, and whether they are new; only a new one gets the columns."""
    found = find_subscriber(email)
    if found:
        return found, False
    try:
        with transaction.atomic():
            return Subscriber.objects.create(email=email, **columns), True
    except IntegrityError:
        # A form sent twice, and the other one was answered meanwhile.
        found = find_subscriber(email)
        if found is None:
            raise
        return found, False


@transaction.atomic
def confirm(subscription_id: int, *, at: datetime) -> Subscription | None:
    """Make a wish active; asking twice changes nothing. None if it was ended or never was."""
    confirmed = Subscription.objects.filter(pk=subscription_id, state=Subscription.State.PENDING).update(
        state=Subscription.State.ACTIVE, confirmed_at=at
    )
    subscription = (
        Subscription.objects.filter(pk=subscription_id, state=Subscription.State.ACTIVE)
        .select_related("subscriber", "treaty", "party", "deadline__provision")
        .first()
    )
    # A link that has been used changes nothing more: neither a suppression since, nor what was left since.
    if subscription and confirmed:
        lift_what_is_followed_again(subscription, at=at)
        plan_anew([subscription.subscriber_id])
        Subscriber.objects.filter(pk=subscription.subscriber_id).exclude(state=Subscriber.State.ACTIVE).update(
            state=Subscriber.State.ACTIVE, confirmed_at=at, suppressed_reason=""
        )
    return subscription


@transaction.atomic
def unsubscribe(
    subscriber: Subscriber, *, at: datetime, treaty: Treaty | None = None, deadline: Deadline | None = None
) -> int:
    """End a subscriber's wishes: all, those for one treaty or those for one deadline; cancel what still waits for them.

    A wider wish that covers the treaty or deadline goes on for the rest. Returns how many wishes ended; ending again
    what has ended is no error.
    """
    wishes = Subscription.objects.filter(subscriber=subscriber).exclude(state=Subscription.State.ENDED)
    alerts = Alert.objects.filter(subscriber=subscriber, state__in=WAITING)
    if deadline is not None:
        wishes, alerts = wishes.filter(deadline=deadline), alerts.filter(deadline=deadline)
        _mute(subscriber, at=at, deadline=deadline)
    elif treaty is not None:
        wishes = wishes.filter(Q(treaty=treaty) | Q(deadline__provision__treaty=treaty))
        alerts = alerts.filter(deadline__provision__treaty=treaty)
        _mute(subscriber, at=at, treaty=treaty)
    ended = Subscription.objects.filter(pk__in=wishes.values("pk")).update(
        state=Subscription.State.ENDED, ended_at=at, ended_reason="asked by the subscriber"
    )
    alerts.update(state=Alert.State.CANCELLED, reason=LEFT)
    return ended


def _mute(subscriber: Subscriber, *, at: datetime, **left: Treaty | Deadline) -> None:
    Mute.objects.get_or_create(subscriber=subscriber, lifted_at=None, **left, defaults={"created_at": at})


@transaction.atomic
def lift_mute(subscriber: Subscriber, mute_id: int, *, at: datetime) -> bool:
    """Let a wider wish cover again what the subscriber had left; False if it is not theirs, or is lifted already."""
    lifted = Mute.objects.filter(pk=mute_id, subscriber=subscriber, lifted_at=None).update(lifted_at=at)
    if lifted:
        plan_anew([subscriber.pk])
    return bool(lifted)


@transaction.atomic
def lift_suppression(subscribers: QuerySet[Subscriber]) -> int:
    """Mail again to addresses that were suppressed after a refusal; returns how many.

    What they had confirmed and were asked to confirm again meanwhile is active again. Who never confirmed anything is
    waited for again.
    """
    plan_anew(list(subscribers.filter(state=Subscriber.State.SUPPRESSED).values_list("pk", flat=True)))
    never_confirmed = subscribers.filter(state=Subscriber.State.SUPPRESSED, confirmed_at=None)
    waited_for = never_confirmed.update(state=Subscriber.State.PENDING, suppressed_reason="")
    suppressed = subscribers.filter(state=Subscriber.State.SUPPRESSED, confirmed_at__isnull=False)
    Subscription.objects.filter(
        subscriber__in=suppressed, state=Subscription.State.PENDING, confirmed_at__isnull=False
    ).update(state=Subscription.State.ACTIVE)
    return waited_for + suppressed.update(state=Subscriber.State.ACTIVE, suppressed_reason="")

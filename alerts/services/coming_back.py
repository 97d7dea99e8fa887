"""Coming back: whoever left, or was suppressed, is told what they would have been told had they stayed.

What was stopped meanwhile would otherwise count as planned: somebody who knows a date that has moved since would never
hear of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from alerts.models import DIGEST, TEST, Alert, Mute, Subscription
from alerts.services.outbox import ADDRESS_REFUSES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from alerts.models import Subscriber

LEFT = "The subscriber left."
# Whoever comes back so soon has slipped, and misses nothing; after that, what came meanwhile is no news to them.
SLIP = timedelta(days=1)
SHOWN_ENDED = 20


def plan_anew(subscribers: Iterable[int]) -> None:
    """Take away the mails to these subscribers that were stopped unsent because they could not be mailed.

    The next sweep asks for what of it is still wanted, because whatever brought them back lets it ask them again.
    """
    stopped = Alert.objects.filter(subscriber__in=subscribers, state=Alert.State.CANCELLED, smtp_started_at=None)
    # A digest that was stopped has nothing of its own to tell; a test is not wanted any more.
    stopped.filter(reason__in=[LEFT, ADDRESS_REFUSES], ambiguous=False).exclude(kind__in=[DIGEST, TEST]).delete()


def lift_what_is_followed_again(wish: Subscription, *, at: datetime) -> None:
    """Let a wish cover what its subscriber had left of it."""
    mutes = Mute.objects.filter(subscriber=wish.subscriber_id, lifted_at=None)
    if wish.treaty_id:
        mutes.filter(treaty=wish.treaty_id).update(lifted_at=at)
    if wish.deadline:
        about = Q(deadline=wish.deadline_id) | Q(treaty=wish.deadline.provision.treaty_id)
        mutes.filter(about).update(lifted_at=at)


def ended_of(subscriber: Subscriber) -> list[Subscription]:
    """Return the latest wishes that have ended and could be followed again, each thing once and none followed now."""
    rows = subscriber.subscriptions.select_related("treaty", "party", "deadline")
    latest: dict[tuple[int | None, ...], Subscription] = {}
    # What has not ended comes first.
    for wish in rows.order_by(F("ended_at").desc(nulls_first=True), "-pk"):
        latest.setdefault((wish.treaty_id, wish.party_id, wish.deadline_id), wish)
    ended = [wish for wish in latest.values() if wish.state == Subscription.State.ENDED and wish.confirmed_at]
    return ended[:SHOWN_ENDED]


@transaction.atomic
def follow_again(subscriber: Subscriber, wish_id: int, *, at: datetime) -> bool:
    """Let a wish that was confirmed once and has ended go on; False if it is not theirs, goes on already, or never was.

    Only for whoever has the link to the subscriber's page, which is mailed to their address alone.
    """
    ended = Subscription.objects.filter(
        pk=wish_id, subscriber=subscriber, state=Subscription.State.ENDED, confirmed_at__isnull=False
    )
    wish = ended.select_related("deadline__provision").first()
    if wish is None or wish.ended_at is None:
        return False
    since = wish.confirmed_at if at - wish.ended_at <= SLIP else at
    try:
        with transaction.atomic():
            resumed = ended.update(state=Subscription.State.ACTIVE, confirmed_at=since, ended_at=None, ended_reason="")
    except IntegrityError:
        # The same is followed by a newer wish.
        return False
    if resumed:
        lift_what_is_followed_again(wish, at=at)
        plan_anew([subscriber.pk])
    return bool(resumed)

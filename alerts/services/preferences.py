"""What a subscriber sees and changes without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from alerts.models import Alert, Mute, Subscriber, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_SHOWN_MAILS = 100


def wishes_of(subscriber: Subscriber) -> Iterable[Subscription]:
    """Return what the subscriber follows, or has asked to follow."""
    rows = subscriber.subscriptions.exclude(state=Subscription.State.ENDED)
    return rows.select_related("treaty", "party", "deadline").order_by("pk")


def mails_to(subscriber: Subscriber) -> Iterable[Alert]:
    """Return the latest mails to the subscriber, with what became of them."""
    return subscriber.alerts.select_related("deadline", "event").order_by("-planned_at", "-pk")[:_SHOWN_MAILS]


def left_by(subscriber: Subscriber) -> Iterable[Mute]:
    """Return the treaties and deadlines that the subscriber has left though a wider wish may cover them."""
    return subscriber.mutes.filter(lifted_at=None).select_related("treaty", "deadline").order_by("pk")


def change_wish(subscriber: Subscriber, wish_id: int, *, kinds: list[str], lead_days: list[int]) -> bool:
    """Change what a subscription tells, and how many days before; False if it is not the subscriber's, or has ended."""
    wishes = Subscription.objects.filter(pk=wish_id, subscriber=subscriber).exclude(state=Subscription.State.ENDED)
    return bool(wishes.update(kinds=kinds, lead_days=lead_days))


@transaction.atomic
def end_wish(subscriber: Subscriber, wish_id: int, *, at: datetime) -> bool:
    """End one subscription; what waits and is wanted by no other one is stopped by its fence. False if not theirs."""
    wishes = Subscription.objects.filter(pk=wish_id, subscriber=subscriber).exclude(state=Subscription.State.ENDED)
    return bool(
        wishes.update(state=Subscription.State.ENDED, ended_at=at, ended_reason="ended on the preferences page")
    )


@transaction.atomic
def forget(subscriber: Subscriber) -> None:
    """Delete the address and everything about it: wishes, mails, the lot."""
    subscriber.delete()


def exported(subscriber: Subscriber) -> dict[str, Any]:
    """Return all that is stored of the subscriber, for a file of their own."""
    return {
        "address": subscriber.email,
        "state": subscriber.state,
        "time_zone": subscriber.time_zone,
        "language": subscriber.language,
        "rhythm": subscriber.rhythm,
        "digest_weekday": subscriber.digest_weekday,
        "digest_hour": subscriber.digest_hour,
        "empty_digest": subscriber.empty_digest,
        "next_digest_at": subscriber.next_digest_at.isoformat() if subscriber.next_digest_at else None,
        "created_at": subscriber.created_at.isoformat(),
        "confirmed_at": subscriber.confirmed_at.isoformat() if subscriber.confirmed_at else None,
        "subscriptions": [
            {
                "follows": wish.followed,
                "kinds": wish.kinds,
                "days_before": wish.lead_days,
                "state": wish.state,
                "created_at": wish.created_at.isoformat(),
                "ended_at": wish.ended_at.isoformat() if wish.ended_at else None,
            }
            for wish in subscriber.subscriptions.select_related("treaty", "party", "deadline").order_by("pk")
        ],
        "left": [
            {
                "what": str(mute.treaty or mute.deadline),
                "since": mute.created_at.isoformat(),
                "lifted_at": mute.lifted_at.isoformat() if mute.lifted_at else None,
            }
            for mute in subscriber.mutes.select_related("treaty", "deadline").order_by("pk")
        ],
        "mails": [
            {
                "kind": mail.kind,
                "about": mail.about.title if mail.about else "",
                "told_date": mail.told_due.isoformat() if mail.told_due else None,
                "state": mail.state,
                "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
                "message_id": mail.message_id,
            }
            for mail in subscriber.alerts.select_related("deadline", "event").order_by("pk")
        ],
    }

"""Digests: one mail a day or a week that carries what was planned meanwhile; each item goes in exactly one mail.

Rows for a subscriber who wants a digest wait as gathered. The digest is a row of its own, claimed and fenced like any
mail; what it carries is bound to it just before it is written and asked again by its fence, so that no date in it is
out of date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction

from alerts.models import DIGEST, Alert, Subscriber
from alerts.services.digest_statements import (
    CANCEL_UNTRUE,
    FREE,
    GATHER,
    PLAN_DIGESTS,
    SCHEDULE,
    SEND_SINGLY,
    SEND_SINGLY_OR_ASK_ONCE_MORE,
    SET_ASIDE,
)

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper


def plan_digests(*, at: datetime, only_subscriber: int | None) -> int:
    """Plan the digests whose hour has come, and free what no digest will carry any more; returns how many are new."""
    with connection.cursor() as cursor:
        _free(cursor, at=at)
        cursor.execute(PLAN_DIGESTS, {"at": at, "only": only_subscriber})
        return cursor.rowcount


@transaction.atomic
def choose_delivery(subscriber: Subscriber, values: dict[str, Any], *, at: datetime) -> None:
    """Change rhythm, day, hour, zone or language; what waits goes the new way, each mail still once.

    A digest under way keeps what it may already have told. `values` are checked columns of `Subscriber`.
    """
    rhythm = values.get("rhythm", subscriber.rhythm)
    at_once = rhythm == Subscriber.Rhythm.IMMEDIATE
    # Wishes before their reader, as whoever changes a wish takes them: the database tells them the zone.
    list(subscriber.subscriptions.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    # Scheduled by the next statement; until then any instant satisfies the constraint.
    next_digest = None if at_once else at
    Subscriber.objects.filter(pk=subscriber.pk).update(**values, next_digest_at=next_digest)
    if at_once:
        waiting = Alert.objects.filter(subscriber=subscriber, kind=DIGEST, state=Alert.State.PENDING, ambiguous=False)
        waiting.update(state=Alert.State.CANCELLED, reason="The subscriber wants each mail at once.")
    else:
        with connection.cursor() as cursor:
            cursor.execute(SCHEDULE, {"subscriber": subscriber.pk, "at": at})
    release_what_cannot_wait(subscriber.pk, at=at)
    subscriber.refresh_from_db()


def send_singly_to_the_changed(subscribers: list[int], *, at: datetime) -> None:
    """Send singly what cannot wait for the next digest of these subscribers, who have changed or had one since."""
    values: dict[str, Any] = {
        "at": at,
        "subscribers": subscribers,
        "awaited": [Alert.State.PENDING, Alert.State.CLAIMED],
    }
    with connection.cursor() as cursor:
        cursor.execute(SEND_SINGLY_OR_ASK_ONCE_MORE, values)


def release_what_cannot_wait(subscriber_id: int, *, at: datetime) -> None:
    """Send singly what waits for a digest of this subscriber's that will not come, or not come before its day."""
    with connection.cursor() as cursor:
        _free(cursor, at=at)
        # One that a worker holds may have been written already, and takes up nothing more.
        _send_singly(cursor, at=at, subscriber=subscriber_id, awaited=[Alert.State.PENDING])


def _free(cursor: CursorWrapper, *, at: datetime) -> None:
    for statement in FREE:
        cursor.execute(statement, {"at": at})


def _send_singly(cursor: CursorWrapper, *, at: datetime, awaited: list[Alert.State], subscriber: int) -> None:
    """Send singly what waits for no digest that is in one of the `awaited` states, and cannot wait for the next one."""
    cursor.execute(SEND_SINGLY, {"at": at, "subscribers": [subscriber], "awaited": awaited})


@transaction.atomic
def gather(digest: Alert, *, at: datetime) -> list[Alert]:
    """Bind to the digest what is due, true and wanted, cancel what is not, and return it in order of dates.

    What rests, or is held, and cannot wait for the next digest goes singly when it may.
    """
    values = {
        "digest": digest.pk,
        "subscriber": digest.subscriber_id,
        "in_doubt": digest.ambiguous,
        "ends": digest.not_after,
        "settle": settings.ALERTS_SETTLE_SECONDS,
        "at": at,
    }
    with connection.cursor() as cursor:
        for statement in (SET_ASIDE, CANCEL_UNTRUE, GATHER):
            cursor.execute(statement, values)
        _send_singly(cursor, at=at, subscriber=digest.subscriber_id, awaited=[])
    items = Alert.objects.filter(carrier=digest, state=Alert.State.GATHERED).select_related(
        "subscriber",
        "deadline__provision__treaty",
        "deadline__trigger",
        "deadline__act",
        "deadline__change",
        "event__statement__speaker",
        "event__actor",
    )
    return list(items.order_by("told_due", "pk"))


def is_worth_sending(digest: Alert, items: list[Alert]) -> bool:
    """Say whether the digest has something to say: items, or a weekly "nothing is due" that its reader wants."""
    subscriber = digest.subscriber
    return bool(items) or (subscriber.rhythm == Subscriber.Rhythm.WEEKLY and subscriber.empty_digest)


def give_up(digest: Alert, token: uuid.UUID) -> None:
    """Cancel a claimed digest that has nothing to say."""
    Alert.objects.filter(pk=digest.pk, claim_token=token).update(
        state=Alert.State.CANCELLED, reason="Nothing was due.", claim_token=None, lease_until=None
    )

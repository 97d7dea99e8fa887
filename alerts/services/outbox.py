"""The outbox: claim, fence, mark, postpone, reap. Every change is compare-and-set, so no worker undoes another's.

The only window that SMTP leaves open lies between the relay's acceptance and its mark: a process killed there
leaves a row that is tried again with the same Message-ID, marked ambiguous.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, Prefetch, Q, QuerySet, Value, When

from alerts.message_ids import kept_or_new
from alerts.models import DIGEST, Alert, Subscriber
from alerts.services import digests, runs
from alerts.services.runs import lease_from
from alerts.services.wanted import FENCE, HELD_QUESTION
from events.models import Deadline, Event
from treaties.asked import AskedByName

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

BACK_OFF_MINUTES = (1, 5, 15, 60, 240)
LATE_MINUTES = 15
# How often a mail about a clock that an editor holds asks again whether it may go.
HELD_MINUTES = 15
# Any number, the same in every worker.
_BRAKE_LOCK = 0x7472_6561
# So few of the last mails are not shared out: to claim and write them apart would cost more than their sending.
_LEAST_SHARE = 50
WAITING = [Alert.State.PENDING, Alert.State.GATHERED]
ADDRESS_REFUSES = "The address refuses mail."
_HELD = "An editor holds the mail about this clock."
_FREE = {"claim_token": None, "lease_until": None}


@dataclass(frozen=True)
class Claim:
    """The rows that one worker holds, under its token."""

    token: uuid.UUID
    alerts: list[Alert]


def due(*, at: datetime) -> QuerySet[Alert]:
    """Return what may be sent at `at`."""
    return Alert.objects.filter(state=Alert.State.PENDING, due_at__lte=at, not_after__gt=at)


def share(*, at: datetime, most: int) -> int:
    """Return how many due rows a worker should claim: `most` while there are plenty, in the end half of what is left.

    So nobody still holds hundreds when another worker finds nothing more to do.
    """
    waiting = due(at=at)[: 2 * most].count()
    return min(most, max(_LEAST_SHARE, -(-waiting // 2)))


def late(*, at: datetime) -> QuerySet[Alert]:
    """Return what should have been sent long ago: never tried, and due for more than `LATE_MINUTES`."""
    return due(at=at).filter(due_at__lt=at - timedelta(minutes=LATE_MINUTES), attempts=0)


def brake(*, at: datetime) -> int | None:
    """Return how many mails the daily limit still allows; None without a limit. The brake pauses, it never drops."""
    if not settings.ALERTS_DAILY_LIMIT:
        return None
    sent = Q(state=Alert.State.SENT, sent_at__gt=at - timedelta(days=1), carrier=None)
    # What a worker holds may be sent any moment; two workers must not both count on the same room.
    used = Alert.objects.filter(sent | Q(state=Alert.State.CLAIMED)).count()
    return max(0, settings.ALERTS_DAILY_LIMIT - used)


def _queue_for_the_brake() -> None:
    """Let claims follow one another where they are counted; without a limit they need not wait."""
    if settings.ALERTS_DAILY_LIMIT:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_BRAKE_LOCK])


@transaction.atomic
def claim(*, at: datetime, limit: int, only_subscriber: int | None = None) -> Claim:
    """Take up to `limit` due rows that nobody else holds, under a new token and a lease."""
    _queue_for_the_brake()
    allowed = brake(at=at)
    rows = due(at=at).order_by("due_at", "pk").select_for_update(skip_locked=True)
    if only_subscriber is not None:
        rows = rows.filter(subscriber=only_subscriber)
    keys = list(rows.values_list("pk", flat=True)[: limit if allowed is None else min(limit, allowed)])
    token = uuid.uuid4()
    if keys:
        runs.begin(token, at=at)
    Alert.objects.filter(pk__in=keys).update(
        state=Alert.State.CLAIMED,
        claim_token=token,
        lease_until=lease_from(at),
        smtp_started_at=None,
        message_id=kept_or_new(at=at),
    )
    # Prefetched, not joined: mails of one batch are about few clocks, and each clock is read once.
    clocks = Deadline.objects.select_related("provision__treaty", "party", "trigger", "act", "change")
    said = Event.objects.select_related("statement__speaker", "actor")
    held = Alert.objects.filter(state=Alert.State.CLAIMED, claim_token=token).select_related("subscriber")
    held = held.prefetch_related(Prefetch("deadline", queryset=clocks), Prefetch("event", queryset=said))
    return Claim(token, list(held.order_by("due_at", "pk")))


_FENCE = AskedByName(
    FENCE,
    alert="bigint",
    token="uuid",  # noqa: S106 - a type
    at="timestamptz",
    lease="timestamptz",
    items="bigint[]",
)


def fence(alert: Alert, token: uuid.UUID, *, at: datetime, items: Iterable[Alert] = ()) -> bool:
    """Mark that SMTP begins now and renew the lease; False if the mail must not go (any more).

    `items` are the rows that were read into a digest: one that is no longer true stops all of it.
    """
    lease = lease_from(at)
    values = {"alert": alert.pk, "token": str(token), "at": at, "lease": lease, "items": [item.pk for item in items]}
    passed = bool(_FENCE.rows(values))
    if passed:
        alert.smtp_started_at, alert.lease_until, alert.attempts = at, lease, alert.attempts + 1
    return passed


def drop(alert: Alert, token: uuid.UUID, *, at: datetime) -> None:
    """Give up a row that the fence refused: cancelled with its reason, unless it is no longer ours.

    A row whose lease has run out is still wanted: it is left to be reaped and sent by another worker.
    A mail about a clock that an editor holds waits instead, until the release or the end of its worth; a digest of
    which an item has changed is written again.
    """
    ours = Alert.objects.filter(pk=alert.pk, claim_token=token, lease_until__gt=at)
    if is_held(alert) and _put_off(ours, at + timedelta(minutes=HELD_MINUTES), _HELD):
        return
    is_wanted = alert.kind == DIGEST and ours.filter(subscriber__state=Subscriber.State.ACTIVE).exists()
    if is_wanted and _put_off(ours, at + timedelta(minutes=1), "An item changed while the digest was written."):
        return
    ours.update(state=Alert.State.CANCELLED, reason=_why_refused(alert, at), **_FREE)


def _put_off(ours: QuerySet[Alert], until: datetime, error: str) -> bool:
    waiting = ours.filter(not_after__gt=until)
    return bool(waiting.update(state=Alert.State.PENDING, due_at=until, last_error=error, **_FREE))


def is_held(alert: Alert) -> bool:
    """Say whether an editor holds the mail about this clock."""
    with connection.cursor() as cursor:
        cursor.execute(HELD_QUESTION, {"alert": alert.pk})
        row = cursor.fetchone()
    return bool(row and row[0])


def _why_refused(alert: Alert, at: datetime) -> str:
    fresh = Alert.objects.select_related("deadline", "event", "subscriber").filter(pk=alert.pk).first()
    if fresh is None:
        return "The subscriber has deleted everything."
    if fresh.deadline and fresh.deadline.version != fresh.version:
        return "The clock changed before this was sent."
    if fresh.event and fresh.event.revision != fresh.version:
        return "The statement changed before this was sent."
    if fresh.not_after <= at:
        return "It could not be sent in time."
    if fresh.subscriber.state == Subscriber.State.SUPPRESSED:
        return ADDRESS_REFUSES
    return "The subscriber no longer wants this, or it is no longer public."


def _carried_by(digests: Iterable[int] | QuerySet[Alert]) -> QuerySet[Alert]:
    return Alert.objects.filter(carrier__in=digests, state=Alert.State.GATHERED)


@transaction.atomic
def postpone(alert: Alert, token: uuid.UUID, error: str, *, at: datetime, ambiguous: bool) -> None:
    """Try again later: after 1, 5, 15, 60, 240 minutes; past its worth the row fails with the error as its reason."""
    minutes = BACK_OFF_MINUTES[min(max(alert.attempts, 1), len(BACK_OFF_MINUTES)) - 1]
    again = at + timedelta(minutes=minutes)
    if again >= alert.not_after:
        _finish(alert, token, Alert.State.FAILED, f"No try succeeded in time. {error}", ambiguous=ambiguous)
        return
    kept = Alert.objects.filter(pk=alert.pk, claim_token=token).update(
        state=Alert.State.PENDING,
        due_at=again,
        last_error=error,
        ambiguous=alert.ambiguous or ambiguous,
        **_FREE,
    )
    if kept and ambiguous and alert.kind == DIGEST:
        _carried_by([alert.pk]).update(ambiguous=True)


def release(token: uuid.UUID, error: str, *, at: datetime) -> int:
    """Give back what was claimed and not begun, to be tried in a minute (never past its worth); returns how many."""
    begun = Q(smtp_started_at__isnull=False)
    later = at + timedelta(minutes=BACK_OFF_MINUTES[0])
    return (
        Alert.objects.filter(state=Alert.State.CLAIMED, claim_token=token)
        .exclude(begun)
        .update(
            state=Alert.State.PENDING,
            due_at=Case(When(not_after__gt=later, then=Value(later)), default=F("due_at")),
            last_error=error,
            **_FREE,
        )
    )


@transaction.atomic
def refuse(alert: Alert, token: uuid.UUID, error: str, *, suppress: bool) -> None:
    """Fail a row that the relay refused for good; `suppress` also stops all mail to the address."""
    _finish(alert, token, Alert.State.FAILED, error, ambiguous=False)
    if suppress:
        suppress_address(alert.subscriber_id, error)


@transaction.atomic
def suppress_address(subscriber_id: int, reason: str) -> None:
    """Mail an address no more until an editor lifts it, or its owner confirms anew; what waits is cancelled."""
    mailed = [Subscriber.State.ACTIVE, Subscriber.State.PENDING]
    Subscriber.objects.filter(pk=subscriber_id, state__in=mailed).update(
        state=Subscriber.State.SUPPRESSED, suppressed_reason=reason
    )
    waiting = Alert.objects.filter(subscriber=subscriber_id, state__in=WAITING)
    waiting.update(state=Alert.State.CANCELLED, reason=ADDRESS_REFUSES)


def _finish(alert: Alert, token: uuid.UUID, state: str, reason: str, *, ambiguous: bool) -> None:
    finished = Alert.objects.filter(pk=alert.pk, claim_token=token).update(
        state=state, reason=reason, last_error=reason, ambiguous=alert.ambiguous or ambiguous, **_FREE
    )
    if finished and ambiguous and alert.kind == DIGEST:
        _carried_by([alert.pk]).update(ambiguous=True)


@transaction.atomic
def reap(*, at: datetime) -> int:
    """Take back rows whose worker has died or sleeps past its lease; returns how many.

    Where SMTP had begun the mail may have arrived: such a row is marked ambiguous, and tried again with the same
    Message-ID or held for an editor, as `ALERTS_WHEN_AMBIGUOUS` says.
    """
    # First: what such a worker has noted as taken by the relay is sent, and must not be tried again.
    runs.fold_expired(at=at)
    expired = Alert.objects.filter(state=Alert.State.CLAIMED, lease_until__lt=at)
    unclear = expired.filter(smtp_started_at__isnull=False)
    error = "The worker ended after SMTP had begun."
    _carried_by(unclear.filter(kind=DIGEST)).update(ambiguous=True)
    if settings.ALERTS_WHEN_AMBIGUOUS == "hold":
        count = unclear.update(state=Alert.State.HELD, ambiguous=True, last_error=error, reason=error, **_FREE)
    else:
        count = unclear.update(state=Alert.State.PENDING, ambiguous=True, last_error=error, **_FREE)
    return count + expired.update(state=Alert.State.PENDING, **_FREE)


def retry(alerts: QuerySet[Alert], *, at: datetime) -> int:
    """Let failed and held rows be tried again now, if they are still worth it; returns how many."""
    stopped = alerts.filter(state__in=[Alert.State.FAILED, Alert.State.HELD], not_after__gt=at)
    return stopped.update(state=Alert.State.PENDING, due_at=at, attempts=0, reason="")


@transaction.atomic
def cancel(alerts: QuerySet[Alert], *, reason: str, at: datetime) -> int:
    """Stop rows that wait, or were held; one that a worker holds is left to it. Returns how many.

    What a digest that is stopped would have carried goes singly if it cannot wait for the next one.
    """
    waiting = alerts.filter(state__in=[*WAITING, Alert.State.HELD])
    readers = list(waiting.filter(kind=DIGEST).values_list("subscriber", flat=True))
    count = waiting.update(state=Alert.State.CANCELLED, reason=reason)
    for reader in readers:
        digests.release_what_cannot_wait(reader, at=at)
    return count

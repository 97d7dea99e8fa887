"""Replay: what a subscriber with default wishes, or these choices, would have been mailed about a treaty, day by day.

The planning, fencing and composing are the real ones, run inside a transaction that is always rolled back: the
database stays as it was, and only the one address given gets mail.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from alerts.delivery import deliver
from alerts.models import Alert, AlertKind, Subscriber, Subscription, default_kinds
from alerts.services import outbox, planning
from alerts.services.digests import choose_delivery
from alerts.smtp import AsleepError
from alerts.wording import facts_of
from events.clocks import write_day
from events.models import Event
from events.services import recompute_treaty
from treaties.models import PublicationState

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from treaties.models import Treaty

# A person gets a handful of mails about a clock; a day has room for more than any treaty can cause.
_MOST_A_DAY = 1000
_BEFORE_EVERYTHING = datetime(1000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ReplayedMail:
    """One mail of the replay, with what it tells."""

    day: date
    kind: str
    lead_days: int | None
    days_left: int | None
    due: date | None
    subject: str
    message_id: str
    content: bytes


@dataclass(frozen=True)
class Choice:
    """What the replayed subscriber has chosen beside the defaults."""

    rhythm: str = Subscriber.Rhythm.IMMEDIATE
    statements: bool = False


class _Collector:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def send(
        self,
        address: str,  # noqa: ARG002 - as every transport
        message: bytes,
        *,
        sender: str,  # noqa: ARG002
        may_begin: Callable[[], bool],
        may_go: Callable[[], bool],
    ) -> None:
        if not (may_begin() and may_go()):
            raise AsleepError
        self.taken.append(message)


def replay(
    treaty: Treaty,
    first: date,
    last: date,
    address: str,
    *,
    choice: Choice | None = None,
    progress: Callable[[date], None] = lambda _: None,
) -> list[ReplayedMail]:
    """Step through the days from `first` to `last` and return the mails, oldest first; nothing is kept or sent.

    Each day is looked at on the subscriber's morning (`ALERTS_MORNING_HOUR`, UTC), the settle time after the record
    was computed for it. `progress` is told each day.
    """
    with transaction.atomic():
        confirmed_at = _morning(first) - timedelta(days=1)
        # Every clock is taken off and those that ran before the subscriber came are started again: no news to them.
        for at in (_BEFORE_EVERYTHING, confirmed_at - timedelta(seconds=1)):
            recompute_treaty(treaty, at=at)
        # No statement is new until its day comes.
        _statements(treaty).update(published_at=_BEFORE_EVERYTHING)
        subscriber = _subscriber(treaty, address, choice or Choice(), confirmed_at=confirmed_at)
        mails: list[ReplayedMail] = []
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            progress(day)
            mails += _one_day(treaty, subscriber, day)
        transaction.set_rollback(True)
    return mails


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(settings.ALERTS_MORNING_HOUR), UTC)


def _subscriber(treaty: Treaty, address: str, choice: Choice, *, confirmed_at: datetime) -> Subscriber:
    # Whoever really has this address steps aside until the rollback.
    Subscriber.objects.filter(email__iexact=address).update(email=f"{uuid.uuid4()}@replay.invalid")
    subscriber = Subscriber.objects.create(
        email=address, state=Subscriber.State.ACTIVE, created_at=confirmed_at, confirmed_at=confirmed_at
    )
    Subscription.objects.create(
        subscriber=subscriber,
        treaty=treaty,
        kinds=[*default_kinds(), *([AlertKind.STATEMENT] if choice.statements else [])],
        state=Subscription.State.ACTIVE,
        created_at=confirmed_at,
        confirmed_at=confirmed_at,
    )
    choose_delivery(subscriber, {"rhythm": choice.rhythm}, at=confirmed_at)
    return subscriber


def _statements(treaty: Treaty) -> QuerySet[Event]:
    return Event.objects.filter(treaties=treaty, statement__isnull=False, publication=PublicationState.PUBLISHED)


def _one_day(treaty: Treaty, subscriber: Subscriber, day: date) -> list[ReplayedMail]:
    at = _morning(day)
    settled = at - timedelta(seconds=settings.ALERTS_SETTLE_SECONDS)
    _statements(treaty).filter(latest=day).update(changed_at=settled, published_at=settled)
    recompute_treaty(treaty, at=settled)
    planning.plan(at=at, only_subscriber=subscriber.pk)
    claim = outbox.claim(at=at, limit=_MOST_A_DAY, only_subscriber=subscriber.pk)
    collector = _Collector()
    prefix = f"[Replay {write_day(day)}]"
    deliver(claim, collector, clock=lambda: at, prefix=prefix)
    sent = Alert.objects.filter(pk__in=[alert.pk for alert in claim.alerts], state=Alert.State.SENT)
    told = [alert for alert in claim.alerts if alert.pk in set(sent.values_list("pk", flat=True))]
    return [_mail(alert, content, day, at, prefix) for alert, content in zip(told, collector.taken, strict=True)]


def _mail(alert: Alert, content: bytes, day: date, at: datetime, prefix: str) -> ReplayedMail:
    headers = message_from_bytes(content, policy=policy.default)
    return ReplayedMail(
        day=day,
        kind=alert.kind,
        lead_days=None if alert.lead_days == Alert.NO_LEAD else alert.lead_days,
        days_left=facts_of(alert, at=at).days,
        due=alert.told_due,
        subject=str(headers["Subject"]).removeprefix(prefix).strip(),
        message_id=str(headers["Message-ID"]),
        content=content,
    )

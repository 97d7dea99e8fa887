"""How the outbox fares: what waits, what is late, what is stuck; one answer for command, monitor and metrics."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Min, Q
from redis import Redis
from redis.exceptions import RedisError

from alerts.models import Alert, BounceReport, Heartbeat, Subscriber
from alerts.services import outbox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

# A dispatch may be this many intervals late, and never less than so many seconds, before somebody is told.
_MISSED_DISPATCHES, _LEAST_SILENCE = 3, 180
_QUEUE = "celery"


@dataclass(frozen=True)
class OutboxStatus:
    """Counts of rows and seconds; `late`, `stuck`, `held`, `is_braked` and a long silence need somebody's attention.

    `oldest_due_seconds` and `last_dispatch_seconds` are None where there is no such mail or dispatch, `left_today`
    without a daily limit. `queued` counts the tasks that no worker has taken up; None if the broker does not answer.
    """

    waiting: int
    due: int
    late: int
    stuck: int
    failed: int
    held: int
    sent: int
    bounced: int
    left_today: int | None
    oldest_due_seconds: int | None
    last_dispatch_seconds: int | None
    queued: int | None

    @property
    def is_braked(self) -> bool:
        """Say whether the daily limit is reached."""
        return self.left_today == 0

    @property
    def troubles(self) -> list[str]:
        """Return what is wrong, each as a sentence; empty when mail flows."""
        late = f"{self.late} due for more than {outbox.LATE_MINUTES} minutes and never tried."
        sentences = [
            (self.late, late),
            (self.stuck, f"{self.stuck} held by a worker past its lease."),
            (self.held, f"{self.held} held, because it is unclear whether they arrived."),
            (self.is_braked, "The daily limit is reached: sending pauses until mails of the last day fall out of it."),
            (self._silence, self._silence),
        ]
        return [sentence for trouble, sentence in sentences if trouble]

    @property
    def _silence(self) -> str:
        """Return who is silent: beat gives a task to the broker, a worker takes it up and leaves its heartbeat."""
        longest = max(_LEAST_SILENCE, _MISSED_DISPATCHES * settings.ALERTS_DISPATCH_SECONDS)
        if self.last_dispatch_seconds is not None and self.last_dispatch_seconds <= longest:
            return ""
        ago = "yet" if self.last_dispatch_seconds is None else f"for {self.last_dispatch_seconds} seconds"
        if self.queued is None:
            return f"Nothing was dispatched {ago}: the broker does not answer."
        silent = "no worker takes tasks up" if self.queued else "beat is silent"
        return f"Nothing was dispatched {ago}: {silent}."

    def as_dict(self) -> dict[str, Any]:
        """Return the counts and the troubles."""
        return asdict(self) | {"is_braked": self.is_braked, "troubles": self.troubles}


def outbox_status(*, at: datetime) -> OutboxStatus:
    """Count the outbox at the instant `at`."""
    counts = counts_of(Alert, "state")
    due = outbox.due(at=at).aggregate(count=Count("pk"), oldest=Min("due_at"))
    beat = Heartbeat.objects.filter(name=Heartbeat.DISPATCH).first()
    return OutboxStatus(
        waiting=counts.get(Alert.State.PENDING, 0),
        due=due["count"],
        late=outbox.late(at=at).count(),
        stuck=Alert.objects.filter(state=Alert.State.CLAIMED, lease_until__lt=at).count(),
        failed=counts.get(Alert.State.FAILED, 0),
        held=counts.get(Alert.State.HELD, 0),
        sent=counts.get(Alert.State.SENT, 0),
        bounced=BounceReport.objects.filter(Q(kind=BounceReport.Kind.HARD) | Q(kind=BounceReport.Kind.SOFT)).count(),
        left_today=outbox.brake(at=at),
        oldest_due_seconds=_seconds(at - due["oldest"]) if due["oldest"] else None,
        last_dispatch_seconds=_seconds(at - beat.at) if beat else None,
        queued=_queued(),
    )


def counts_by_kind() -> Mapping[tuple[str, str], dict[str, int]]:
    """Return how many mails, reports and addresses there are, by name and by what they are told apart by."""
    return {
        ("alerts", "state"): counts_of(Alert, "state"),
        ("bounce_reports", "kind"): counts_of(BounceReport, "kind"),
        ("subscribers", "state"): counts_of(Subscriber, "state"),
    }


def counts_of(model: Any, column: str) -> dict[str, int]:
    """Return how many rows there are for each value of a column."""
    return dict(model.objects.order_by(column).values_list(column).annotate(Count("pk")))


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _queued() -> int | None:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as broker:
            return int(broker.llen(_QUEUE))
    except (RedisError, OSError):
        return None

"""How the outbox fares: what waits, what is late, what is stuck; one answer for command, monitor and metrics."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Min, Q
from redis import Redis
from redis.exceptions import RedisError

from alerts.models import Alert, BounceReport, FormMail, Heartbeat, Subscriber
from alerts.services import outbox, runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

# A dispatch may be this many intervals late, and never less than so many seconds, before somebody is told.
_MISSED_DISPATCHES, _LEAST_SILENCE = 3, 180
_QUEUE = "celery"
# Whatever is wrong with so many is wrong enough; a probe must not count a million of them.
COUNTED_AT_MOST = 10_000


@dataclass(frozen=True)
class MailFlow:
    """Counts of rows and seconds, each cheap to ask; what is not zero needs somebody's attention.

    Rows are counted up to `COUNTED_AT_MOST`. `late`: mails due for long and never tried; `stuck`: held by a worker past
    its lease; `held`: unclear whether they arrived; `unanswered`: mails asked for on a form long ago.
    `last_dispatch_seconds` and `last_plan_seconds` are None where that was never done, `left_today` without a daily
    limit. `queued` counts the tasks that no worker has taken up; None if the broker does not answer.
    """

    late: int
    stuck: int
    held: int
    unanswered: int
    left_today: int | None
    last_dispatch_seconds: int | None
    last_plan_seconds: int | None
    queued: int | None

    @property
    def is_braked(self) -> bool:
        """Say whether the daily limit is reached."""
        return self.left_today == 0

    @property
    def troubles(self) -> list[str]:
        """Return what is wrong, each as a sentence; empty when mail flows."""
        late = f"{self.late} due for more than {outbox.LATE_MINUTES} minutes and never tried."
        unanswered = f"{self.unanswered} asked for on a form more than {outbox.LATE_MINUTES} minutes ago and not sent."
        sentences = [
            (self.late, late),
            (self.stuck, f"{self.stuck} held by a worker past its lease."),
            (self.held, f"{self.held} held, because it is unclear whether they arrived."),
            (self.unanswered, unanswered),
            (self.is_braked, "The daily limit is reached: sending pauses until mails of the last day fall out of it."),
            (self._silence, self._silence),
        ]
        return [sentence for trouble, sentence in sentences if trouble]

    @property
    def _silence(self) -> str:
        """Return who is silent: beat gives a task to the broker, a worker takes it up and leaves its heartbeat."""
        if _is_silent(self.last_dispatch_seconds):
            return f"Nothing was dispatched {_ago(self.last_dispatch_seconds)}: {self._who_is_silent}."
        if _is_silent(self.last_plan_seconds):
            return f"Nothing was planned {_ago(self.last_plan_seconds)}, though workers run: planning fails."
        return ""

    @property
    def _who_is_silent(self) -> str:
        if self.queued is None:
            return "the broker does not answer"
        return "no worker takes tasks up" if self.queued else "beat is silent"


def _is_silent(seconds: int | None) -> bool:
    return seconds is None or seconds > max(_LEAST_SILENCE, _MISSED_DISPATCHES * settings.ALERTS_DISPATCH_SECONDS)


def _ago(seconds: int | None) -> str:
    return "yet" if seconds is None else f"for {seconds} seconds"


@dataclass(frozen=True)
class OutboxStatus:
    """How mail flows, and how many rows there are of each sort; `oldest_due_seconds` is None if nothing is due."""

    flow: MailFlow
    waiting: int
    due: int
    failed: int
    sent: int
    bounced: int
    oldest_due_seconds: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return the counts and the troubles."""
        counts = asdict(self)
        return counts | counts.pop("flow") | {"is_braked": self.flow.is_braked, "troubles": self.flow.troubles}


def mail_flow(*, at: datetime) -> MailFlow:
    """Ask what is wrong at the instant `at`, by indexes and never far, so that probes may ask every second."""
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    return MailFlow(
        late=_few(outbox.late(at=at)),
        stuck=_few(Alert.objects.filter(state=Alert.State.CLAIMED, lease_until__lt=at)),
        held=_few(Alert.objects.filter(state=Alert.State.HELD)),
        unanswered=_few(FormMail.objects.filter(asked_at__lt=at - timedelta(minutes=outbox.LATE_MINUTES))),
        left_today=outbox.brake(at=at),
        last_dispatch_seconds=_since(seen.get(Heartbeat.DISPATCH), at),
        last_plan_seconds=_since(seen.get(Heartbeat.PLAN), at),
        queued=_queued(),
    )


def outbox_status(*, at: datetime) -> OutboxStatus:
    """Count the outbox at the instant `at`, to the last mail that the relay took."""
    runs.fold_open(at=at)
    counts = counts_of(Alert, "state")
    due = outbox.due(at=at).aggregate(count=Count("pk"), oldest=Min("due_at"))
    return OutboxStatus(
        flow=mail_flow(at=at),
        waiting=counts.get(Alert.State.PENDING, 0),
        due=due["count"],
        failed=counts.get(Alert.State.FAILED, 0),
        sent=counts.get(Alert.State.SENT, 0),
        bounced=BounceReport.objects.filter(Q(kind=BounceReport.Kind.HARD) | Q(kind=BounceReport.Kind.SOFT)).count(),
        oldest_due_seconds=_since(due["oldest"], at),
    )


def _few(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:COUNTED_AT_MOST].count()


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


def _since(moment: datetime | None, at: datetime) -> int | None:
    return int((at - moment).total_seconds()) if moment else None


def _queued() -> int | None:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as broker:
            return int(broker.llen(_QUEUE))
    except (RedisError, OSError):
        return None

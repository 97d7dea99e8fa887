"""How the outbox fares: what waits, what is late, what is stuck; one answer for command and monitor."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from alerts.models import Alert
from alerts.services import outbox

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class OutboxStatus:
    """Counts of rows; `late`, `stuck`, `failed`, `held` and `is_braked` need somebody's attention."""

    waiting: int
    due: int
    late: int
    stuck: int
    failed: int
    held: int
    sent: int
    is_braked: bool

    @property
    def troubles(self) -> list[str]:
        """Return what is wrong, each as a sentence; empty when mail flows."""
        late = f"{self.late} due for more than {outbox.LATE_MINUTES} minutes and never tried."
        sentences = [
            (self.late, late),
            (self.stuck, f"{self.stuck} held by a worker past its lease."),
            (self.held, f"{self.held} held, because it is unclear whether they arrived."),
            (self.is_braked, "The daily limit is reached: sending pauses until mails of the last day fall out of it."),
        ]
        return [sentence for count, sentence in sentences if count]

    def as_dict(self) -> dict[str, Any]:
        """Return the counts and the troubles."""
        return asdict(self) | {"troubles": self.troubles}


def outbox_status(*, at: datetime) -> OutboxStatus:
    """Count the outbox at the instant `at`."""
    is_due = Q(state=Alert.State.PENDING, due_at__lte=at, not_after__gt=at)
    counts = Alert.objects.aggregate(
        waiting=Count("pk", filter=Q(state=Alert.State.PENDING)),
        due=Count("pk", filter=is_due),
        stuck=Count("pk", filter=Q(state=Alert.State.CLAIMED, lease_until__lt=at)),
        failed=Count("pk", filter=Q(state=Alert.State.FAILED)),
        held=Count("pk", filter=Q(state=Alert.State.HELD)),
        sent=Count("pk", filter=Q(state=Alert.State.SENT)),
    )
    return OutboxStatus(**counts, late=outbox.late(at=at).count(), is_braked=outbox.brake(at=at) == 0)

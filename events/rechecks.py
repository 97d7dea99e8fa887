"""What has not been looked at for too long: treaties not reviewed, clocks that end soon and were never re-checked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Max, Q

from events.models import Deadline, Recheck
from treaties.models import Treaty

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

REVIEW_DAYS = 180
ENDING_DAYS = 30


def mark_rechecked(rows: Iterable[Treaty] | Iterable[Deadline], *, by: User | None, at: datetime) -> int:
    """Note that each treaty, or each clock, was compared with its sources at `at` and stands; returns how many."""
    notes = [_note(row, checked_by=by, checked_at=at) for row in rows]
    return len(Recheck.objects.bulk_create(notes))


def _note(row: Treaty | Deadline, **seen: Any) -> Recheck:
    return Recheck(treaty=row, **seen) if isinstance(row, Treaty) else Recheck(deadline=row, **seen)


def treaties_not_reviewed(*, at: datetime, days: int = REVIEW_DAYS) -> QuerySet[Any]:
    """Return published treaties that nobody has reviewed in the last `days` days, the longest unseen first."""
    seen = Treaty.objects.published().annotate(last_review=Max("rechecks__checked_at"))
    unseen = seen.filter(Q(last_review=None) | Q(last_review__lt=at - timedelta(days=days)))
    return unseen.order_by(F("last_review").asc(nulls_first=True), "short_name")


def clocks_ending(*, at: datetime, days: int = ENDING_DAYS) -> QuerySet[Deadline]:
    """Return running clocks that end within `days` days."""
    return Deadline.objects.on_record().filter(
        state=Deadline.State.RUNNING, due_earliest__range=(at.date(), (at + timedelta(days=days)).date())
    )


def clocks_ending_unchecked(*, at: datetime, days: int = ENDING_DAYS) -> QuerySet[Deadline]:
    """Return running clocks that end within `days` days and were never re-checked since their date last changed."""
    return (
        clocks_ending(at=at, days=days)
        .exclude(rechecks__checked_at__gte=F("changed_at"))
        .select_related("provision__treaty", "party")
        .order_by("due_earliest", "pk")
    )

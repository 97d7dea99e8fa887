"""Letting go the mail that an editor's change held back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from events.models import Change, Deadline
from events.signals import deadlines_changed

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def release_mail(change: Change, *, at: datetime) -> bool:
    """Let mail go out about the clocks that the change moved; whoever is concerned is told once, with the true dates.

    Returns False if nothing was held (any more).
    """
    released = Change.objects.filter(pk=change.pk, mail_held=True).update(mail_held=False, mail_released_at=at)
    if released:
        moved = [move["slug"] for move in change.moves]
        clocks = Deadline.objects.filter(slug__in=moved) | Deadline.objects.filter(change=change)
        deadlines_changed.send(sender=Deadline, deadline_ids=list(clocks.values_list("pk", flat=True).distinct()))
    return bool(released)

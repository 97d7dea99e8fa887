"""When somebody last looked at a treaty or a clock and found it right."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.models.deadlines import Deadline
from treaties.models import Treaty


class Recheck(models.Model):
    """An editor's word that a treaty's record, or one clock, was compared with its sources and stands."""

    treaty = models.ForeignKey(Treaty, null=True, blank=True, on_delete=models.CASCADE, related_name="rechecks")
    deadline = models.ForeignKey(Deadline, null=True, blank=True, on_delete=models.CASCADE, related_name="rechecks")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="rechecks"
    )
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["-checked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(treaty__isnull=True, deadline__isnull=False)
                | Q(treaty__isnull=False, deadline__isnull=True),
                name="recheck_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.treaty or self.deadline} checked {self.checked_at:%Y-%m-%d}"

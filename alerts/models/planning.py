"""What planning remembers, so that a sweep costs what is due: it may all be deleted, and only costs a longer sweep."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from alerts.models.kinds import AlertKind


class FullyPlanned(models.Model):
    """All followers of one clock, or of one statement, were asked whether they want this kind of mail.

    Holds while the subject is the same and `at` lies in [since, until); until is empty where time alone brings nothing.
    What changes about a follower meanwhile is a row of `AskAgain`.
    """

    kind = models.CharField(max_length=12, choices=AlertKind.choices)
    about_id = models.BigIntegerField(help_text="The deadline's id, or the event's of a statement.")
    signature = models.JSONField(help_text="All about the subject that the answer depends on, as it was then.")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "about_id"], name="fully_planned_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="fully_planned_for_a_while"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} about {self.about_id}"


class AskAgain(models.Model):
    """A subscriber who may want something that was not wanted before; written by triggers in the writer's transaction.

    Not a foreign key, and one row for each change: writers must wait neither for planners nor for each other.
    """

    subscriber_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"subscriber {self.subscriber_id}"

"""The intake desk: a pasted article, and what it was found to say, until an editor has decided on each."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from events.models.events import Event
from treaties.models import ArchivedCopy, Source


class Intake(models.Model):
    """An article on the desk: its source, the copy that was read, and who pasted it."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="intakes")
    copy = models.ForeignKey(ArchivedCopy, on_delete=models.PROTECT, related_name="intakes")
    published_on = models.DateField(help_text="Against which weekdays and dates without a year were read.")
    pasted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="intakes"
    )
    pasted_at = models.DateTimeField()

    class Meta:
        ordering = ["-pasted_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["copy"], name="intake_reads_a_copy_once")]

    def __str__(self) -> str:
        return str(self.source)

    @property
    def text(self) -> str:
        """Return the article as it was pasted."""
        return bytes(self.copy.content).decode("utf-8")


class IntakeFinding(models.Model):
    """One proposal, with its passage; accepted it becomes a draft, and stays as the trace of where that came from."""

    class State(models.TextChoices):
        OPEN = "open", "To decide"
        ACCEPTED = "accepted", "Accepted as a draft"
        DROPPED = "dropped", "Dropped"

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveIntegerField()
    proposal = models.JSONField(encoder=DjangoJSONEncoder)
    start = models.PositiveIntegerField(help_text="Where the passage begins in the article.")
    passage = models.TextField()
    twin = models.ForeignKey(
        Event,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="found_again",
        help_text="The entry that says the same already.",
    )
    event = models.ForeignKey(
        Event,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="found_in",
        help_text="The draft it became.",
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="intake_decisions"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["intake", "position"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "position"], name="finding_one_for_a_place"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | ~Q(state="open") & Q(decided_at__isnull=False),
                name="finding_decided_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.get('speaker') or self.proposal.get('kind')}: {self.passage[:60]}"

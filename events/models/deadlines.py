"""The dates that follow from provisions and their triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.changes import Change
from events.models.events import Event
from events.querysets import DeadlineQuerySet
from treaties.addresses import in_readers_language
from treaties.history import keep_history
from treaties.models import ParticipationAct, Party, Provision, Source
from treaties.zones import KnowsZone

if TYPE_CHECKING:
    from datetime import date


@keep_history
class Deadline(models.Model):
    """A date derived from a provision and its trigger; nobody types it in.

    `version` rises only when a date or the state changes: mails are keyed by it.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        TOOK_EFFECT = "took_effect", _("Took effect")
        REVOKED = "revoked", _("Revoked")
        PAUSED = "paused", _("Paused")
        SUPERSEDED = "superseded", _("Superseded")
        WITHDRAWN = "withdrawn", _("No longer on record")
        UNDETERMINED = "undetermined", _("No date can be computed")

    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="deadlines")
    trigger = models.ForeignKey(
        Event,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="deadlines",
        help_text="Empty once the event that started the clock has been taken off the record.",
    )
    act = models.ForeignKey(
        ParticipationAct,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="deadlines",
        help_text="The party's own act from which its obligation is counted, where no event starts the clock.",
    )
    occurrence = models.DateField(null=True, blank=True, help_text="The day, of a date that comes again.")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="deadlines")
    slug = models.SlugField(max_length=200, unique=True)
    title = models.CharField(max_length=240)
    started_on = models.DateField(null=True, help_text="The latest day on which the trigger can have happened.")
    due_earliest = models.DateField(null=True)
    due_latest = models.DateField(null=True)
    due_time = models.CharField(max_length=5, blank=True)
    zone = models.CharField(max_length=60, default="UTC", help_text="IANA zone by whose calendar days are counted.")
    state = models.CharField(max_length=14, choices=State.choices)
    state_since = models.DateField(help_text="The day from which the state holds.")
    undetermined_reason = models.TextField(blank=True)
    steps = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    life = models.JSONField(
        default=list,
        encoder=DjangoJSONEncoder,
        help_text="From which day on which state and date held: a past day is shown as it stood.",
    )
    readings = models.JSONField(
        default=list, encoder=DjangoJSONEncoder, help_text="Of a disputed date: who reads it how, the earliest first."
    )
    citation = models.CharField(max_length=240, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    opened_at = models.DateTimeField(help_text="The instant at which the clock came, or came back, onto the record.")
    change = models.ForeignKey(
        Change,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="deadlines",
        help_text="The editor's change that brought the present version; empty if none did.",
    )
    override_due = models.DateField(null=True, blank=True, help_text="An editor's date, shown beside the computed one.")
    override_reason = models.TextField(blank=True, help_text="Public. Required with an override.")

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_earliest", "slug"]
        constraints = [
            # One zone that the database does not know would stop the planning of everybody's mail.
            models.CheckConstraint(condition=KnowsZone("zone"), name="deadline_zone_is_known"),
            models.UniqueConstraint(
                fields=["provision", "trigger", "party"],
                nulls_distinct=False,
                condition=Q(trigger__isnull=False),
                name="deadline_one_row_for_a_trigger",
            ),
            models.UniqueConstraint(
                fields=["provision", "act"], condition=Q(act__isnull=False), name="deadline_one_row_for_an_act"
            ),
            models.UniqueConstraint(
                fields=["provision", "occurrence"],
                condition=Q(occurrence__isnull=False),
                name="deadline_one_row_for_an_occurrence",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="deadline_version_counts_from_one"),
            models.CheckConstraint(
                condition=Q(due_earliest__isnull=True, due_latest__isnull=True)
                | Q(due_earliest__isnull=False, due_latest__gte=F("due_earliest")),
                name="deadline_dates_come_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="undetermined", due_earliest__isnull=True)
                | ~Q(state="undetermined") & (Q(due_earliest__isnull=False) | Q(state="withdrawn")),
                name="deadline_without_date_is_undetermined",
            ),
            models.CheckConstraint(
                condition=Q(override_due__isnull=True) | ~Q(override_reason=""),
                name="deadline_override_gives_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["due_earliest"], condition=Q(state="running"), name="deadline_running_by_date"),
            models.Index(fields=["due_latest", "slug"], name="deadline_by_last_day"),
            models.Index(fields=["-changed_at", "-slug"], name="deadline_latest_change"),
            models.Index(fields=["zone"], name="deadline_zones"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.due or 'no date'})"

    def get_absolute_url(self) -> str:
        """Return the permanent address of the deadline."""
        return in_readers_language(f"/deadlines/{self.slug}/")

    @property
    def state_label(self) -> str:
        """Return the state in words."""
        return str(Deadline.State(self.state).label)

    @property
    def due(self) -> date | None:
        """Return the day to prepare for: the editor's date where one overrides, else the earliest computed."""
        return self.override_due or self.due_earliest


@keep_history
class DisputedReading(models.Model):
    """One of several ways in which a trigger is read under a clause: who holds it, and how it counts."""

    trigger = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="disputed_readings")
    provision = models.ForeignKey(Provision, on_delete=models.CASCADE, related_name="disputed_readings")
    holder = models.CharField(max_length=200, help_text="Who reads it so.")
    rule = models.JSONField(
        null=True, blank=True, help_text="How this reading counts from the trigger; empty if it holds: never."
    )
    reason = models.TextField(help_text="The argument, in our words.")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="disputed_readings")

    class Meta:
        ordering = ["trigger", "holder"]
        constraints = [
            models.UniqueConstraint(fields=["trigger", "provision", "holder"], name="reading_one_for_a_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} on {self.trigger}"

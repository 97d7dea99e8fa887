"""What happened, what was said, and the deadlines that follow.

An event's date keeps the precision of its source: `date` is an EDTF expression, from which `earliest` and
`latest` are derived when the row is saved, so that the database can sort and filter without inventing a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from events.querysets import DeadlineQuerySet, EventQuerySet
from treaties.history import keep_history
from treaties.models import (
    Official,
    ParticipationAct,
    Party,
    Provision,
    PublicationState,
    SlugManager,
    Source,
    Treaty,
)

if TYPE_CHECKING:
    from datetime import date


@keep_history
class Event(models.Model):
    """Something that happened, or was said, on a date as precise as its source."""

    class Kind(models.TextChoices):
        SIGNATURE = "signature", "Signature"
        RATIFICATION = "ratification", "Ratification or accession"
        ADOPTION = "adoption", "Adoption"
        ENTRY_INTO_FORCE = "entry_into_force", "Entry into force"
        NOTICE_OF_WITHDRAWAL = "notice_of_withdrawal", "Notice of withdrawal"
        REVOCATION_OF_NOTICE = "revocation_of_notice", "Notice revoked"
        PAUSE_OF_NOTICE = "pause_of_notice", "Notice suspended"
        RESUMPTION_OF_NOTICE = "resumption_of_notice", "Notice resumed"
        WITHDRAWAL_EFFECT = "withdrawal_effect", "Withdrawal takes effect"
        SUSPENSION = "suspension", "Suspension"
        EXTENSION = "extension", "Extension"
        EXPIRY = "expiry", "Expiry"
        SUPERSESSION = "supersession", "Superseded by another treaty"
        ANNOUNCEMENT = "announcement", "Announcement"
        SNAPBACK_NOTIFICATION = "snapback_notification", "Snapback notification"
        DECISION = "decision", "Decision or resolution"
        ORDER = "order", "Law or order"
        STATEMENT = "statement", "Statement"
        ACCUSATION = "accusation", "Compliance claim"
        DENIAL = "denial", "Denial"
        APPEAL = "appeal", "Appeal"
        MEETING = "meeting", "Meeting"
        TALKS = "talks", "Talks"
        REPORT = "report", "Report or assessment"
        MILESTONE = "milestone", "Milestone"
        FACT = "fact", "Treaty fact"

    class Basis(models.TextChoices):
        STATED = "stated", "The source states the date"
        INFERRED = "inferred", "Inferred from the context of the source"

    slug = models.SlugField(max_length=140, unique=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    date = models.CharField(
        max_length=60, help_text="An EDTF expression: 2019-02-02, 2019-02, 2014, 2017-09/2017-12 for late 2017, …"
    )
    date_wording = models.CharField(
        max_length=60, blank=True, help_text="The words of the source when it is coarse: late 2017."
    )
    date_basis = models.CharField(max_length=10, choices=Basis.choices, default=Basis.STATED)
    earliest = models.DateField(editable=False)
    latest = models.DateField(editable=False)
    until = models.DateField(
        null=True, blank=True, help_text="The date that the document itself sets: of an extension, of a suspension."
    )
    treaties = models.ManyToManyField(Treaty, blank=True, related_name="events")
    actor = models.ForeignKey(
        Party,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="acts",
        help_text="Who acted or spoke.",
    )
    parties = models.ManyToManyField(Party, blank=True, related_name="events", verbose_name="other parties concerned")
    title = models.CharField(max_length=240)
    summary = models.TextField(blank=True)
    place = models.CharField(max_length=120, blank=True)
    sources = models.ManyToManyField(Source, blank=True, related_name="events")
    publication = models.CharField(max_length=12, choices=PublicationState.choices, default=PublicationState.DRAFT)
    verified = models.BooleanField(default=True, help_text="Read in the source given.")
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SlugManager.from_queryset(EventQuerySet)()

    class Meta:
        ordering = ["-earliest", "-latest", "slug"]
        constraints = [
            models.CheckConstraint(condition=Q(latest__gte=F("earliest")), name="event_latest_not_before_earliest"),
            models.CheckConstraint(condition=~Q(title=""), name="event_has_a_title"),
            models.CheckConstraint(
                condition=Q(publication__in=["draft", "published", "withdrawn"]),
                name="event_publication_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["-earliest", "-latest", "slug"], name="event_timeline"),
            models.Index(fields=["kind", "earliest"], name="event_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.date_wording or self.date}: {self.title}"

    def get_absolute_url(self) -> str:
        """Return the permanent address of the event."""
        return f"/events/{self.slug}/"

    def natural_key(self) -> tuple[str]:
        """Return the slug."""
        return (self.slug,)


@keep_history
class Statement(Event):
    """An event in which somebody said something."""

    class Stance(models.TextChoices):
        ACCUSES = "accuses", "Accuses"
        DENIES = "denies", "Denies"
        SUPPORTS = "supports", "Supports"
        OPPOSES = "opposes", "Opposes"
        SUSPENDS = "suspends", "Suspends"
        WITHDRAWS = "withdraws", "Withdraws"
        APPEALS = "appeals", "Urges talks"
        WARNS = "warns", "Warns"
        PLEDGES = "pledges", "Pledges"
        ANNOUNCES = "announces", "Announces"
        REMARKS = "remarks", "Remarks"

    speaker = models.ForeignKey(Official, null=True, blank=True, on_delete=models.PROTECT, related_name="statements")
    body = models.CharField(
        "speaking body", max_length=160, blank=True, help_text="When no person is named: US State Department."
    )
    stance = models.CharField(max_length=12, choices=Stance.choices)
    targets = models.ManyToManyField(Party, blank=True, related_name="statements_about")
    obligation = models.CharField(
        "obligation concerned",
        max_length=240,
        blank=True,
        help_text="What is said to be breached or at stake.",
    )
    quotation = models.TextField(blank=True, help_text="Verbatim from the source, one or two sentences.")
    responds_to = models.ForeignKey(Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="responses")

    objects = SlugManager.from_queryset(EventQuerySet)()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(speaker__isnull=False) | ~Q(body=""), name="statement_has_a_speaker"),
            models.CheckConstraint(
                condition=Q(responds_to__isnull=True) | ~Q(responds_to=F("event_ptr")),
                name="statement_does_not_answer_itself",
            ),
        ]


@keep_history
class Deadline(models.Model):
    """A date derived from a provision and its trigger; nobody types it in.

    `version` rises only when a date or the state changes: mails are keyed by it.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        TOOK_EFFECT = "took_effect", "Took effect"
        REVOKED = "revoked", "Revoked"
        PAUSED = "paused", "Paused"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "No longer on record"
        UNDETERMINED = "undetermined", "No date can be computed"

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
    override_due = models.DateField(null=True, blank=True, help_text="An editor's date, shown beside the computed one.")
    override_reason = models.TextField(blank=True, help_text="Public. Required with an override.")

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_earliest", "slug"]
        constraints = [
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
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.due or 'no date'})"

    def get_absolute_url(self) -> str:
        """Return the permanent address of the deadline."""
        return f"/deadlines/{self.slug}/"

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

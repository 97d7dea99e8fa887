"""What happened and what was said.

An event's date keeps the precision of its source: `date` is an EDTF expression, from which `earliest` and
`latest` are derived when the row is saved, so that the database can sort and filter without inventing a day.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from events.querysets import EventQuerySet
from treaties.history import keep_history
from treaties.models import Official, Party, PublicationState, SlugManager, Source, Treaty


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

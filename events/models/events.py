"""What happened and what was said.

An event's date keeps the precision of its source: `date` is an EDTF expression, from which `earliest` and
`latest` are derived when the row is saved, so that the database can sort and filter without inventing a day.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.dates import figures_or_words
from events.models.text_indexes import any_part_of
from events.querysets import EventQuerySet
from treaties.addresses import in_readers_language
from treaties.history import keep_history_with
from treaties.models import Official, Party, PublicationState, SlugManager, Source, Treaty
from treaties.models.labels import label_of

# What is published becomes news then, however long it was a draft, and however often it is corrected afterwards. Kept
# by the database, so that imports and bare SQL are dated too; the writer's own time is used where it is told.
_KEEP_PUBLISHED_AT = """
IF NEW.publication <> 'published' THEN
    NEW.published_at = NULL;
ELSIF TG_OP = 'INSERT' THEN
    NEW.published_at = COALESCE(NEW.published_at, NEW.changed_at);
ELSIF OLD.publication = 'published' THEN
    NEW.published_at = OLD.published_at;
ELSIF NEW.changed_at IS DISTINCT FROM OLD.changed_at THEN
    NEW.published_at = NEW.changed_at;
ELSE
    NEW.published_at = NOW();
END IF;
RETURN NEW;
"""


@keep_history_with(
    models.Index(fields=["-earliest", "-latest", "slug"], name="event_history_in_order"),
    models.Index(fields=["-changed_at", "pgh_obj"], name="event_history_latest_change"),
    any_part_of("title", "summary", name="event_history_by_part_of_text"),
)
class Event(models.Model):
    """Something that happened, or was said, on a date as precise as its source."""

    class Kind(models.TextChoices):
        SIGNATURE = "signature", _("Signature")
        RATIFICATION = "ratification", _("Ratification or accession")
        ADOPTION = "adoption", _("Adoption")
        ENTRY_INTO_FORCE = "entry_into_force", _("Entry into force")
        NOTICE_OF_WITHDRAWAL = "notice_of_withdrawal", _("Notice of withdrawal")
        REVOCATION_OF_NOTICE = "revocation_of_notice", _("Notice revoked")
        PAUSE_OF_NOTICE = "pause_of_notice", _("Notice suspended")
        RESUMPTION_OF_NOTICE = "resumption_of_notice", _("Notice resumed")
        WITHDRAWAL_EFFECT = "withdrawal_effect", _("Withdrawal takes effect")
        SUSPENSION = "suspension", _("Suspension")
        EXTENSION = "extension", _("Extension")
        EXPIRY = "expiry", _("Expiry")
        SUPERSESSION = "supersession", _("Superseded by another treaty")
        ANNOUNCEMENT = "announcement", _("Announcement")
        SNAPBACK_NOTIFICATION = "snapback_notification", _("Snapback notification")
        DECISION = "decision", _("Decision or resolution")
        ORDER = "order", _("Law or order")
        STATEMENT = "statement", _("Statement")
        ACCUSATION = "accusation", _("Compliance claim")
        DENIAL = "denial", _("Denial")
        APPEAL = "appeal", _("Appeal")
        MEETING = "meeting", _("Meeting")
        TALKS = "talks", _("Talks")
        REPORT = "report", _("Report or assessment")
        MILESTONE = "milestone", _("Milestone")
        FACT = "fact", _("Treaty fact")

    class Basis(models.TextChoices):
        STATED = "stated", _("The source states the date")
        INFERRED = "inferred", _("Inferred from the context of the source")

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
    published_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when readers see it; the database itself keeps it."
    )

    objects = SlugManager.from_queryset(EventQuerySet)()

    # What `for_timeline` and `with_treaties` fetched along; other rows have none of these.
    listed_sources: list[Source]
    listed_parties: list[Party]
    listed_treaties: list[Treaty]

    class Meta:
        ordering = ["-earliest", "-latest", "slug"]
        constraints = [
            models.CheckConstraint(condition=Q(latest__gte=F("earliest")), name="event_latest_not_before_earliest"),
            models.CheckConstraint(condition=~Q(title=""), name="event_has_a_title"),
            models.CheckConstraint(
                condition=Q(publication__in=["draft", "published", "withdrawn"]),
                name="event_publication_is_known",
            ),
            models.CheckConstraint(
                condition=Q(publication="published", published_at__isnull=False)
                | ~Q(publication="published") & Q(published_at__isnull=True),
                name="event_published_says_since_when",
            ),
        ]
        indexes = [
            models.Index(fields=["-earliest", "-latest", "slug"], name="event_timeline"),
            models.Index(fields=["kind", "earliest"], name="event_by_kind"),
            models.Index(fields=["-changed_at", "id"], name="event_latest_change"),
            models.Index(fields=["actor", "id"], condition=Q(publication="published"), name="event_published_of_actor"),
            # The desk's lists of the few rows among the many.
            models.Index(
                fields=["-earliest"], condition=~Q(publication="published"), name="event_that_readers_do_not_see"
            ),
            models.Index(fields=["-earliest"], condition=Q(verified=False), name="event_not_verified"),
            any_part_of("title", "summary", name="event_by_any_part_of_text"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="keep_published_at",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("publication"),
                func=_KEEP_PUBLISHED_AT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.date_wording or figures_or_words(self.date)}: {self.title}"

    def get_absolute_url(self) -> str:
        """Return the permanent address of the event."""
        return in_readers_language(f"/events/{self.slug}/")

    def natural_key(self) -> tuple[str]:
        """Return the slug."""
        return (self.slug,)

    def get_kind_display(self) -> str:  # type: ignore[no-redef]  # the plug-in declares Django's own
        """Return the kind in words."""
        return label_of(Event.Kind, self.kind)


@keep_history_with(any_part_of("quotation", name="statement_history_by_part"))
class Statement(Event):
    """An event in which somebody said something."""

    class Stance(models.TextChoices):
        ACCUSES = "accuses", _("Accuses")
        DENIES = "denies", _("Denies")
        SUPPORTS = "supports", _("Supports")
        OPPOSES = "opposes", _("Opposes")
        SUSPENDS = "suspends", _("Suspends")
        WITHDRAWS = "withdraws", _("Withdraws")
        APPEALS = "appeals", _("Urges talks")
        WARNS = "warns", _("Warns")
        PLEDGES = "pledges", _("Pledges")
        ANNOUNCES = "announces", _("Announces")
        REMARKS = "remarks", _("Remarks")

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

    listed_targets: list[Party]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(speaker__isnull=False) | ~Q(body=""), name="statement_has_a_speaker"),
            models.CheckConstraint(
                condition=Q(responds_to__isnull=True) | ~Q(responds_to=F("event_ptr")),
                name="statement_does_not_answer_itself",
            ),
        ]
        indexes = [any_part_of("quotation", name="statement_by_part_of_quotation")]

    def get_stance_display(self) -> str:  # type: ignore[no-redef]  # the plug-in declares Django's own
        """Return the stance in words."""
        return label_of(Statement.Stance, self.stance)

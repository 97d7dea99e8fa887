"""Reference data: treaties, their provisions, who is party to them, who speaks, and on which source we say so.

Text columns use "" for "not given" (never NULL), so that a filter has one spelling of "unknown".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from treaties.history import keep_history
from treaties.querysets import OfficialQuerySet, ParticipationQuerySet, PartyQuerySet, TreatyQuerySet

if TYPE_CHECKING:
    from datetime import date


class SlugManager(models.Manager):
    """Finds rows by slug: the natural key of every row that the shipped record names."""

    def get_by_natural_key(self, slug: str) -> models.Model:
        """Return the row with this slug."""
        return self.get(slug=slug)


@keep_history
class Source(models.Model):
    """A published text on which rows of the record rest."""

    slug = models.SlugField(max_length=120, unique=True)
    publisher = models.CharField(max_length=200)
    title = models.CharField(max_length=400)
    url = models.URLField(
        "address", max_length=1000, blank=True, help_text="Empty only for a text without a known address."
    )
    published_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=8, default="en")
    read_on = models.DateField("date read", null=True, blank=True)
    archived_copy = models.URLField(max_length=1000, blank=True)
    note = models.TextField(blank=True)

    objects = SlugManager()

    class Meta:
        ordering = ["publisher", "title"]
        constraints = [
            models.CheckConstraint(condition=~Q(publisher="") & ~Q(title=""), name="source_has_publisher_and_title"),
            models.UniqueConstraint(fields=["url"], condition=~Q(url=""), name="source_address_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"

    def natural_key(self) -> tuple[str]:
        """Return the slug."""
        return (self.slug,)


@keep_history
class Party(models.Model):
    """A state, an international organisation, or a state that others have succeeded."""

    class Kind(models.TextChoices):
        STATE = "state", "State"
        ORGANISATION = "organisation", "International organisation"
        PREDECESSOR = "predecessor", "Predecessor state"

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.STATE)
    iso_code = models.CharField("ISO 3166-1 alpha-2 code", max_length=2, blank=True)
    aliases = ArrayField(
        models.CharField(max_length=120),
        default=list,
        blank=True,
        help_text="Other names, and the capital as the press uses it, separated by commas.",
    )
    succeeded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )

    objects = SlugManager.from_queryset(PartyQuerySet)()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(fields=["iso_code"], condition=~Q(iso_code=""), name="party_iso_code_is_unique"),
            models.CheckConstraint(
                condition=Q(succeeded_by__isnull=True) | Q(kind="predecessor"),
                name="party_only_predecessors_are_succeeded",
            ),
            models.CheckConstraint(condition=~Q(succeeded_by=F("id")), name="party_does_not_succeed_itself"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the party's public page."""
        return f"/parties/{self.slug}/"

    def natural_key(self) -> tuple[str]:
        """Return the slug."""
        return (self.slug,)


@keep_history
class Official(models.Model):
    """A person in one office, with the dates of that office; speaks for a party."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=200)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="officials")
    held_from = models.DateField(null=True, blank=True, help_text="First day in office; empty if not known.")
    held_to = models.DateField(null=True, blank=True, help_text="Last day in office; empty if not known.")
    sources = models.ManyToManyField(Source, blank=True, related_name="officials")

    objects = SlugManager.from_queryset(OfficialQuerySet)()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_from__isnull=True) | Q(held_to__isnull=True) | Q(held_to__gte=F("held_from")),
                name="official_office_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["name", "office"], name="official_one_row_for_an_office"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.office}"

    def natural_key(self) -> tuple[str]:
        """Return the slug."""
        return (self.slug,)


class PublicationState(models.TextChoices):
    """Where a row stands on its way to the reader; only published rows are public."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


@keep_history
class Treaty(models.Model):
    """An agreement that binds parties. Its status on a day is derived, never stored."""

    class Laterality(models.TextChoices):
        BILATERAL = "bilateral", "Bilateral"
        PLURILATERAL = "plurilateral", "Several parties"
        REGIONAL = "regional", "Regional"
        MULTILATERAL = "multilateral", "Multilateral"

    slug = models.SlugField(max_length=80, unique=True)
    short_name = models.CharField(max_length=120, unique=True)
    official_name = models.TextField()
    aliases = ArrayField(
        models.CharField(max_length=120),
        default=list,
        blank=True,
        help_text="Other names by which the treaty is known, separated by commas.",
    )
    laterality = models.CharField(max_length=20, choices=Laterality.choices)
    signed_on = models.DateField("opened or signed on", null=True, blank=True)
    signed_at = models.CharField("place", max_length=200, blank=True)
    entered_into_force_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True, help_text="The day on which the treaty ceased to be in force.")
    end_reason = models.CharField(max_length=300, blank=True, help_text="Terminated, expired, superseded by …")
    depositaries = models.ManyToManyField(Party, blank=True, related_name="depositary_of")
    un_registration = models.CharField("UN registration", max_length=60, blank=True)
    scope = models.TextField("what it bans or limits", blank=True)
    summary = models.TextField(blank=True)
    sources = models.ManyToManyField(Source, blank=True, related_name="treaties")
    publication = models.CharField(max_length=12, choices=PublicationState.choices, default=PublicationState.DRAFT)
    verified = models.BooleanField(default=False, help_text="Each fact of this row was read in its source.")

    objects = SlugManager.from_queryset(TreatyQuerySet)()

    class Meta:
        ordering = ["short_name"]
        verbose_name_plural = "treaties"
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True)
                | Q(entered_into_force_on__isnull=True)
                | Q(entered_into_force_on__gte=F("signed_on")),
                name="treaty_enters_into_force_after_signature",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(entered_into_force_on__isnull=True)
                | Q(ended_on__gte=F("entered_into_force_on")),
                name="treaty_ends_after_entry_into_force",
            ),
            models.CheckConstraint(
                condition=Q(publication__in=["draft", "published", "withdrawn"]),
                name="treaty_publication_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        """Return the address of the treaty's public page."""
        return f"/treaties/{self.slug}/"

    def natural_key(self) -> tuple[str]:
        """Return the slug."""
        return (self.slug,)

    def status_at(self, day: date) -> str:
        """Return "not signed", "not in force", "in force" or "ended": how the treaty itself stood on this day."""
        if self.ended_on is not None and day >= self.ended_on:
            return "ended"
        if self.in_force_on(day):
            return "in force"
        return "not in force" if self.signed_on is not None and self.signed_on <= day else "not signed"

    def in_force_on(self, day: date) -> bool:
        """Say whether the treaty was in force on this day; the day on which it ended does not count."""
        begun = self.entered_into_force_on is not None and self.entered_into_force_on <= day
        return begun and (self.ended_on is None or day < self.ended_on)


class ProvisionManager(models.Manager["Provision"]):
    """Finds a provision by treaty, article, paragraph and kind."""

    def get_by_natural_key(self, treaty: str, article: str, paragraph: str, kind: str) -> Provision:
        """Return the provision that the key names."""
        return self.get(treaty__slug=treaty, article=article, paragraph=paragraph, kind=kind)


@keep_history
class Provision(models.Model):
    """An article with its clock rule: what it says, and how its days or months are counted."""

    class Kind(models.TextChoices):
        WITHDRAWAL = "withdrawal", "Withdrawal"
        ENTRY_INTO_FORCE = "entry_into_force", "Entry into force of the treaty"
        ENTRY_INTO_FORCE_FOR_STATE = "entry_into_force_for_state", "Entry into force for a state"
        DURATION = "duration", "Duration"
        EXTENSION = "extension", "Extension"
        SUSPENSION = "suspension", "Suspension"
        PROVISIONAL_APPLICATION = "provisional_application", "Provisional application"
        REPORTING = "reporting", "Reporting"
        REVIEW = "review", "Review"
        ELIMINATION = "elimination", "Elimination or clearance"
        REIMPOSITION = "reimposition", "Re-imposition of measures"

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="provisions")
    article = models.CharField(
        max_length=20, blank=True, help_text="As the treaty numbers it, such as XV; empty for a settled practice."
    )
    paragraph = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    effect_title = models.CharField(
        max_length=200,
        help_text="What happens on the day, as the title of the clock; {party} stands for the party.",
    )
    quotation = models.TextField(blank=True, help_text="One or two sentences of the clause.")
    trigger_kind = models.CharField(
        max_length=40,
        blank=True,
        help_text="The kind of event that starts this clock; empty if nothing does.",
    )
    rule = models.JSONField(help_text="The clock rule in its versioned JSON form; see docs/clock-rules.md.")
    recipients = models.CharField("who must be told", max_length=240, blank=True)
    reasons = models.CharField("reasons required", max_length=240, blank=True)
    armed_conflict = models.CharField("rule in armed conflict", max_length=240, blank=True)
    survival = models.CharField("what goes on afterwards", max_length=240, blank=True)
    precedent = models.TextField(blank=True, help_text="The recorded case that fixes how the clause is counted.")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="provisions")

    objects = ProvisionManager()

    class Meta:
        ordering = ["treaty", "article", "paragraph"]
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "article", "paragraph", "kind"], name="provision_one_row_for_a_clause"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.treaty}, {self.label}"

    @property
    def label(self) -> str:
        """Return "Article XV(2)", "Article XI(5)-(6)", or the practice where no article says it."""
        if not self.article:
            return "established practice"
        bare = not self.paragraph or self.paragraph.startswith("(")
        return f"Article {self.article}{self.paragraph if bare else f'({self.paragraph})'}"

    @property
    def is_obligation(self) -> bool:
        """Say whether the day is one by which something is owed, so that nothing takes effect on it."""
        return self.kind in {Provision.Kind.ELIMINATION, Provision.Kind.REPORTING, Provision.Kind.REVIEW}

    def natural_key(self) -> tuple[str, str, str, str]:
        """Return treaty, article, paragraph and kind."""
        return (self.treaty.slug, self.article, self.paragraph, self.kind)


class ParticipationManager(models.Manager["Participation"]):
    """Finds a participation by treaty and party."""

    def get_by_natural_key(self, treaty: str, party: str) -> Participation:
        """Return the participation of this party in this treaty."""
        return self.get(treaty__slug=treaty, party__slug=party)


@keep_history
class Participation(models.Model):
    """A party's relation to a treaty; what happened in it stands in its acts."""

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="participations")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="participations")
    note = models.TextField(blank=True)

    objects = ParticipationManager.from_queryset(ParticipationQuerySet)()

    class Meta:
        ordering = ["treaty", "party"]
        constraints = [
            models.UniqueConstraint(fields=["treaty", "party"], name="participation_one_row_for_a_party"),
        ]

    def __str__(self) -> str:
        return f"{self.party} in {self.treaty}"

    def natural_key(self) -> tuple[str, str]:
        """Return treaty and party."""
        return (self.treaty.slug, self.party.slug)


class ParticipationActManager(models.Manager["ParticipationAct"]):
    """Finds an act by its participation, kind and day."""

    def get_by_natural_key(self, treaty: str, party: str, kind: str, day: str) -> ParticipationAct:
        """Return the act that the key names."""
        return self.get(participation__treaty__slug=treaty, participation__party__slug=party, kind=kind, date=day)


@keep_history
class ParticipationAct(models.Model):
    """One dated act of a party: rows, so that "who was bound on day D" is one query."""

    class Kind(models.TextChoices):
        SIGNATURE = "signature", "Signature"
        RATIFICATION = "ratification", "Deposit of ratification"
        ACCESSION = "accession", "Deposit of accession"
        ACCEPTANCE = "acceptance", "Deposit of acceptance"
        APPROVAL = "approval", "Deposit of approval"
        CONSENT = "consent", "Consent to be bound"
        SUCCESSION = "succession", "Succession"
        ENTRY_INTO_FORCE = "entry_into_force", "Entry into force for the party"
        SUSPENSION = "suspension", "Suspension"
        NOTICE_OF_WITHDRAWAL = "notice_of_withdrawal", "Notice of withdrawal"
        WITHDRAWAL_EFFECT = "withdrawal_effect", "Withdrawal takes effect"
        REVOCATION = "revocation", "Revocation"
        RESERVATION = "reservation", "Reservation or declaration"
        END = "end", "End of the treaty"

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    date = models.DateField()
    note = models.TextField(blank=True)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="acts")
    verified = models.BooleanField(default=False)

    objects = ParticipationActManager()

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "kind", "date"], name="act_recorded_once"),
        ]
        indexes = [models.Index(fields=["kind", "date"], name="act_by_kind_and_date")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.date}"

    def natural_key(self) -> tuple[str, str, str, str]:
        """Return treaty, party, kind and day."""
        return (*self.participation.natural_key(), self.kind, self.date.isoformat())

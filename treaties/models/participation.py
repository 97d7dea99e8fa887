"""Who is party to what: participations and their dated acts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from treaties.history import keep_history
from treaties.models.labels import label_of
from treaties.models.parties import Party
from treaties.models.publication import PublicationState, PublishedManager
from treaties.models.sources import Source
from treaties.models.treaties import Treaty
from treaties.querysets import ParticipationQuerySet


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


class ParticipationActManager(PublishedManager["ParticipationAct"]):
    """Finds published acts, and one of them by its participation, kind and day."""

    def get_by_natural_key(self, treaty: str, party: str, kind: str, day: str) -> ParticipationAct:
        """Return the act that the key names."""
        return self.get(participation__treaty__slug=treaty, participation__party__slug=party, kind=kind, date=day)


@keep_history
class ParticipationAct(models.Model):
    """One dated act of a party: rows, so that "who was bound on day D" is one query."""

    class Kind(models.TextChoices):
        SIGNATURE = "signature", _("Signature")
        RATIFICATION = "ratification", _("Deposit of ratification")
        ACCESSION = "accession", _("Deposit of accession")
        ACCEPTANCE = "acceptance", _("Deposit of acceptance")
        APPROVAL = "approval", _("Deposit of approval")
        FORMAL_CONFIRMATION = "formal_confirmation", _("Deposit of formal confirmation")
        CONSENT = "consent", _("Consent to be bound")
        SUCCESSION = "succession", _("Succession")
        ENTRY_INTO_FORCE = "entry_into_force", _("Entry into force for the party")
        SUSPENSION = "suspension", _("Suspension")
        NOTICE_OF_WITHDRAWAL = "notice_of_withdrawal", _("Notice of withdrawal")
        WITHDRAWAL_EFFECT = "withdrawal_effect", _("Withdrawal takes effect")
        REVOCATION = "revocation", _("Revocation")
        RESERVATION = "reservation", _("Reservation or declaration")
        END = "end", _("End of the treaty")

    class Basis(models.TextChoices):
        STATED = "stated", _("The source states the date")
        INFERRED = "inferred", _("Inferred: what it would be counted from is not on record")
        DERIVED = "derived", _("Computed from the clause; nobody types it in")

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    date = models.DateField()
    basis = models.CharField("how the date is known", max_length=8, choices=Basis.choices, default=Basis.STATED)
    deposited_with = models.CharField(
        max_length=120,
        blank=True,
        help_text="Which of several depositaries took it that day, such as London and Moscow; empty if not known.",
    )
    note = models.TextField(blank=True)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="acts")
    verified = models.BooleanField(default=False)

    publication = models.CharField(
        max_length=12,
        choices=PublicationState.choices,
        default=PublicationState.PUBLISHED,
        help_text="An act that is no more than a draft binds nobody and starts no clock.",
    )

    objects = ParticipationActManager()
    with_drafts = models.Manager()  # noqa: DJ012 - the default manager comes first

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "kind", "date"],
                condition=models.Q(publication=PublicationState.PUBLISHED),
                name="act_recorded_once",
            ),
            models.CheckConstraint(
                condition=models.Q(publication__in=["draft", "published", "withdrawn"]),
                name="act_publication_is_known",
            ),
        ]
        indexes = [models.Index(fields=["kind", "date"], name="act_by_kind_and_date")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.date}"

    def natural_key(self) -> tuple[str, str, str, str]:
        """Return treaty, party, kind and day."""
        return (*self.participation.natural_key(), self.kind, self.date.isoformat())

    def get_kind_display(self) -> str:  # type: ignore[no-redef]  # the plug-in declares Django's own
        """Return the kind in words."""
        return label_of(ParticipationAct.Kind, self.kind)

"""The clauses of treaties, each with its clock rule."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from treaties.history import keep_history
from treaties.models.labels import label_of
from treaties.models.publication import PublicationState, PublishedManager
from treaties.models.sources import Source
from treaties.models.treaties import Treaty


class ProvisionManager(PublishedManager["Provision"]):
    """Finds published provisions; and any one by treaty, article, paragraph and kind."""

    def get_by_natural_key(self, treaty: str, article: str, paragraph: str, kind: str) -> Provision:
        """Return the provision that the key names."""
        return Provision.with_drafts.get(treaty__slug=treaty, article=article, paragraph=paragraph, kind=kind)


@keep_history
class Provision(models.Model):
    """An article with its clock rule: what it says, and how its days or months are counted."""

    class Kind(models.TextChoices):
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        ENTRY_INTO_FORCE = "entry_into_force", _("Entry into force of the treaty")
        ENTRY_INTO_FORCE_FOR_STATE = "entry_into_force_for_state", _("Entry into force for a state")
        DURATION = "duration", _("Duration")
        EXTENSION = "extension", _("Extension")
        SUSPENSION = "suspension", _("Suspension")
        PROVISIONAL_APPLICATION = "provisional_application", _("Provisional application")
        REPORTING = "reporting", _("Reporting")
        REVIEW = "review", _("Review")
        ELIMINATION = "elimination", _("Elimination or clearance")
        REIMPOSITION = "reimposition", _("Re-imposition of measures")

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

    publication = models.CharField(
        max_length=12,
        choices=PublicationState.choices,
        default=PublicationState.PUBLISHED,
        help_text="A clause that is no more than a draft starts no clock.",
    )

    objects = ProvisionManager()
    with_drafts = models.Manager()  # noqa: DJ012 - the default manager comes first

    class Meta:
        ordering = ["treaty", "article", "paragraph"]
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "article", "paragraph", "kind"], name="provision_one_row_for_a_clause"
            ),
            models.CheckConstraint(
                condition=models.Q(publication__in=["draft", "published", "withdrawn"]),
                name="provision_publication_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.treaty}, {self.label}"

    @property
    def label(self) -> str:
        """Return "Article XV(2)" or "Article XI(5)-(6)"; without a number, whether final clauses or practice say it.

        What is cited by paragraph or chapter, as a plan or a political document is, is named so.
        """
        if not self.article:
            return self._unnumbered_label()
        bare = not self.paragraph or self.paragraph.startswith("(")
        number = f"{self.article}{self.paragraph if bare else f'({self.paragraph})'}"
        cited = self.rule.get("citation", "")
        if cited.endswith(f", paragraph {number}"):
            return gettext("Paragraph %(number)s") % {"number": number}
        if cited.endswith(f", chapter {number}"):
            return gettext("Chapter %(number)s") % {"number": number}
        return gettext("Article %(number)s") % {"number": number}

    def _unnumbered_label(self) -> str:
        if self.kind == Provision.Kind.REPORTING:
            return gettext("established practice")
        has_none = self.kind == Provision.Kind.WITHDRAWAL and self.rule.get("kind") == "none"
        return gettext("no clause") if has_none else gettext("final clauses")

    @property
    def is_obligation(self) -> bool:
        """Say whether the day is one by which something is owed, so that nothing takes effect on it."""
        return self.kind in {Provision.Kind.ELIMINATION, Provision.Kind.REPORTING, Provision.Kind.REVIEW}

    def natural_key(self) -> tuple[str, str, str, str]:
        """Return treaty, article, paragraph and kind."""
        return (self.treaty.slug, self.article, self.paragraph, self.kind)

    def get_kind_display(self) -> str:  # type: ignore[no-redef]  # the plug-in declares Django's own
        """Return the kind in words."""
        return label_of(Provision.Kind, self.kind)

"""Treaties and regimes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from treaties.addresses import in_readers_language
from treaties.history import keep_history_with
from treaties.models.natural_keys import SlugManager
from treaties.models.parties import Party
from treaties.models.publication import PublicationState
from treaties.models.sources import Source
from treaties.querysets import TreatyQuerySet

if TYPE_CHECKING:
    from datetime import date


@keep_history_with(models.Index(fields=["short_name", "slug"], name="treaty_history_in_order"))
class Treaty(models.Model):
    """An agreement that binds parties. Its status on a day is derived, never stored."""

    class Laterality(models.TextChoices):
        BILATERAL = "bilateral", _("Bilateral")
        PLURILATERAL = "plurilateral", _("Several parties")
        REGIONAL = "regional", _("Regional")
        MULTILATERAL = "multilateral", _("Multilateral")

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
        indexes = [models.Index(fields=["short_name", "slug"], name="treaty_by_name")]
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
        return in_readers_language(f"/treaties/{self.slug}/")

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

"""Who acts and who speaks: states, organisations, and the officials who speak for them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from treaties.addresses import in_readers_language
from treaties.day_words import day_words
from treaties.history import keep_history
from treaties.models.natural_keys import SlugManager
from treaties.models.sources import Source
from treaties.querysets import OfficialQuerySet, PartyNames, PartyQuerySet


@keep_history
class Party(models.Model):
    """A state, an international organisation, or a state that others have succeeded."""

    class Kind(models.TextChoices):
        STATE = "state", _("State")
        ORGANISATION = "organisation", _("International organisation")
        PREDECESSOR = "predecessor", _("Predecessor state")

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
        indexes = [GinIndex(PartyNames("name", "slug", "iso_code", "aliases"), name="party_by_any_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the party's public page."""
        return in_readers_language(f"/parties/{self.slug}/")

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

    @property
    def with_dates(self) -> str:
        """Return name, office and the days on which it began and ended, as far as they are known."""
        begun, ended = (day_words(day) if day else "" for day in (self.held_from, self.held_to))
        told = {"official": self, "held_from": begun, "held_to": ended}
        if begun and ended:
            return gettext("%(official)s (%(held_from)s to %(held_to)s)") % told
        if begun:
            return gettext("%(official)s (from %(held_from)s)") % told
        return gettext("%(official)s (until %(held_to)s)") % told if ended else str(self)

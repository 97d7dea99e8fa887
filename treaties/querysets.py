"""Questions to the reference data; questions about a day take that day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from datetime import date

BINDING_KINDS = ["entry_into_force"]
JOINING_KINDS = ["ratification", "accession", "acceptance", "approval", "succession", "consent"]
LEAVING_KINDS = ["withdrawal_effect", "revocation"]
RELEASING_KINDS = ["withdrawal_effect", "end"]


class TreatyQuerySet(models.QuerySet):
    """Questions about treaties."""

    def published(self) -> Self:
        """Keep what readers may see."""
        return self.filter(publication="published")


class PartyQuerySet(models.QuerySet):
    """Questions about parties."""

    def named(self, name: str) -> Self:
        """Keep the parties whose name, slug, ISO code or alias this is, without regard to case."""
        return self.filter(
            Q(name__iexact=name) | Q(slug__iexact=name) | Q(iso_code__iexact=name) | Q(aliases__icontains=name)
        )


class OfficialQuerySet(models.QuerySet):
    """Questions about officials."""

    def in_office_on(self, day: date) -> Self:
        """Keep those whose recorded dates of office do not exclude the day."""
        return self.filter(
            Q(held_from__isnull=True) | Q(held_from__lte=day), Q(held_to__isnull=True) | Q(held_to__gte=day)
        )


class ParticipationQuerySet(models.QuerySet):
    """Questions about who is bound."""

    def signatories_on(self, day: date) -> Self:
        """Keep parties that had signed by the day, whatever they did later."""
        return self.filter(Exists(self._acts_by(day).filter(kind="signature")))

    def joined_on(self, day: date) -> Self:
        """Keep parties whose instrument lay with the depositary on the day: deposited, not taken back, not left."""
        return self.filter(
            Exists(self._not_undone(self._acts_by(day).filter(kind__in=JOINING_KINDS), day, LEAVING_KINDS))
        )

    def withdrawn_on(self, day: date) -> Self:
        """Keep parties whose withdrawal had taken effect by the day, and who had not joined again."""
        left = self._acts_by(day).filter(kind="withdrawal_effect")
        return self.filter(Exists(self._not_undone(left, day, JOINING_KINDS)))

    def bound_on(self, day: date) -> Self:
        """Keep parties for whom the treaty had entered into force by the day and had not ceased to bind.

        A successor state is bound once it has notified its succession, at the latest (Vienna Convention on Succession
        of States in respect of Treaties, article 23), provided that the treaty itself is in force.
        """
        acts = self._acts_by(day)
        bound = Exists(self._not_undone(acts.filter(kind__in=BINDING_KINDS), day, RELEASING_KINDS))
        succeeded = Exists(self._not_undone(acts.filter(kind="succession"), day, RELEASING_KINDS))
        return self.filter(bound | succeeded & Q(treaty__entered_into_force_on__lte=day))

    def _acts_by(self, day: date) -> models.QuerySet:
        act = self.model._meta.get_field("acts").related_model
        return act.objects.filter(participation=OuterRef("pk"), date__lte=day)

    def _not_undone(self, acts: models.QuerySet, day: date, undoing: list[str]) -> models.QuerySet:
        """Keep the acts after which nothing undid them by the day."""
        later = acts.model.objects.filter(
            participation=OuterRef("participation"), date__gte=OuterRef("date"), date__lte=day, kind__in=undoing
        )
        return acts.filter(~Exists(later))

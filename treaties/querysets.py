"""Questions to the reference data; questions about a day take that day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, Func, OuterRef, Q, Value, When

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

BINDING_KINDS = ["entry_into_force"]
JOINING_KINDS = [
    "ratification",
    "accession",
    "acceptance",
    "approval",
    "formal_confirmation",
    "succession",
    "consent",
]
LEAVING_KINDS = ["withdrawal_effect", "revocation"]
RELEASING_KINDS = ["withdrawal_effect", "end"]


def standing_on(status: str, day: date) -> Q:
    """Return the condition that a treaty stood so on the day, in the words of `Treaty.status_at`."""
    ended, begun, signed = Q(ended_on__lte=day), Q(entered_into_force_on__lte=day), Q(signed_on__lte=day)
    return {
        "ended": ended,
        "in force": begun & ~ended,
        "not in force": signed & ~begun & ~ended,
        "not signed": ~signed & ~begun & ~ended,
    }[status]


class TreatyQuerySet(models.QuerySet):
    """Questions about treaties."""

    def published(self) -> Self:
        """Keep what readers may see."""
        return self.filter(publication="published")

    def matching(self, text: str) -> Self:
        """Keep the treaties whose names or aliases contain the text, without regard to case."""
        return self.filter(
            Q(short_name__icontains=text) | Q(official_name__icontains=text) | Q(aliases__icontains=text)
        )


class PartyNames(Func):
    """All names of a party, folded: accents, case, punctuation and the article do not tell names apart."""

    function = "party_names"
    output_field = ArrayField(models.TextField())


class PartyQuerySet(models.QuerySet):
    """Questions about parties."""

    def named(self, name: str) -> Self:
        """Keep the parties of exactly this name: the name, slug, ISO code or an alias, such as the press's capital.

        Case, accents, punctuation and "the" make no difference, so that "cote d'ivoire" and "Iran (Islamic Republic
        of)" are found; a part of a name is not enough, so that Niger is not Nigeria.
        """
        # Folded by the database on both sides, so that the index can answer.
        asked = PartyNames(Value(name), Value(""), Value(""), Value([], output_field=ArrayField(models.TextField())))
        return self.alias(folded=PartyNames("name", "slug", "iso_code", "aliases")).filter(
            folded__contains=asked, **({} if name.strip() else {"pk": None})
        )

    def named_like(self, text: str) -> Self:
        """Keep the parties whose name or alias contains the text, without regard to case."""
        return self.filter(Q(name__icontains=text) | Q(aliases__icontains=text))


class OfficialQuerySet(models.QuerySet):
    """Questions about officials."""

    def in_office_on(self, day: date) -> Self:
        """Keep those whose recorded dates of office do not exclude the day."""
        return self.filter(self._in_office_on(day))

    def in_office_first(self, day: date) -> Self:
        """Order by name, the offices held on the day before all others."""
        others_later = Case(When(self._in_office_on(day), then=Value(0)), default=Value(1))
        return self.order_by(others_later, "name", "held_from", "pk")

    def _in_office_on(self, day: date) -> Q:
        begun = Q(held_from__isnull=True) | Q(held_from__lte=day)
        return begun & (Q(held_to__isnull=True) | Q(held_to__gte=day))


class ParticipationQuerySet(models.QuerySet):
    """Questions about who is bound."""

    def signatories_on(self, day: date) -> Self:
        """Keep parties that had signed by the day, whatever they did later."""
        return self.filter(self._signed(day))

    def joined_on(self, day: date) -> Self:
        """Keep parties whose instrument lay with the depositary on the day: deposited, not taken back, not left."""
        return self.filter(self._joined(day))

    def withdrawn_on(self, day: date) -> Self:
        """Keep parties whose withdrawal had taken effect by the day, and who had not joined again."""
        return self.filter(self._withdrawn(day))

    def with_acts_on(self, day: date) -> Self:
        """Keep parties that had acted by the day, each with `has_signed`, `has_joined` and `has_withdrawn` of then.

        For whom the treaty has entered into force has joined, though the day of its instrument may not be on record.
        """
        acted = self.filter(Exists(self._acts_by(day)))
        return acted.annotate(
            has_signed=self._signed(day),
            has_joined=self._joined(day, [*JOINING_KINDS, *BINDING_KINDS]),
            has_withdrawn=self._withdrawn(day),
        )

    def _signed(self, day: date) -> Exists:
        return Exists(self._acts_by(day).filter(kind="signature"))

    def _joined(self, day: date, kinds: Sequence[str] = JOINING_KINDS) -> Exists:
        # A state that is no more, and a treaty that has ended, have no party left.
        joined = self._acts_by(day).filter(kind__in=kinds)
        return Exists(self._not_undone(joined, day, [*LEAVING_KINDS, "end"]))

    def _withdrawn(self, day: date) -> Exists:
        left = self._acts_by(day).filter(kind="withdrawal_effect")
        return Exists(self._not_undone(left, day, JOINING_KINDS))

    def bound_on(self, day: date) -> Self:
        """Keep parties for whom the treaty had entered into force by the day and had not ceased to bind.

        A successor state is bound once it has notified its succession, at the latest (Vienna Convention on Succession
        of States in respect of Treaties, article 23), provided that the treaty itself is in force.
        """
        acts = self._acts_by(day)
        bound = Exists(self._not_undone(acts.filter(kind__in=BINDING_KINDS), day, RELEASING_KINDS))
        succeeded = Exists(self._not_undone(acts.filter(kind="succession"), day, RELEASING_KINDS))
        is_over = Q(treaty__ended_on__lte=day)
        return self.filter(bound | succeeded & Q(treaty__entered_into_force_on__lte=day)).exclude(is_over)

    def _acts_by(self, day: date) -> models.QuerySet:
        act = self.model._meta.get_field("acts").related_model
        return act.objects.filter(participation=OuterRef("pk"), date__lte=day)

    def _not_undone(self, acts: models.QuerySet, day: date, undoing: list[str]) -> models.QuerySet:
        """Keep the acts after which nothing undid them by the day."""
        later = acts.model.objects.filter(
            participation=OuterRef("participation"), date__gte=OuterRef("date"), date__lte=day, kind__in=undoing
        )
        return acts.filter(~Exists(later))


def first_of_each_time(acts: models.QuerySet) -> models.QuerySet:
    """Keep of each party's acts of one kind the earliest, and the earliest again after it had left the treaty.

    Sources that disagree give one act several dates; what is counted from it is counted once, from the earliest.
    """
    objects = acts.model.objects
    left_since = objects.filter(
        participation=OuterRef("participation"),
        kind__in=LEAVING_KINDS,
        date__gt=OuterRef("date"),
        date__lte=OuterRef(OuterRef("date")),
    )
    earlier = objects.filter(
        ~Exists(left_since), participation=OuterRef("participation"), kind=OuterRef("kind"), date__lt=OuterRef("date")
    )
    return acts.filter(~Exists(earlier))

"""Who had acted under a treaty by a day, as its page tells: of two hundred states no more than a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import BigIntegerField, DateField

from events.disagreements import sources_may_disagree
from treaties.compiled import Compiled
from treaties.models import Participation

if TYPE_CHECKING:
    from datetime import date

    from treaties.models import Treaty


class Participant(NamedTuple):
    """A party that had acted, and how it stood."""

    party: int
    name: str
    slug: str
    has_signed: bool
    has_joined: bool
    has_withdrawn: bool
    may_disagree: bool  # its sources, on the day of an act


_PARTICIPANTS = Compiled(
    lambda treaty, day: (
        Participation.objects.filter(treaty=treaty)
        .with_acts_on(day)
        .annotate(may_disagree=sources_may_disagree())
        .order_by("party__name")
        .values_list("party", "party__name", "party__slug", "has_signed", "has_joined", "has_withdrawn", "may_disagree")
    ),
    treaty=BigIntegerField(),
    day=DateField(),
)


def participants(treaty: Treaty, day: date) -> list[Participant]:
    """Return the parties that had acted by the day, by name."""
    return [Participant._make(row) for row in _PARTICIPANTS(treaty=treaty.pk, day=day)]

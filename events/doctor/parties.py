"""Parties' names and succession."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from treaties.models import Participation, ParticipationAct, Party
from treaties.querysets import PartyNames

if TYPE_CHECKING:
    from events.doctor.findings import Rows

_BOUND = ["entry_into_force", "succession"]
_OVER = ["end", "withdrawal_effect"]


def names_of_two() -> Rows:
    """Name what two parties are called alike: nobody could tell which is meant."""
    bearers: dict[str, set[str]] = {}
    for party in Party.objects.annotate(folded=PartyNames("name", "slug", "iso_code", "aliases")):
        for name in party.folded:
            bearers.setdefault(name, set()).add(party.name)
    for name, parties in sorted(bearers.items()):
        if len(parties) > 1:
            yield f"name “{name}”", f"is borne by {' and '.join(sorted(parties))}."


def bound_beside_the_successor() -> Rows:
    """Name states that are still bound beside the state that has succeeded them."""
    acts = ParticipationAct.objects.filter(participation=OuterRef("pk"))
    bound = Participation.objects.filter(Exists(acts.filter(kind__in=_BOUND)))
    successor = bound.filter(treaty=OuterRef("treaty"), party=OuterRef("party__succeeded_by"))
    for one in bound.filter(~Exists(acts.filter(kind__in=_OVER)), Exists(successor)).select_related("party", "treaty"):
        yield f"participation {one}", f"is still bound, and so is {one.party.succeeded_by}, which has succeeded it."

"""Where each party stands in each treaty on a day: the last act that says so, in a word, with its own address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from events.models import Deadline, Event
from treaties.addresses import in_readers_language
from treaties.models import ParticipationAct, Provision

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from treaties.models import Party, Treaty

# State → (word, icon); the icon is a letter of the same meaning, never a colour alone.
STATES = {
    "bound": (_("In force"), "●"),
    "joined": (_("Instrument deposited"), "◐"),
    "signed": (_("Signed only"), "○"),
    "leaving": (_("Notice of withdrawal"), "▲"),
    "suspended": (_("Suspended"), "‖"),
    "left": (_("Left"), "\u00d7"),
    "taken-back": (_("Instrument taken back"), "↺"),
    "ended": (_("Treaty ended"), "■"),
}
_OF_ACT = {
    "signature": "signed",
    "ratification": "joined",
    "accession": "joined",
    "acceptance": "joined",
    "approval": "joined",
    "consent": "joined",
    "succession": "joined",
    "entry_into_force": "bound",
    "suspension": "suspended",
    "withdrawal_effect": "left",
    "revocation": "taken-back",
    "end": "ended",
}
# A ratification recorded on the day on which the treaty enters into force, or after it, takes nothing back.
_RANK = {"signed": 0, "joined": 1, "bound": 2, "suspended": 3, "leaving": 3, "left": 4, "taken-back": 4, "ended": 5}
# Whoever left, or took its instrument back, may join again.
_COMES_BACK = {"left", "taken-back"}


@dataclass(frozen=True)
class PartyStanding:
    """Where a party stands in a treaty: the state, since when, and the address of the act that set it."""

    state: str
    since: date
    address: str
    is_disputed: bool = False

    @property
    def word(self) -> str:
        """Return the state in words; where some hold that a withdrawal never took effect, it says so."""
        return str(_("Left (disputed)") if self.is_disputed else STATES[self.state][0])

    @property
    def icon(self) -> str:
        """Return the state's sign."""
        return STATES[self.state][1]


Standings = dict[tuple[int, int], PartyStanding]


def standings_on(treaties: Iterable[Treaty], parties: Iterable[Party], day: date) -> Standings:
    """Return (treaty id, party id) → where the party stands on the day, for all that have acted.

    Three queries; a fourth where somebody has left, for those who hold that it never did.
    """
    by_treaty, by_party = {one.pk: one for one in treaties}, {one.pk: one for one in parties}
    found: Standings = {}
    for treaty, party, state, since, address in _steps(by_treaty, by_party, day):
        before = found.get((treaty, party))
        if before is None or _follows(state, before.state):
            found[treaty, party] = PartyStanding(state, since, address)
    found |= _contested({key: one for key, one in found.items() if one.state == "left"})
    return {key: _ended(one, by_treaty[key[0]], day) for key, one in found.items()}


def _contested(left: Standings) -> Standings:
    return {key: replace(left[key], is_disputed=True) for key in disputed_departures(left)}


def disputed_departures(left: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return of these (treaty id, party id), that have left, those of which some hold that they never did."""
    if not left:
        return set()
    treaties, parties = zip(*left, strict=True)
    rows = (
        Deadline.objects.filter(provision__kind=Provision.Kind.WITHDRAWAL)
        .filter(provision__treaty__in=treaties, party__in=parties)
        .exclude(readings=[])
        .values_list("provision__treaty", "party", "readings")
    )
    never = {(treaty, party) for treaty, party, readings in rows if any(one["due"] is None for one in readings)}
    return never.intersection(left)


def _follows(state: str, before: str) -> bool:
    return _RANK[state] >= _RANK[before] or (before in _COMES_BACK and state in ("joined", "bound"))


def _ended(standing: PartyStanding, treaty: Treaty, day: date) -> PartyStanding:
    ended = treaty.ended_on
    if ended is None or ended > day or standing.state == "left":
        return standing
    return PartyStanding("ended", ended, treaty.get_absolute_url())


_Step = tuple[int, int, str, "date", str]


def _steps(treaties: dict[int, Treaty], parties: dict[int, Party], day: date) -> list[_Step]:
    acts = (
        ParticipationAct.objects.filter(
            participation__treaty__in=treaties, participation__party__in=parties, date__lte=day, kind__in=_OF_ACT
        )
        .order_by("date", "pk")
        .values_list("participation__treaty", "participation__party", "kind", "date")
    )
    steps = [
        (treaty, party, _OF_ACT[kind], since, act_address(treaties[treaty], parties[party], kind, since))
        for treaty, party, kind, since in acts
    ]
    steps += _suspensions(treaties, parties, day) + _notices(treaties, parties, day)
    return sorted(steps, key=lambda step: (step[3], _RANK[step[2]]))


def _suspensions(treaties: dict[int, Treaty], parties: dict[int, Party], day: date) -> list[_Step]:
    rows = (
        Event.objects.published()
        .by(day)
        .filter(kind=Event.Kind.SUSPENSION, actor__in=parties, treaties__in=treaties)
        .values_list("treaties", "actor", "earliest", "slug")
    )
    return [
        (treaty, party, "suspended", since, in_readers_language(f"/events/{slug}/"))
        for treaty, party, since, slug in rows
    ]


def _notices(treaties: dict[int, Treaty], parties: dict[int, Party], day: date) -> list[_Step]:
    rows = (
        Deadline.objects.running_on(day)
        .filter(provision__kind=Provision.Kind.WITHDRAWAL, provision__treaty__in=treaties, party__in=parties)
        .values_list("provision__treaty", "party", "started_on", "slug")
    )
    return [
        (treaty, party, "leaving", since, in_readers_language(f"/deadlines/{slug}/"))
        for treaty, party, since, slug in rows
        if since
    ]


def in_order(acts: Iterable[ParticipationAct]) -> list[ParticipationAct]:
    """Return acts by their day, and those of one day as they follow from each other."""
    return sorted(acts, key=lambda act: (act.date, _RANK.get(_OF_ACT.get(act.kind, ""), 0)))


def act_address(treaty: Treaty, party: Party, kind: str, day: date) -> str:
    """Return the lasting address of one act of a party in a treaty."""
    return f"{participation_address(treaty, party)}#{kind}-{day.isoformat()}"


def participation_address(treaty: Treaty, party: Party) -> str:
    """Return the address of the page of one party in one treaty."""
    return f"{treaty.get_absolute_url()}parties/{party.slug}/"

"""A register beside the record: what is new, what it confirms, where the two differ, what only the record has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from events.clocks import write_day
from events.importing.register import Entry, RowError
from treaties.models import ParticipationAct, Party
from treaties.querysets import JOINING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from treaties.models import Treaty

_DERIVED = ParticipationAct.Basis.DERIVED


@dataclass(frozen=True)
class Differing:
    """An act of which register and record say different things."""

    party: Party
    act: ParticipationAct
    entry: Entry

    def __str__(self) -> str:
        return f"{self.party}: on record {_told(self.act.kind, self.act.date)}, in the register {told(self.entry)}."


@dataclass
class Comparison:
    """What importing a register would do."""

    added: list[tuple[Party, Entry]] = field(default_factory=list)
    confirmed: list[tuple[ParticipationAct, Entry]] = field(default_factory=list)
    differing: list[Differing] = field(default_factory=list)
    unchanged: int = 0
    only_on_record: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def told(entry: Entry) -> str:
    """Return an entry in words: what, and when."""
    return _told(entry.kind, entry.day)


def _opening(entry: Entry) -> str:
    words = told(entry)
    return words[0].upper() + words[1:]


def _told(kind: str, day: date) -> str:
    return f"{ParticipationAct.Kind(kind).label.lower()} on {write_day(day)}"


def compare(treaty: Treaty, entries: Iterable[Entry], *, today: date) -> Comparison:
    """Compare a register's acts with those on record; rows that cannot be right come back as errors.

    Parties are found by name, alias or ISO code. `today` is the last day on which an act can have been done.
    """
    comparison = Comparison()
    by_party: dict[Party, list[Entry]] = {}
    known = _Parties()
    rows = list(entries)
    for entry in rows:
        party = known.find(entry.party)
        fault = known.fault(entry.party) if party is None else _impossible(entry, treaty, today)
        if fault or party is None:
            comparison.errors.append(RowError(entry.row, entry.party, fault))
        else:
            by_party.setdefault(party, []).append(entry)
    comparison.errors += _twice(by_party)
    kinds = {_group(entry.kind) for entry in rows}
    standing = _standing(treaty)
    for party, own in by_party.items():
        _compare_party(party, own, standing.pop(party.pk, []), kinds, comparison)
    for acts in standing.values():
        _tell_missing(acts, kinds, comparison)
    return comparison


class _Parties:
    """Parties by what the register calls them, each name asked once."""

    def __init__(self) -> None:
        self._found: dict[str, list[Party]] = {}

    def _all(self, name: str) -> list[Party]:
        if name not in self._found:
            self._found[name] = list(Party.objects.named(name))
        return self._found[name]

    def find(self, name: str) -> Party | None:
        found = self._all(name)
        return found[0] if len(found) == 1 else None

    def fault(self, name: str) -> str:
        found = self._all(name)
        if found:
            return f"“{name}” may mean {' or '.join(str(one) for one in found)}."
        return f"No party is called “{name}”. Add the party, or add this spelling to its other names."


def _impossible(entry: Entry, treaty: Treaty, today: date) -> str:
    if entry.day > today:
        return f"{_opening(entry)} is still to come."
    if treaty.signed_on and entry.day < treaty.signed_on:
        return f"{_opening(entry)} comes before {treaty} was opened, on {write_day(treaty.signed_on)}."
    return ""


def _twice(by_party: dict[Party, list[Entry]]) -> list[RowError]:
    """Name rows that repeat another one, or that give one party under two names."""
    found = []
    for party, own in by_party.items():
        seen: dict[tuple[str, date], Entry] = {}
        for entry in own:
            first = seen.setdefault((entry.kind, entry.day), entry)
            if first is not entry:
                sentence = f"{_opening(entry)} of {party} stands in row {first.row} already."
                found.append(RowError(entry.row, entry.party, sentence))
    return found


def _group(kind: str) -> str:
    """Return what an act competes with: a state joins by one kind of instrument."""
    return "joining" if kind in JOINING_KINDS else kind


def _standing(treaty: Treaty) -> dict[int, list[ParticipationAct]]:
    acts: dict[int, list[ParticipationAct]] = {}
    rows = ParticipationAct.objects.filter(participation__treaty=treaty)
    for act in rows.select_related("participation__party", "participation__treaty").order_by("date", "pk"):
        acts.setdefault(act.participation.party_id, []).append(act)
    return acts


def _compare_party(
    party: Party, own: list[Entry], acts: list[ParticipationAct], kinds: set[str], comparison: Comparison
) -> None:
    left = list(acts)
    unmatched = []
    for entry in sorted(own, key=lambda one: one.day):
        same = next((act for act in left if (act.kind, act.date) == (entry.kind, entry.day)), None)
        if same is None:
            unmatched.append(entry)
            continue
        left.remove(same)
        if _says_more(entry, same):
            comparison.confirmed.append((same, entry))
        else:
            comparison.unchanged += 1
    for entry in unmatched:
        other = next((act for act in left if act.basis != _DERIVED and _group(act.kind) == _group(entry.kind)), None)
        if other is None:
            comparison.added.append((party, entry))
        else:
            left.remove(other)
            comparison.differing.append(Differing(party, other, entry))
    _tell_missing(left, kinds, comparison)


def _says_more(entry: Entry, act: ParticipationAct) -> bool:
    return (
        not act.verified
        or act.basis != ParticipationAct.Basis.STATED
        or act.source_id is None
        or bool(entry.deposited_with and not act.deposited_with)
    )


def _tell_missing(acts: list[ParticipationAct], kinds: set[str], comparison: Comparison) -> None:
    comparison.only_on_record += [
        f"{act.participation.party}: {_told(act.kind, act.date)}."
        for act in acts
        if act.basis != _DERIVED and _group(act.kind) in kinds
    ]

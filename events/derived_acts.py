"""Dates of a party's acts that follow from the treaty's clauses: entry into force for it, its withdrawal's effect.

A succession is left out: its effect goes back to the day of the succession of states (Vienna Convention on Succession
of States in respect of Treaties, article 23), which the notification does not give.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import F

from events.clocks import Computed, DateSpan, Facts, Step, compute, rule_from_json
from events.models import Event
from events.step_words import step_words
from treaties.models import ParticipationAct, Provision
from treaties.querysets import JOINING_KINDS, LEAVING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from treaties.models import Treaty

_Kind = ParticipationAct.Kind
_CLAUSES = {
    _Kind.ENTRY_INTO_FORCE: Provision.Kind.ENTRY_INTO_FORCE_FOR_STATE,
    _Kind.WITHDRAWAL_EFFECT: Provision.Kind.WITHDRAWAL,
}


@dataclass(frozen=True)
class DerivedAct:
    """A date that follows from an act under a clause, with the steps that lead to it."""

    kind: str
    day: date
    origin: ParticipationAct
    citation: str
    steps: tuple[Step, ...]
    stated: tuple[ParticipationAct, ...]
    """The acts of the same kind whose date a source states, or an editor inferred, for the same time as a party."""

    @property
    def disagrees(self) -> bool:
        """Say whether no source gives the date that follows from the clause."""
        return bool(self.stated) and self.day not in {act.date for act in self.stated}

    @property
    def counts(self) -> bool:
        """Say whether the derived date stands on record: if no source gives an earlier one, or the same."""
        return all(self.day < act.date for act in self.stated)

    @property
    def reason(self) -> str:
        """Return the computation as one text, in the active language."""
        return " ".join(step_words(step) for step in self.steps)


class ActDerivation:
    """A treaty's clauses read once, to derive the acts of all its parties."""

    def __init__(self, treaty: Treaty, provisions: Iterable[Provision], happenings: Iterable[Event] = ()) -> None:
        self._treaty = treaty
        by_kind = {one.kind: one for one in provisions}
        self._rules = {
            kind: rule_from_json(by_kind[clause].rule) for kind, clause in _CLAUSES.items() if clause in by_kind
        }
        self._revoked = [one for one in happenings if one.kind == Event.Kind.REVOCATION_OF_NOTICE]

    def of(self, acts: Sequence[ParticipationAct]) -> list[DerivedAct]:
        """Return what follows from one party's acts: withdrawals, then each time that the treaty came to bind it."""
        own = sorted((act for act in acts if act.basis != ParticipationAct.Basis.DERIVED), key=lambda act: act.date)
        notices = [act for act in own if act.kind == _Kind.NOTICE_OF_WITHDRAWAL]
        withdrawals = list(self._each(_Kind.WITHDRAWAL_EFFECT, notices, own))
        ends = {one.day for one in withdrawals} | {act.date for act in own if act.kind in LEAVING_KINDS}
        return withdrawals + list(self._each(_Kind.ENTRY_INTO_FORCE, _instruments(own, ends), own))

    def _each(self, kind: str, origins: list[ParticipationAct], own: list[ParticipationAct]) -> Iterable[DerivedAct]:
        same = [act for act in own if act.kind == kind]
        for number, (origin, following) in enumerate(pairwise([*origins, None])):
            assert origin is not None  # noqa: S101 - only the last of the list is None
            first = number == 0
            stated = tuple(
                act
                for act in same
                if (first or act.date >= origin.date) and (following is None or act.date < following.date)
            )
            found = self._entry(origin, stated) if kind == _Kind.ENTRY_INTO_FORCE else self._withdrawal(origin, stated)
            if found:
                yield found

    def _entry(self, origin: ParticipationAct, stated: tuple[ParticipationAct, ...]) -> DerivedAct | None:
        begun, rule = self._treaty.entered_into_force_on, self._rules.get(_Kind.ENTRY_INTO_FORCE)
        if begun is None or origin.kind == _Kind.SUCCESSION:
            return None
        if rule is None:
            return self._with_the_treaty(origin, begun, stated)
        result = compute(rule, _facts(origin, {"entry_into_force": begun}))
        if not isinstance(result, Computed):
            return None
        day, steps = result.due.earliest, result.steps
        if day < begun:
            day, steps = (
                begun,
                (*steps, Step("nobody_bound_before", {"day": begun}, f"not before {begun.isoformat()}", begun)),
            )
        return DerivedAct(_Kind.ENTRY_INTO_FORCE, day, origin, result.citation, steps, stated)

    def _with_the_treaty(
        self, origin: ParticipationAct, begun: date, stated: tuple[ParticipationAct, ...]
    ) -> DerivedAct | None:
        """Return the treaty's own entry into force for who had joined by then; no clause speaks of later ones."""
        if origin.date > begun:
            return None
        step = Step("with_the_treaty", {"day": begun}, "note", begun)
        return DerivedAct(_Kind.ENTRY_INTO_FORCE, begun, origin, str(self._treaty), (step,), stated)

    def _withdrawal(self, origin: ParticipationAct, stated: tuple[ParticipationAct, ...]) -> DerivedAct | None:
        rule = self._rules.get(_Kind.WITHDRAWAL_EFFECT)
        if rule is None:
            return None
        result = compute(rule, _facts(origin))
        if not isinstance(result, Computed) or self._is_revoked(origin, result.due.earliest):
            return None
        return DerivedAct(_Kind.WITHDRAWAL_EFFECT, result.due.earliest, origin, result.citation, result.steps, stated)

    def _is_revoked(self, notice: ParticipationAct, effect: date) -> bool:
        """Say whether the notice was taken back before it took effect (Vienna Convention, article 68)."""
        party = notice.participation.party_id
        return any(one.actor_id == party and notice.date <= one.earliest < effect for one in self._revoked)


def _instruments(own: list[ParticipationAct], ends: set[date]) -> list[ParticipationAct]:
    """Return the earliest instrument of each time as a party; after it has left, the next one begins anew.

    Of the dates of several depositaries the earliest counts.
    """
    found: list[ParticipationAct] = []
    for act in own:
        if act.kind in JOINING_KINDS and (not found or any(found[-1].date < end <= act.date for end in ends)):
            found.append(act)
    return found


def _facts(origin: ParticipationAct, anchors: dict[str, date] | None = None) -> Facts:
    return Facts(DateSpan.day(origin.date), trigger_act=origin.kind, anchors=anchors or {})


def derivations(treaties: Iterable[Treaty]) -> dict[int, ActDerivation]:
    """Return treaty id → its derivation, for many treaties in two queries."""
    by_pk = {treaty.pk: treaty for treaty in treaties}
    clauses: dict[int, list[Provision]] = {}
    for provision in Provision.objects.filter(treaty__in=by_pk):
        clauses.setdefault(provision.treaty_id, []).append(provision)
    revocations: dict[int, list[Event]] = {}
    events = Event.objects.published().filter(kind=Event.Kind.REVOCATION_OF_NOTICE, treaties__in=by_pk)
    for event in events.annotate(under=F("treaties")):
        revocations.setdefault(event.under, []).append(event)
    return {key: ActDerivation(treaty, clauses.get(key, []), revocations.get(key, [])) for key, treaty in by_pk.items()}

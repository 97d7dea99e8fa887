"""Parties' acts that cannot have been so, or contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef

from events.clocks import write_day
from events.derived_acts import derivations
from events.disagreements import ONCE, times_of
from events.models import Event
from treaties.models import Participation, ParticipationAct, Treaty
from treaties.querysets import JOINING_KINDS, LEAVING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.derived_acts import DerivedAct
    from events.doctor.findings import Rows

_Kind = ParticipationAct.Kind
_DERIVED = ParticipationAct.Basis.DERIVED
_TAKING_PART = [*JOINING_KINDS, _Kind.SIGNATURE]
# What only a state that takes part in the treaty can do.
_OF_A_PARTY = [_Kind.ENTRY_INTO_FORCE, _Kind.WITHDRAWAL_EFFECT, _Kind.NOTICE_OF_WITHDRAWAL, _Kind.SUSPENSION]
_NOTICES = [Event.Kind.NOTICE_OF_WITHDRAWAL, Event.Kind.WITHDRAWAL_EFFECT]


def _with_acts() -> Iterable[Participation]:
    return Participation.objects.select_related("party", "treaty").prefetch_related("acts").order_by("pk")


def act_outside_a_treatys_life() -> Rows:
    """Name acts before the treaty was opened, or after it had ended."""
    acts = ParticipationAct.objects.select_related("participation__party", "participation__treaty")
    for act in acts.filter(date__lt=F("participation__treaty__signed_on")):
        yield f"act {act} of {act.participation}", "comes before the treaty was opened."
    for act in acts.filter(date__gt=F("participation__treaty__ended_on")):
        yield f"act {act} of {act.participation}", "comes after the treaty had ended."


def bound_without_joining() -> Rows:
    """Name parties that act under a treaty without having signed or joined it."""
    # A successor may be bound without an act of its own that we know of; then its note says so.
    bound = Participation.objects.filter(acts__kind__in=_OF_A_PARTY, note="").distinct()
    for one in bound.exclude(acts__kind__in=_TAKING_PART).select_related("party", "treaty"):
        yield f"participation {one}", "has neither a signature nor an instrument on record, and no note says why."


def acting_without_taking_part() -> Rows:
    """Name notices and withdrawals of a party that has no part in a treaty whose parties are on record."""
    parts = Participation.objects.filter(treaty=OuterRef("treaties"))
    events = Event.objects.filter(kind__in=_NOTICES, actor__isnull=False, publication="published")
    strangers = events.filter(Exists(parts), ~Exists(parts.filter(party=OuterRef("actor"))))
    for event in strangers.select_related("actor").distinct():
        yield f"event {event.slug}", f"is an act of {event.actor}, which has no part in the treaty."


def left_before_joining() -> Rows:
    """Name parties whose withdrawal or revocation comes before they had joined."""
    for one in _with_acts():
        joined = [act.date for act in one.acts.all() if act.kind in JOINING_KINDS]
        left = [act.date for act in one.acts.all() if act.kind in LEAVING_KINDS]
        if joined and left and min(left) < min(joined):
            yield f"participation {one}", f"ended on {write_day(min(left))}, before the party had joined."


def twice_by_one_source() -> Rows:
    """Name acts to which one source gives two days: it would have begun, or ended, twice over."""
    for one in _with_acts():
        acts = list(one.acts.all())
        for kind in ONCE:
            for same in times_of(kind, acts):
                sources = {act.source_id for act in same}
                if len(same) > len(sources) and not all(act.deposited_with for act in same):
                    days = " and ".join(write_day(act.date) for act in same)
                    yield f"participation {one}", f"has {_Kind(kind).label} twice by one source: {days}."


def against_the_clause() -> Rows:
    """Name acts whose day contradicts the clause by the very source of the instrument, and stale derived ones.

    Where another source contradicts the clause, readers see both days: that is no fault of the record.
    """
    derivation = derivations(Treaty.objects.all())
    for one in _with_acts():
        acts = list(one.acts.all())
        wanted = derivation[one.treaty_id].of(acts)
        for derived in wanted:
            if derived.disagrees and {act.source_id for act in derived.stated} == {derived.origin.source_id}:
                yield f"participation {one}", _against(derived)
        stored = {(act.kind, act.date) for act in acts if act.basis == _DERIVED}
        for kind, day in sorted(stored ^ {(str(derived.kind), derived.day) for derived in wanted if derived.counts}):
            how = "is derived no more" if (kind, day) in stored else "should be derived"
            yield f"participation {one}", f"{_Kind(kind).label} on {write_day(day)} {how}; recompute the treaty."


def _against(derived: DerivedAct) -> str:
    stated = write_day(derived.stated[0].date)
    label = _Kind(derived.kind).label
    return f"has {label} on {stated} on record, but the clause gives {write_day(derived.day)}."

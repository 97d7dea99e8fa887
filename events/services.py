"""Everything that changes the record of events; each function is one transaction.

Whatever changes a trigger recomputes the deadlines of its treaties before it commits, so that no reader and no
mail ever sees an act without the clock that it starts.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict
from itertools import count
from typing import TYPE_CHECKING

from django.db import transaction

from events.causes import causes
from events.dates import span
from events.deadlines import Cause, Clause, Derived, TreatyReading, deadline_slug, derive
from events.derived_acts import ActDerivation, DerivedAct
from events.models import Deadline, Event
from events.signals import deadlines_changed
from treaties.models import ParticipationAct, Provision, Treaty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

_BATCH = 1000
_waiting: ContextVar[set[int] | None] = ContextVar("treaties_to_recompute", default=None)
# A new version is made, and people are told, when one of these changes; a better-worded step is no news.
VERSIONED = ("state", "due_earliest", "due_latest", "due_time")


class ConcurrentChangeError(Exception):
    """Somebody else changed the row first; nothing was written."""


@transaction.atomic
def save_event(event: Event, *, at: datetime) -> None:
    """Save an event or statement: bounds follow from its date, its revision rises with every later save.

    Call `after_event_change` when its treaties are set.

    Raises:
        DateError: if the date cannot be read.
        ConcurrentChangeError: if the row has been saved since this one was read.

    """
    event.earliest, event.latest = span(event.date)
    if event.pk is not None:
        current = Event.objects.select_for_update().filter(pk=event.pk, revision=event.revision)
        if not current.exists():
            raise ConcurrentChangeError("Somebody else has saved this entry since you opened it; yours was not saved.")
        event.revision += 1
    event.changed_at = at
    event.save()


@transaction.atomic
def after_event_change(event: Event, *, at: datetime, before: Iterable[Treaty] = ()) -> list[Deadline]:
    """Recompute the deadlines of every treaty that the event concerns, or concerned `before` the change."""
    # Asked apart: together, all treaties on record would be gone through for each event that is saved.
    its, started = Treaty.objects.filter(events=event), Treaty.objects.filter(provisions__deadlines__trigger=event)
    return recompute_treaties({*its, *started, *before}, at=at)


@transaction.atomic
def delete_events(events: Iterable[Event], *, at: datetime) -> int:
    """Take events off the record for good; clocks they started are marked as no longer on record. Returns how many."""
    keys = [event.pk for event in events]
    doomed = Event.objects.filter(pk__in=keys)
    treaties = list(Treaty.objects.filter(events__in=doomed).distinct())
    doomed.delete()
    recompute_treaties(treaties, at=at)
    return len(keys)


@transaction.atomic
def override_deadline(deadline: Deadline, *, due: date | None, reason: str, at: datetime) -> None:
    """Show an editor's date beside the computed one, with its public reason; None takes it away.

    Raises:
        ValueError: if a date comes without a reason.
        ConcurrentChangeError: if the deadline changed meanwhile.

    """
    if due is not None and not reason.strip():
        raise ValueError("An override needs a reason: readers will see it beside the computed date.")
    moved = due != deadline.override_due
    changed = Deadline.objects.filter(pk=deadline.pk, version=deadline.version).update(
        override_due=due,
        override_reason=reason if due else "",
        version=deadline.version + moved,
        changed_at=at if moved else deadline.changed_at,
        change=None if moved else deadline.change,
    )
    if not changed:
        raise ConcurrentChangeError("This deadline has changed since you opened it; look at it again.")
    deadline.refresh_from_db()
    if moved:
        _announce([deadline])


@transaction.atomic
def recompute_all(*, at: datetime) -> list[Deadline]:
    """Recompute every treaty's deadlines at the instant `at`; returns those that changed."""
    return recompute_treaties(Treaty.objects.all(), at=at)


@transaction.atomic
def recompute_treaty(treaty: Treaty, *, at: datetime) -> list[Deadline]:
    """Recompute one treaty's deadlines from what had happened by `at`; returns those whose date or state changed.

    The treaty's row is locked first: two editors who save at once are recomputed one after the other.
    """
    Treaty.objects.select_for_update().get(pk=treaty.pk)
    changed: list[Deadline] = []
    reading = TreatyReading(treaty)
    # First, because obligations are counted from the day on which the treaty came to bind a party.
    _settle_acts(treaty, ActDerivation(treaty, reading.provisions, reading.happenings))
    standing = _Standing(treaty)
    for provision in reading.provisions:
        changed += _recompute_provision(reading.clause(provision, at=at), standing, at=at)
    changed += _withdraw(standing.under_others_than(reading.provisions), at=at)
    if changed:
        _announce(changed)
    return changed


def _settle_acts(treaty: Treaty, derivation: ActDerivation) -> None:
    """Make the derived acts on record those that follow now; one that moves keeps its row, and so its obligations."""
    new: list[ParticipationAct] = []
    gone: list[ParticipationAct] = []
    for own in _acts_by_party(treaty):
        standing = [act for act in own if act.basis == ParticipationAct.Basis.DERIVED]
        for one in derivation.of(own):
            row = next((act for act in standing if act.kind == one.kind), None)
            if not one.counts:
                continue
            if row is None:
                new.append(ParticipationAct(participation=one.origin.participation, kind=one.kind, **_derived(one)))
            else:
                standing.remove(row)
                _move_act(row, _derived(one))
        gone += standing
    if gone:
        ParticipationAct.objects.filter(pk__in=[act.pk for act in gone]).delete()
    ParticipationAct.objects.bulk_create(new, batch_size=_BATCH)


def _acts_by_party(treaty: Treaty) -> list[list[ParticipationAct]]:
    acts: dict[int, list[ParticipationAct]] = {}
    rows = ParticipationAct.objects.filter(participation__treaty=treaty).select_related("participation")
    for act in rows.order_by("date", "pk"):
        acts.setdefault(act.participation_id, []).append(act)
    return list(acts.values())


def _derived(one: DerivedAct) -> dict[str, object]:
    """Return the columns of a derived act: it is as well sourced as the act that it is counted from."""
    return {
        "date": one.day,
        "basis": ParticipationAct.Basis.DERIVED,
        "source_id": one.origin.source_id,
        "verified": one.origin.verified,
    }


def _move_act(row: ParticipationAct, values: dict[str, object]) -> None:
    if any(getattr(row, name) != value for name, value in values.items()):
        ParticipationAct.objects.filter(pk=row.pk).update(**values)


def stored_differences(*, at: datetime, keep: bool) -> dict[str, tuple[str, str]]:
    """Return slug → (stored, computed) for every deadline that differs when computed anew; write it only to `keep`."""
    with transaction.atomic():
        before = _dates_and_states()
        recompute_all(at=at)
        after = _dates_and_states()
        transaction.set_rollback(not keep)
    both = {slug: (before.get(slug, "not there"), after.get(slug, "not there")) for slug in sorted(before | after)}
    return {slug: (old, new) for slug, (old, new) in both.items() if old != new}


def _dates_and_states() -> dict[str, str]:
    rows = Deadline.objects.values_list("slug", "due_earliest", "due_latest", "state")
    return {slug: f"{earliest} to {latest}, {state}" for slug, earliest, latest, state in rows.iterator()}


@transaction.atomic
def recompute_treaties(treaties: Iterable[Treaty], *, at: datetime) -> list[Deadline]:
    """Recompute several treaties' deadlines at the instant `at`; returns those that changed.

    Within `recomputed_once` that waits until its end, and nothing has changed yet.
    """
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(treaty.pk for treaty in treaties)
        return []
    # In one order everywhere, so that two transactions never wait for each other's locks.
    return [
        deadline
        for treaty in sorted(treaties, key=lambda treaty: treaty.pk)
        for deadline in recompute_treaty(treaty, at=at)
    ]


@contextmanager
def recomputed_once(*, at: datetime) -> Iterator[None]:
    """Recompute each treaty once at the end, however many rows that feed its clocks are written within."""
    token = _waiting.set(set())
    try:
        yield
        concerned = Treaty.objects.filter(pk__in=_waiting.get() or ())
    finally:
        _waiting.reset(token)
    recompute_treaties(concerned, at=at)


def _announce(deadlines: list[Deadline]) -> None:
    deadlines_changed.send(sender=Deadline, deadline_ids=[deadline.pk for deadline in deadlines])


def _recompute_provision(clause: Clause, standing: _Standing, *, at: datetime) -> list[Deadline]:
    provision = clause.provision
    changed, new = [], []
    kept = set()
    for cause in causes(clause):
        derived = derive(clause, cause)
        deadline = standing.of(provision, cause)
        if deadline is None:
            new.append(_new(provision, cause, derived, standing, at=at))
            continue
        if _update(deadline, cause, derived, at=at):
            changed.append(deadline)
        kept.add(deadline.pk)
    Deadline.objects.bulk_create(new, batch_size=_BATCH)
    return changed + new + _withdraw(standing.others(provision, kept), at=at)


class _Standing:
    """A treaty's deadlines as they stand, found by their cause; one query for all of them."""

    def __init__(self, treaty: Treaty) -> None:
        self._rows: dict[int, list[Deadline]] = {}
        self._by_key: dict[tuple[int, str, object], Deadline] = {}
        self._orphans: dict[str, Deadline] = {}
        self._slugs: set[str] = set()
        rows = Deadline.objects.filter(provision__treaty=treaty).select_related("party", "trigger", "act")
        for row in rows:
            self._rows.setdefault(row.provision_id, []).append(row)
            self._slugs.add(row.slug)
            keys = {"trigger": row.trigger_id, "act": row.act_id, "occurrence": row.occurrence}
            key = next(((name, value) for name, value in keys.items() if value is not None), None)
            if key:
                self._by_key[(row.provision_id, *key)] = row
            else:
                self._orphans[row.slug] = row

    def of(self, provision: Provision, cause: Cause) -> Deadline | None:
        """Return the deadline of this cause, or one whose cause was deleted and has now been entered again."""
        ((name, value),) = cause.key.items()
        found = self._by_key.get((provision.pk, name, getattr(value, "pk", value)))
        return found or self._orphans.pop(deadline_slug(provision, cause), None)

    def under_others_than(self, provisions: Iterable[Provision]) -> list[Deadline]:
        """Return what still stands under clauses that are not, or no longer, published."""
        gone = set(self._rows) - {provision.pk for provision in provisions}
        rows = (row for key in sorted(gone) for row in self._rows[key])
        return [row for row in rows if row.state != Deadline.State.WITHDRAWN]

    def free_slug(self, wanted: str) -> str:
        """Return the name, numbered when a party gave two notices on one day; it begins with the treaty's own."""
        names = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
        slug = next(name for name in names if name not in self._slugs)
        self._slugs.add(slug)
        return slug

    def others(self, provision: Provision, kept: set[int]) -> list[Deadline]:
        """Return the provision's deadlines that nothing on record causes any more."""
        rows = self._rows.get(provision.pk, [])
        return [row for row in rows if row.pk not in kept and row.state != Deadline.State.WITHDRAWN]


def _new(provision: Provision, cause: Cause, derived: Derived, standing: _Standing, *, at: datetime) -> Deadline:
    return Deadline(
        provision=provision,
        party=cause.party,
        slug=standing.free_slug(deadline_slug(provision, cause)),
        changed_at=at,
        opened_at=at,
        **cause.key,
        **asdict(derived),
    )


def _update(deadline: Deadline, cause: Cause, derived: Derived, *, at: datetime) -> bool:
    """Write what is derived; returns whether date or state changed (then the version has risen)."""
    values = asdict(derived) | {"party": cause.party} | cause.key
    is_news = any(getattr(deadline, name) != values[name] for name in VERSIONED)
    if not is_news and all(getattr(deadline, name) == value for name, value in values.items()):
        return False
    if is_news:
        values |= {"version": deadline.version + 1, "changed_at": at, "change": None}
    if _comes_back(deadline, derived):
        values["opened_at"] = at
    _compare_and_set(deadline, values)
    return is_news


def _comes_back(deadline: Deadline, derived: Derived) -> bool:
    gone = {Deadline.State.REVOKED, Deadline.State.WITHDRAWN, Deadline.State.UNDETERMINED}
    return deadline.state in gone and derived.state not in gone


def _compare_and_set(deadline: Deadline, values: dict[str, object]) -> None:
    if not Deadline.objects.filter(pk=deadline.pk, version=deadline.version).update(**values):
        raise ConcurrentChangeError("A deadline was changed by somebody else; nothing was written. Try again.")
    deadline.refresh_from_db()


def _withdraw(gone: list[Deadline], *, at: datetime) -> list[Deadline]:
    for deadline in gone:
        _compare_and_set(
            deadline,
            {
                "state": Deadline.State.WITHDRAWN,
                "state_since": at.date(),
                "version": deadline.version + 1,
                "changed_at": at,
                "change": None,
            },
        )
    return gone

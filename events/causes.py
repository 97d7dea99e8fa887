"""What is on record that starts a provision's clocks: events, parties' own acts, days that come again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from events.clocks import DateSpan, occurrences
from events.clocks.recurring import RECURRING_KINDS
from events.deadlines import Cause
from events.models import Event
from treaties.models import ParticipationAct
from treaties.querysets import first_of_each_time

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from events.clocks import Rule
    from events.deadlines import Clause
    from treaties.models import Provision

# An obligation of each party, counted from its own act: "act:entry_into_force".
ACT_PREFIX = "act:"
_AHEAD = timedelta(days=400)


def trigger_choices() -> list[tuple[str, str]]:
    """Return what can start a clock: kinds of events, and kinds of parties' acts."""
    acts = [(f"{ACT_PREFIX}{kind}", f"Each party's own: {label}") for kind, label in ParticipationAct.Kind.choices]
    return [*((kind, str(label)) for kind, label in Event.Kind.choices), *acts]


def causes(clause: Clause) -> list[Cause]:
    """Return what had started the clause's clocks by its day, oldest first."""
    provision, rule, today = clause.provision, clause.rule, clause.today
    if rule.threshold is not None:
        return []
    if rule.kind in RECURRING_KINDS:
        return list(_next_ones(provision, rule, today))
    if provision.trigger_kind.startswith(ACT_PREFIX):
        return list(_acts(provision, today))
    return list(_events(provision, today)) if provision.trigger_kind else []


def _events(provision: Provision, today: date) -> Iterable[Cause]:
    events = (
        provision.treaty.events.published()
        .filter(kind=provision.trigger_kind)
        .by(today)
        .select_related("actor")
        .order_by("earliest", "pk")
    )
    for event in events:
        yield Cause(DateSpan(event.earliest, event.latest), party=event.actor, trigger=event)


def _acts(provision: Provision, today: date) -> Iterable[Cause]:
    acts = ParticipationAct.objects.filter(
        participation__treaty=provision.treaty,
        kind=provision.trigger_kind.removeprefix(ACT_PREFIX),
        date__lte=today,
    )
    for act in first_of_each_time(acts).select_related("participation__party").order_by("date", "pk"):
        yield Cause(DateSpan.day(act.date), party=act.participation.party, act=act)


def _next_ones(provision: Provision, rule: Rule, today: date) -> Iterable[Cause]:
    """Yield the occurrences already kept and the next one, so that a past one stays on record."""
    kept = set(provision.deadlines.filter(occurrence__isnull=False).values_list("occurrence", flat=True))
    span = _AHEAD if rule.kind == "yearly" else timedelta(days=366 * (rule.amount or 1) + 1)
    coming = next(occurrences(rule, today, today + span), None)
    ended = provision.treaty.ended_on
    if coming and ended and coming >= ended:
        coming = None
    for day in sorted(kept | ({coming} if coming else set())):
        yield Cause(DateSpan.day(day), occurrence=day)

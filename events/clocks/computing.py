"""From a rule and what was recorded to a date with its reasons, or to the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from events.clocks.errors import ClockError
from events.clocks.operations import Add, operation_from_code, operations_of
from events.clocks.recurring import RECURRING_KINDS, end_of_term, last_day_for_notice, occurrences
from events.clocks.rules import DATELESS_KINDS
from events.clocks.spans import DateSpan
from events.clocks.steps import Step
from events.clocks.thresholds import Met, reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from events.clocks.rules import Rule
    from events.clocks.steps import Value, Values
    from events.clocks.thresholds import Deposit, Threshold

_DAYS_IN_A_BLOCK = 30


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record holds for one clock: when it was triggered, by what, and what else the clause refers to.

    `trigger_label` is what the record calls the act; where it has no words of its own, `trigger_act` gives the kind of
    act and `trigger_party` whose it is. `anchors` gives the dates that a rule may count from (entry_into_force,
    party_entry_into_force, expiry); `deposits` the instruments that a threshold counts, `base` the size of what a share
    is taken of, `names` what to call the parties.
    """

    trigger: DateSpan | None = None
    trigger_label: str = ""
    anchors: Mapping[str, date] = field(default_factory=dict)
    deposits: tuple[Deposit, ...] = ()
    base: int = 0
    names: Mapping[str, str] = field(default_factory=dict)
    trigger_act: str = ""
    trigger_party: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One of several ways to read a disputed clause: who holds it, and the date it gives."""

    holder: str
    due: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A date, or the days within which it lies when the trigger is coarse, with the steps that lead to it."""

    due: DateSpan
    zone: str
    citation: str
    steps: tuple[Step, ...]
    time: str | None = None
    precedent: str = ""
    readings: tuple[Reading, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Say whether the day is known."""
        return self.due.is_exact


@dataclass(frozen=True, slots=True)
class Undetermined:
    """No date follows from what is recorded; `why` says why not, `missing` names the parties that are waited for."""

    code: str
    why: Step
    citation: str
    missing: tuple[str, ...] = ()


_WITHOUT_A_DATE = {
    "by_declaration": "set_by_document",
    "by_agreement": "set_by_document",
    "conditional": "condition_open",
    "none": "no_right_to_leave",
}


def compute(rule: Rule, facts: Facts, *, at: date | None = None) -> Computed | Undetermined:
    """Return the date that follows from the rule and the facts, with its steps, or why none does.

    A trigger later than `at` has not happened yet on that day and counts as none; a recurring rule gives its next
    day from `at` on.
    """
    if rule.kind in DATELESS_KINDS:
        return _without_date(rule)
    if rule.kind in RECURRING_KINDS:
        return _next_occurrence(rule, at)
    if rule.threshold is not None:
        reached = _by_threshold(rule, rule.threshold, facts, at)
        if isinstance(reached, Undetermined):
            return reached
        facts = reached
    if facts.trigger is None or (at is not None and facts.trigger.earliest > at):
        return Undetermined("no_trigger", Step("no_trigger"), rule.citation)
    fault = _too_early(rule, facts, facts.trigger) or _outside_window(rule, facts, facts.trigger)
    if fault:
        return fault
    return _counted(rule, facts, facts.trigger)


def _counted(rule: Rule, facts: Facts, trigger: DateSpan) -> Computed | Undetermined:
    steps = [*_opening(rule, facts, trigger)]
    start = trigger
    if rule.counted_from:
        anchor = facts.anchors.get(rule.counted_from)
        if anchor is None:
            return _without_anchor(rule)
        start = DateSpan.day(anchor)
        steps.append(_from_anchor(rule, anchor))
    if rule.kind == "renewal":
        return _renewed(rule, trigger, start, steps)
    earliest = _count(rule, start.earliest, steps)
    due = DateSpan(earliest, earliest if start.is_exact else compute_date(rule, start.latest))
    steps += _closing(rule, start, due)
    return Computed(due, rule.zone, rule.citation, tuple(steps), rule.time or None, rule.precedent)


def _next_occurrence(rule: Rule, at: date | None) -> Computed | Undetermined:
    if at is None:
        return Undetermined("no_day", Step("no_day"), rule.citation)
    day = next(occurrences(rule, at, at.replace(year=min(at.year + 60, date.max.year), day=1)), None)
    if day is None:
        return Undetermined("no_more", Step("no_more"), rule.citation)
    steps = (
        Step("clause", {"citation": rule.citation}, f"start {day.isoformat()}", day),
        Step("comes_again", ({} if rule.kind == "yearly" else _period(rule)) | {"day": day}, "note", day),
    )
    return Computed(DateSpan.day(day), rule.zone, rule.citation, steps, rule.time or None, rule.precedent)


def _by_threshold(rule: Rule, threshold: Threshold, facts: Facts, at: date | None) -> Facts | Undetermined:
    found = reach(threshold, facts.deposits, base=facts.base, at=at)
    if isinstance(found, Met):
        party = facts.names.get(found.party, found.party)
        return replace(facts, trigger=DateSpan.day(found.day), trigger_act="threshold", trigger_party=party)
    missing = tuple(facts.names.get(name, name) for name in found.named)
    counted = "named_states" if threshold.named and not threshold.count else "instruments"
    told: Values = {"counted": counted, "standing": found.standing, "needed": found.needed, "missing": missing}
    return Undetermined("threshold_not_met", Step("threshold_not_met", told), rule.citation, missing)


def _too_early(rule: Rule, facts: Facts, trigger: DateSpan) -> Undetermined | None:
    if rule.lock_in is None:
        return None
    begun = facts.anchors.get("party_entry_into_force") or facts.anchors.get("entry_into_force")
    if begun is None:
        return Undetermined("no_anchor", Step("not_known_since_when_bound"), rule.citation)
    earliest = Add(rule.lock_in.amount, rule.lock_in.unit).apply(begun)
    if trigger.latest >= earliest:
        return None
    told: Values = {"first": earliest, "amount": rule.lock_in.amount, "unit": rule.lock_in.unit, "begun": begun}
    return Undetermined("too_early", Step("too_early", told), rule.citation)


def _outside_window(rule: Rule, facts: Facts, trigger: DateSpan) -> Undetermined | None:
    opened = facts.anchors.get("window")
    if rule.window is None or opened is None:
        return None
    closes = Add(rule.window.amount, rule.window.unit).apply(opened)
    if opened <= trigger.latest and trigger.earliest <= closes:
        return None
    return Undetermined("outside_window", Step("outside_window", {"opened": opened, "closes": closes}), rule.citation)


def _without_anchor(rule: Rule) -> Undetermined:
    return Undetermined("no_anchor", Step("anchor_not_known", {"anchor": rule.counted_from}), rule.citation)


def _from_anchor(rule: Rule, anchor: date) -> Step:
    told: Values = {"anchor": rule.counted_from, "day": anchor}
    return Step("counted_from", told, f"start {anchor.isoformat()}", anchor)


def _renewed(rule: Rule, notice: DateSpan, began: DateSpan, steps: list[Step]) -> Computed:
    due = DateSpan(end_of_term(rule, began.earliest, notice.earliest), end_of_term(rule, began.earliest, notice.latest))
    last = last_day_for_notice(rule, due.earliest)
    steps.append(Step("term_ends", {"day": due.earliest}, "note", due.earliest))
    if rule.notice:
        steps.append(Step("renews_unless", {"amount": rule.notice.amount, "unit": rule.notice.unit, "day": last}))
    steps += _closing(rule, notice, due)
    return Computed(due, rule.zone, rule.citation, tuple(steps), rule.time or None, rule.precedent)


def with_readings(computed: Computed, readings: Iterable[Reading]) -> Computed:
    """Return a disputed clock: all readings, the earliest first, which is also the date to prepare for."""
    ordered = tuple(sorted(readings, key=lambda one: (one.due is None, one.due or date.max, one.holder)))
    dates = [one.due for one in ordered if one.due is not None]
    if not dates:
        return replace(computed, readings=ordered)
    note = Step("disputed", {"readings": len(ordered), "day": dates[0]})
    return replace(computed, due=DateSpan(dates[0], dates[-1]), steps=(*computed.steps, note), readings=ordered)


def compute_date(rule: Rule, trigger: date) -> date:
    """Return the date alone, by the same operations as `compute`.

    Raises:
        ClockError: for a rule that counts nothing.

    """
    day = trigger
    for operation in operations_of(rule):
        day = operation.apply(day)
    return day


def replay(steps: Iterable[Step]) -> date:
    """Return the date that the operations of the steps lead to: what is shown can be counted again.

    Raises:
        ClockError: if the steps do not begin with a start, or name an unknown operation.

    """
    day: date | None = None
    for step in steps:
        if step.operation.startswith("start "):
            day = date.fromisoformat(step.operation.removeprefix("start "))
        elif step.operation != "note" and day is not None:
            day = operation_from_code(step.operation).apply(day)
    if day is None:
        raise ClockError("These steps do not say where they start.")
    return day


def _without_date(rule: Rule) -> Undetermined:
    why = Step("told", {"reason": rule.reason}) if rule.reason else Step(rule.kind)
    return Undetermined(_WITHOUT_A_DATE[rule.kind], why, rule.citation)


def _opening(rule: Rule, facts: Facts, trigger: DateSpan) -> tuple[Step, ...]:
    first = trigger.earliest
    told = _what_started(facts) | ({"day": first} if trigger.is_exact else {"first": first, "last": trigger.latest})
    kind = "started" if trigger.is_exact else "started_between"
    return Step(kind, told, f"start {first.isoformat()}", first), _clause_step(rule)


def _what_started(facts: Facts) -> dict[str, Value]:
    if facts.trigger_act:
        return {"act": facts.trigger_act, "party": facts.trigger_party}
    return {"label": facts.trigger_label.rstrip(".")}


@lru_cache(maxsize=4096)
def _clause_step(rule: Rule) -> Step:
    return Step("clause", {"citation": rule.citation} | _period(rule))


def _period(rule: Rule) -> dict[str, Value]:
    return {} if rule.amount is None else {"amount": abs(rule.amount), "unit": rule.unit}


def _count(rule: Rule, day: date, steps: list[Step]) -> date:
    for operation in operations_of(rule):
        after = operation.apply(day)
        steps.append(Step(*operation.told(day, after), operation.code, after))
        steps.extend(_not_thirty_day_blocks(operation, day, after))
        day = after
    return day


def _not_thirty_day_blocks(operation: object, before: date, after: date) -> Iterable[Step]:
    """Explain the commonest slip in the press: "180 days" for six months."""
    if not isinstance(operation, Add) or operation.unit != "months" or operation.amount < 1:
        return ()
    days = operation.amount * _DAYS_IN_A_BLOCK
    blocks = before + timedelta(days=days)
    return () if blocks == after else (Step("not_blocks_of_days", {"blocks": blocks, "days": days}),)


def _closing(rule: Rule, trigger: DateSpan, due: DateSpan) -> tuple[Step, ...]:
    if trigger.is_exact:
        return _closing_steps(rule)
    return (Step("in_a_range", {"first": due.earliest, "last": due.latest}), *_closing_steps(rule))


@lru_cache(maxsize=4096)
def _closing_steps(rule: Rule) -> tuple[Step, ...]:
    """Return the steps that are the same for every trigger of a rule."""
    steps = [Step("precedent", {"precedent": rule.precedent})] if rule.precedent else []
    steps.append(Step("calendar", {"time": rule.time, "zone": rule.zone}))
    if rule.what_stops_it:
        steps.append(Step("what_stops_it", {"stop": rule.what_stops_it}))
    return tuple(steps)

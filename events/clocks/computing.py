"""From a rule and what was recorded to a date with its reasons, or to the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from events.clocks.days import write_day
from events.clocks.errors import ClockError
from events.clocks.operations import Add, operation_from_code, operations_of
from events.clocks.recurring import RECURRING_KINDS, end_of_term, last_day_for_notice, occurrences
from events.clocks.rules import DATELESS_KINDS, describe_period
from events.clocks.spans import DateSpan
from events.clocks.thresholds import Met, reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from events.clocks.rules import Rule
    from events.clocks.thresholds import Deposit, Threshold

_DAYS_IN_A_BLOCK = 30


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record holds for one clock: when it was triggered, by what, and what else the clause refers to.

    `anchors` gives the dates that a rule may count from (entry_into_force, party_entry_into_force, expiry);
    `deposits` the instruments that a threshold counts, `base` the size of what a share is taken of, `names` what to
    call the parties.
    """

    trigger: DateSpan | None = None
    trigger_label: str = "The act that starts the clock"
    anchors: Mapping[str, date] = field(default_factory=dict)
    deposits: tuple[Deposit, ...] = ()
    base: int = 0
    names: Mapping[str, str] = field(default_factory=dict)


class Step(NamedTuple):
    """One step of a computation: in words, in machine form, and the date it leads to."""

    text: str
    operation: str = "note"
    result: date | None = None


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
    """No date follows from what is recorded; `reason` says why, `missing` what would be needed."""

    code: str
    reason: str
    citation: str
    missing: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    range: DateSpan | None = None


_WITHOUT_A_DATE = {
    "by_declaration": (
        "set_by_document",
        "The date is set by a declaration, not by counting.",
        "the declaration",
    ),
    "by_agreement": (
        "set_by_document",
        "The date is agreed between the parties, not counted.",
        "the agreement",
    ),
    "conditional": ("condition_open", "There is no date until a condition is met.", "the condition"),
    "none": ("no_right_to_leave", "The treaty gives no right that would start a clock.", ""),
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
        return Undetermined("no_trigger", "Nothing on record starts this clock.", rule.citation, ("the trigger",))
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
        steps += _from_anchor(rule, anchor)
    if rule.kind == "renewal":
        return _renewed(rule, trigger, start, steps)
    earliest = _count(rule, start.earliest, steps)
    due = DateSpan(earliest, earliest if start.is_exact else compute_date(rule, start.latest))
    steps += _closing(rule, start, due)
    return Computed(due, rule.zone, rule.citation, tuple(steps), rule.time or None, rule.precedent)


def _next_occurrence(rule: Rule, at: date | None) -> Computed | Undetermined:
    if at is None:
        return Undetermined("no_day", "A date that comes again needs the day from which to look.", rule.citation)
    day = next(occurrences(rule, at, at.replace(year=min(at.year + 60, date.max.year), day=1)), None)
    if day is None:
        return Undetermined("no_more", "No further date follows from this rule.", rule.citation)
    how = "Comes again every year" if rule.kind == "yearly" else f"Comes again every {describe_period(rule)}"
    steps = (
        Step(f"{rule.citation}.", f"start {day.isoformat()}", day),
        Step(f"{how}: next on {write_day(day)}.", "note", day),
    )
    return Computed(DateSpan.day(day), rule.zone, rule.citation, steps, rule.time or None, rule.precedent)


def _by_threshold(rule: Rule, threshold: Threshold, facts: Facts, at: date | None) -> Facts | Undetermined:
    found = reach(threshold, facts.deposits, base=facts.base, at=at)
    if isinstance(found, Met):
        label = f"With the instrument of {facts.names.get(found.party, found.party)} the threshold is reached"
        return replace(facts, trigger=DateSpan.day(found.day), trigger_label=label)
    missing = tuple(facts.names.get(name, name) for name in found.named)
    what = "named states have deposited" if threshold.named and not threshold.count else "instruments stand"
    reason = f"The threshold is not reached: {found.standing} of {found.needed} {what}."
    if missing:
        reason += f" Missing: {', '.join(missing)}."
    return Undetermined("threshold_not_met", reason, rule.citation, missing or ("further instruments",))


def _too_early(rule: Rule, facts: Facts, trigger: DateSpan) -> Undetermined | None:
    if rule.lock_in is None:
        return None
    begun = facts.anchors.get("party_entry_into_force") or facts.anchors.get("entry_into_force")
    if begun is None:
        return Undetermined("no_anchor", "It is not recorded since when the party is bound.", rule.citation)
    earliest = Add(rule.lock_in.amount, rule.lock_in.unit).apply(begun)
    if trigger.latest >= earliest:
        return None
    reason = f"Notice may be given from {write_day(earliest)} on: {rule.lock_in} after {write_day(begun)}."
    return Undetermined("too_early", reason, rule.citation, (f"a notice on or after {write_day(earliest)}",))


def _outside_window(rule: Rule, facts: Facts, trigger: DateSpan) -> Undetermined | None:
    opened = facts.anchors.get("window")
    if rule.window is None or opened is None:
        return None
    closes = Add(rule.window.amount, rule.window.unit).apply(opened)
    if opened <= trigger.latest and trigger.earliest <= closes:
        return None
    reason = f"Notice is possible from {write_day(opened)} to {write_day(closes)} only."
    return Undetermined("outside_window", reason, rule.citation, ("a notice within that time",))


def _without_anchor(rule: Rule) -> Undetermined:
    words = {
        "entry_into_force": "the treaty's entry into force",
        "party_entry_into_force": "entry into force for the party",
        "expiry": "the date on which the treaty would expire",
    }[rule.counted_from]
    return Undetermined("no_anchor", f"The clause counts from {words}, which is not known.", rule.citation, (words,))


def _from_anchor(rule: Rule, anchor: date) -> Iterable[Step]:
    words = {
        "entry_into_force": "the treaty's entry into force",
        "party_entry_into_force": "entry into force for the party",
        "expiry": "the date on which it would have expired, not from the day of the agreement",
    }[rule.counted_from]
    yield Step(f"Counted from {words}: {write_day(anchor)}.", f"start {anchor.isoformat()}", anchor)


def _renewed(rule: Rule, notice: DateSpan, began: DateSpan, steps: list[Step]) -> Computed:
    due = DateSpan(end_of_term(rule, began.earliest, notice.earliest), end_of_term(rule, began.earliest, notice.latest))
    last = last_day_for_notice(rule, due.earliest)
    steps.append(Step(f"The term in which the notice falls ends on {write_day(due.earliest)}.", "note", due.earliest))
    steps.append(Step(f"The treaty renews itself unless notice comes {rule.notice} before: by {write_day(last)}."))
    steps += _closing(rule, notice, due)
    return Computed(due, rule.zone, rule.citation, tuple(steps), rule.time or None, rule.precedent)


def with_readings(computed: Computed, readings: Iterable[Reading]) -> Computed:
    """Return a disputed clock: all readings, the earliest first, which is also the date to prepare for."""
    ordered = tuple(sorted(readings, key=lambda one: (one.due is None, one.due or date.max, one.holder)))
    dates = [one.due for one in ordered if one.due is not None]
    if not dates:
        return replace(computed, readings=ordered)
    note = Step(f"The date is disputed: {len(ordered)} readings. The earliest, {write_day(dates[0])}, is used.")
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
    code, reason, missing = _WITHOUT_A_DATE[rule.kind]
    return Undetermined(code, rule.reason or reason, rule.citation, (missing,) if missing else ())


def _opening(rule: Rule, facts: Facts, trigger: DateSpan) -> tuple[Step, ...]:
    label = facts.trigger_label.rstrip(".")
    first = trigger.earliest
    if trigger.is_exact:
        text = f"{label}: {write_day(first)}."
    else:
        text = (
            f"{label}: between {write_day(first)} and {write_day(trigger.latest)}; counted first from the earlier day."
        )
    return Step(text, f"start {first.isoformat()}", first), _clause_step(rule)


@lru_cache(maxsize=4096)
def _clause_step(rule: Rule) -> Step:
    period = describe_period(rule)
    return Step(f"{rule.citation}: {period}." if period else f"{rule.citation}.")


def _count(rule: Rule, day: date, steps: list[Step]) -> date:
    for operation in operations_of(rule):
        after = operation.apply(day)
        steps.append(Step(operation.sentence(day, after), operation.code, after))
        steps.extend(_not_thirty_day_blocks(operation, day, after))
        day = after
    return day


def _not_thirty_day_blocks(operation: object, before: date, after: date) -> Iterable[Step]:
    """Explain the commonest slip in the press: "180 days" for six months."""
    if not isinstance(operation, Add) or operation.unit != "months" or operation.amount < 1:
        return ()
    days = operation.amount * _DAYS_IN_A_BLOCK
    blocks = before + timedelta(days=days)
    if blocks == after:
        return ()
    text = (
        f"Not {write_day(blocks)}: that would be {days} days, but a month is not a block of 30 days, "
        "and the clause counts months."
    )
    return (Step(text),)


def _closing(rule: Rule, trigger: DateSpan, due: DateSpan) -> tuple[Step, ...]:
    if trigger.is_exact:
        return _closing_steps(rule)
    days = f"from {write_day(due.earliest)} to {write_day(due.latest)}"
    coarse = Step(f"The day of the trigger is not known, so the date lies in the range {days}.")
    return (coarse, *_closing_steps(rule))


@lru_cache(maxsize=4096)
def _closing_steps(rule: Rule) -> tuple[Step, ...]:
    """Return the steps that are the same for every trigger of a rule."""
    steps = [Step(f"Counted as in this precedent: {rule.precedent}")] if rule.precedent else []
    hour = f"The effect comes at {rule.time}" if rule.time else "The clause sets no hour, so whole days are counted"
    steps.append(Step(f"{hour}, by the calendar of {_place(rule.zone)}."))
    if rule.what_stops_it:
        steps.append(Step(f"What would stop it: {rule.what_stops_it}"))
    return tuple(steps)


def _place(zone: str) -> str:
    # The calendar of New York is Washington's; readers should see the zone that the record names.
    return zone.rpartition("/")[2].replace("_", " ") if "/" in zone else zone

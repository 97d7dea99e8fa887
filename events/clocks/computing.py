"""From a rule and what was recorded to a date with its reasons, or to the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from events.clocks.days import write_day
from events.clocks.errors import ClockError
from events.clocks.operations import Add, operation_from_code, operations_of
from events.clocks.rules import DATELESS_KINDS, describe_period
from events.clocks.spans import DateSpan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.clocks.rules import Rule

_DAYS_IN_A_BLOCK = 30


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record holds for one clock: when it was triggered, and what the trigger was."""

    trigger: DateSpan | None = None
    trigger_label: str = "The act that starts the clock"


@dataclass(frozen=True, slots=True)
class Step:
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

    A trigger later than `at` has not happened yet on that day and counts as none.
    """
    if rule.kind in DATELESS_KINDS:
        return _without_date(rule)
    if facts.trigger is None or (at is not None and facts.trigger.earliest > at):
        return Undetermined("no_trigger", "Nothing on record starts this clock.", rule.citation, ("the trigger",))
    steps = list(_opening(rule, facts, facts.trigger))
    earliest = _count(rule, facts.trigger.earliest, steps)
    due = DateSpan(earliest, compute_date(rule, facts.trigger.latest))
    steps += _closing(rule, facts.trigger, due)
    return Computed(due, rule.zone, rule.citation, tuple(steps), rule.time or None, rule.precedent)


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


def _opening(rule: Rule, facts: Facts, trigger: DateSpan) -> Iterable[Step]:
    label = facts.trigger_label.rstrip(".")
    start = f"start {trigger.earliest.isoformat()}"
    if trigger.is_exact:
        yield Step(f"{label}: {write_day(trigger.earliest)}.", start, trigger.earliest)
    else:
        within = f"between {write_day(trigger.earliest)} and {write_day(trigger.latest)}"
        yield Step(f"{label}: {within}; counted first from the earlier day.", start, trigger.earliest)
    period = describe_period(rule)
    yield Step(f"{rule.citation}: {period}." if period else f"{rule.citation}.")


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
        return
    days = operation.amount * _DAYS_IN_A_BLOCK
    blocks = Add(days, "days").apply(before)
    if blocks != after:
        yield Step(
            f"Not {write_day(blocks)}: that would be {days} days, but a month is not a block of 30 days, "
            "and the clause counts months."
        )


def _closing(rule: Rule, trigger: DateSpan, due: DateSpan) -> Iterable[Step]:
    if not trigger.is_exact:
        days = f"from {write_day(due.earliest)} to {write_day(due.latest)}"
        yield Step(f"The day of the trigger is not known, so the date lies in the range {days}.")
    if rule.precedent:
        yield Step(f"Counted as in this precedent: {rule.precedent}")
    hour = f"The effect comes at {rule.time}" if rule.time else "The clause sets no hour, so whole days are counted"
    yield Step(f"{hour}, by the calendar of {_place(rule.zone)}.")
    if rule.what_stops_it:
        yield Step(f"What would stop it: {rule.what_stops_it}")


def _place(zone: str) -> str:
    # The calendar of New York is Washington's; readers should see the zone that the record names.
    return zone.rpartition("/")[2].replace("_", " ") if "/" in zone else zone

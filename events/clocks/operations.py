"""What a rule does to a date, one operation at a time.

A family of rules is a sequence of these; fast computation, the steps shown to readers and their replay all run
the same operations, so that what is shown is what was counted.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from events.clocks.anchors import anchored_day
from events.clocks.errors import ClockError
from events.clocks.periods import count_of

if TYPE_CHECKING:
    from events.clocks.rules import Rule
    from events.clocks.steps import Values


_SHORTEST_MONTH = 28


class Operation(Protocol):
    """One step from a date to a date."""

    @property
    def code(self) -> str:
        """Return the machine form, which `operation_from_code` reads back."""

    def apply(self, day: date) -> date:
        """Return the date after this step."""

    def told(self, before: date, after: date) -> tuple[str, Values]:
        """Return the kind of step that this is, and its values."""


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or that month's last day where it has no such day.

    As dateutil's relativedelta does it, with a third of the work: this is the innermost line of every clock.

    Raises:
        ValueError: if the calendar has no such year.

    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if day.day <= _SHORTEST_MONTH:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Add:
    """Add a period. The first day is not counted; months keep the day number and clamp to the month's end.

    Always from the original day, never chained month by month: 30 November + 6 months is 30 May.
    """

    amount: int
    unit: str

    @property
    def code(self) -> str:
        """Return "add 6 months"."""
        return f"add {self.amount} {self.unit}"

    def apply(self, day: date) -> date:
        """Return the day a period later (earlier if negative)."""
        try:
            if self.unit == "days":
                return day + timedelta(days=self.amount)
            return add_months(day, self.amount * (12 if self.unit == "years" else 1))
        except (OverflowError, ValueError) as error:
            raise ClockError(f"{count_of(self.amount, self.unit)} from {day} leaves the calendar.") from error

    def told(self, before: date, after: date) -> tuple[str, Values]:
        """Return the sum."""
        return "added", {"before": before, "amount": self.amount, "unit": self.unit, "after": after}


@dataclass(frozen=True, slots=True)
class NextDay:
    """Effect at 00:00 of the day after the last full day of the period."""

    code = "next day"

    def apply(self, day: date) -> date:
        """Return the day after."""
        return day + timedelta(days=1)

    def told(self, before: date, after: date) -> tuple[str, Values]:
        """Return the last full day and the day of effect."""
        return "next_day", {"before": before, "after": after}


@dataclass(frozen=True, slots=True)
class DayBefore:
    """The anniversary no longer belongs to the period: its last day is the day before."""

    code = "day before"

    def apply(self, day: date) -> date:
        """Return the day before."""
        return day - timedelta(days=1)

    def told(self, before: date, after: date) -> tuple[str, Values]:
        """Return the anniversary and the last day."""
        return "day_before", {"before": before, "after": after}


@dataclass(frozen=True, slots=True)
class NotBefore:
    """Never before a day, usually the treaty's own entry into force."""

    floor: date

    @property
    def code(self) -> str:
        """Return "not before 1999-03-01"."""
        return f"not before {self.floor.isoformat()}"

    def apply(self, day: date) -> date:
        """Return the later of the two days."""
        return max(day, self.floor)

    def told(self, before: date, after: date) -> tuple[str, Values]:
        """Say whether the floor matters."""
        kind = "not_before_anyway" if after == before else "not_before"
        return kind, {"before": before, "floor": self.floor}


@dataclass(frozen=True, slots=True)
class AddUnlessBefore:
    """Bound on the pivot day if the trigger came before it, else by one's own period."""

    pivot: date
    period: Add

    @property
    def code(self) -> str:
        """Return "add 30 days unless before 1997-04-29"."""
        return f"{self.period.code} unless before {self.pivot.isoformat()}"

    def apply(self, day: date) -> date:
        """Return the pivot, or the end of the period."""
        return self.pivot if day < self.pivot else self.period.apply(day)

    def told(self, before: date, after: date) -> tuple[str, Values]:
        """Say which of the two applies."""
        if before < self.pivot:
            return "pivot", {"before": before, "floor": self.pivot}
        return "added_after_pivot", {"floor": self.pivot} | dict(self.period.told(before, after)[1])


@dataclass(frozen=True, slots=True)
class FirstOfMonth:
    """The first day of the Nth month after the month of the date."""

    months: int

    @property
    def code(self) -> str:
        """Return "first of month 6"."""
        return f"first of month {self.months}"

    def apply(self, day: date) -> date:
        """Return the first of that month."""
        return Add(self.months, "months").apply(day.replace(day=1))

    def told(self, before: date, after: date) -> tuple[str, Values]:
        """Return which month after which day."""
        return "first_of_month", {"before": before, "months": self.months, "after": after}


@dataclass(frozen=True, slots=True)
class CalendarAnchor:
    """A day of the calendar year, with a cut-off."""

    anchor: str

    @property
    def code(self) -> str:
        """Return "anchor 31dec_next_year"."""
        return f"anchor {self.anchor}"

    def apply(self, day: date) -> date:
        """Return the anchored day."""
        return anchored_day(self.anchor, day)

    def told(self, before: date, after: date) -> tuple[str, Values]:
        """Return the day, and the one that the calendar gives for it."""
        return "calendar_day", {"before": before, "after": after}


@dataclass(frozen=True, slots=True)
class FixedOn:
    """A day that the clause itself names."""

    named: date

    @property
    def code(self) -> str:
        """Return "on 2011-02-05"."""
        return f"on {self.named.isoformat()}"

    def apply(self, day: date) -> date:  # noqa: ARG002
        """Return the named day, whatever came before."""
        return self.named

    def told(self, before: date, after: date) -> tuple[str, Values]:  # noqa: ARG002
        """Return the named day."""
        return "named_day", {"after": after}


@lru_cache(maxsize=4096)
def operations_of(rule: Rule) -> tuple[Operation, ...]:
    """Return what the rule does to its trigger, in order.

    Raises:
        ClockError: if the rule yields no date at all (a document or a condition sets it).

    """
    if rule.kind == "same_day":
        return ()
    if rule.kind == "fixed_calendar":
        return (CalendarAnchor(rule.anchor),)
    if rule.kind == "fixed_date" and rule.fixed_on:
        return (FixedOn(rule.fixed_on),)
    if rule.amount is None or rule.kind in {"every_n_years", "renewal"}:
        raise ClockError(f"A rule of the kind “{rule.kind}” computes no date.")
    return _period_operations(rule, Add(rule.amount, rule.unit))


def _period_operations(rule: Rule, period: Add) -> tuple[Operation, ...]:
    if rule.kind == "offset_pivot_eif" and rule.not_before:
        return (AddUnlessBefore(rule.not_before, period),)
    floor: tuple[Operation, ...] = (NotBefore(rule.not_before),) if rule.not_before else ()
    floor += (DayBefore(),) if rule.ends == "day_before" else ()
    base: dict[str, tuple[Operation, ...]] = {
        "offset_next_day": (period, NextDay()),
        "first_day_of_nth_month": (FirstOfMonth(period.amount),),
        "first_of_month_after_nth_day": (period, FirstOfMonth(1)),
        "first_of_month_after_period": (period, FirstOfMonth(1)),
    }
    return base.get(rule.kind.removesuffix("_floor"), (period,)) + floor


def operation_from_code(code: str) -> Operation:  # noqa: PLR0911 - one line for each form
    """Return the operation that this machine form names.

    Raises:
        ClockError: if it names none.

    """
    words = code.split()
    match words:
        case ["add", amount, unit]:
            return Add(int(amount), unit)
        case ["add", amount, unit, "unless", "before", day]:
            return AddUnlessBefore(date.fromisoformat(day), Add(int(amount), unit))
        case ["day", "before"]:
            return DayBefore()
        case ["next", "day"]:
            return NextDay()
        case ["not", "before", day]:
            return NotBefore(date.fromisoformat(day))
        case ["first", "of", "month", months]:
            return FirstOfMonth(int(months))
        case ["anchor", anchor]:
            return CalendarAnchor(anchor)
        case ["on", day]:
            return FixedOn(date.fromisoformat(day))
    raise ClockError(f"“{code}” is no operation of a clock.")

"""Obligations and meetings that come again: every year, every so many years, at the end of each renewed term."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from events.clocks.errors import ClockError
from events.clocks.operations import Add

if TYPE_CHECKING:
    from collections.abc import Iterator

    from events.clocks.rules import Rule

RECURRING_KINDS = frozenset({"yearly", "every_n_years"})
_MOST = 4000


def occurrences(rule: Rule, first: date, last: date) -> Iterator[date]:
    """Yield the days of a recurring rule from `first` to `last`, both included, oldest first.

    Raises:
        ClockError: if the rule does not recur.

    """
    if rule.kind == "yearly":
        month, day = (int(part) for part in rule.month_day.split("-"))
        start = rule.fixed_on or date.min
        found = (date(year, month, day) for year in range(first.year, last.year + 1))
        yield from (one for one in found if first <= one <= last and one >= start)
        return
    if rule.kind != "every_n_years" or rule.fixed_on is None or rule.amount is None:
        raise ClockError(f"A rule of the kind “{rule.kind}” does not recur.")
    for number in range(_MOST):
        # Each from the first one: 29 February comes again whenever the calendar has it.
        one = Add(rule.amount * number, "years").apply(rule.fixed_on)
        if one > last:
            return
        if one >= first:
            yield one


def end_of_term(rule: Rule, began: date, notice: date) -> date:
    """Return the end of the renewed term that a notice on this day brings about.

    The treaty runs for its term and renews itself by `renewal` (the same term if not given) unless notice comes at
    least `notice` before the end.

    Raises:
        ClockError: if the rule does not renew itself.

    """
    if rule.kind != "renewal" or rule.amount is None or rule.notice is None:
        raise ClockError(f"A rule of the kind “{rule.kind}” does not renew itself.")
    step = rule.renewal.amount if rule.renewal else rule.amount
    unit = rule.renewal.unit if rule.renewal else rule.unit
    first_end = Add(rule.amount, rule.unit).apply(began)
    for number in range(_MOST):
        end = Add(step * number, unit).apply(first_end) if number else first_end
        if notice <= last_day_for_notice(rule, end):
            return end
    raise ClockError("The terms of this treaty leave the calendar.")


def last_day_for_notice(rule: Rule, end: date) -> date:
    """Return the last day on which notice still stops the renewal at `end`.

    Raises:
        ClockError: if the rule asks for no notice.

    """
    if rule.notice is None:
        raise ClockError("A rule that renews itself needs its notice.")
    return Add(-rule.notice.amount, rule.notice.unit).apply(end)

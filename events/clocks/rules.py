"""Clock rules as frozen values; docs/clock-rules.md describes each family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.clocks.days import zone_named
from events.clocks.errors import ClockError

if TYPE_CHECKING:
    from datetime import date

UNITS = ("days", "months", "years")

PERIOD_KINDS = frozenset(
    {
        "offset",
        "offset_next_day",
        "offset_floor",
        "offset_pivot_eif",
        "first_day_of_nth_month",
        "first_day_of_nth_month_floor",
        "first_of_month_after_nth_day",
        "first_of_month_after_nth_day_floor",
        "first_of_month_after_period",
        "deadline",
        "duration",
    }
)
FLOOR_KINDS = frozenset(
    {
        "offset_floor",
        "offset_pivot_eif",
        "first_day_of_nth_month_floor",
        "first_of_month_after_nth_day_floor",
    }
)
CALENDAR_KINDS = frozenset({"same_day", "fixed_calendar", "fixed_date"})
DATELESS_KINDS = frozenset({"by_declaration", "by_agreement", "conditional", "none"})
KINDS = PERIOD_KINDS | CALENDAR_KINDS | DATELESS_KINDS

CALENDAR_ANCHORS = ("30jun_if_by_1jan", "1jan_if_by_1jul", "31dec_next_year", "31dec_fy_9months")

_NEEDED_UNIT = {
    "first_day_of_nth_month": "months",
    "first_day_of_nth_month_floor": "months",
    "first_of_month_after_nth_day": "days",
    "first_of_month_after_nth_day_floor": "days",
    "first_of_month_after_period": "months",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """How one clause counts.

    `amount` and `unit` (days, months, years) give the period; `not_before` the floor or pivot, usually the treaty's
    own entry into force; `anchor` the calendar day of a fixed_calendar rule; `fixed_on` the day of a fixed_date rule;
    `zone` (IANA) says by whose calendar days are counted; `time` the hour of effect where the record gives one.
    """

    kind: str
    citation: str
    amount: int | None = None
    unit: str = ""
    not_before: date | None = None
    anchor: str = ""
    fixed_on: date | None = None
    zone: str = "UTC"
    time: str = ""
    precedent: str = ""
    what_stops_it: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ClockError(f"“{self.kind}” is not a kind of clock rule.")
        if not self.citation.strip():
            raise ClockError("A clock rule needs a citation: the article it is taken from.")
        zone_named(self.zone)
        _check_period(self)
        _check_anchors(self)


def _check_period(rule: Rule) -> None:
    if rule.kind not in PERIOD_KINDS:
        return
    if rule.unit not in UNITS:
        raise ClockError(f"A period counts days, months or years, not “{rule.unit}”.")
    if rule.amount is None or rule.amount == 0:
        raise ClockError(f"The rule “{rule.kind}” needs a period, such as 6 months.")
    if rule.amount < 0 and rule.kind != "deadline":
        raise ClockError(f"A period of {rule.amount} {rule.unit} runs backward; only a deadline may.")
    needed = _NEEDED_UNIT.get(rule.kind, rule.unit)
    if rule.unit != needed:
        raise ClockError(f"The rule “{rule.kind}” counts {needed}, not {rule.unit}.")


def _check_anchors(rule: Rule) -> None:
    if rule.kind in FLOOR_KINDS and rule.not_before is None:
        raise ClockError(f"The rule “{rule.kind}” needs the day that it may not come before.")
    if rule.kind == "fixed_calendar" and rule.anchor not in CALENDAR_ANCHORS:
        raise ClockError(f"“{rule.anchor}” is not a calendar anchor that we know.")
    if rule.kind == "fixed_date" and rule.fixed_on is None:
        raise ClockError("A fixed date needs its day.")


def describe_period(rule: Rule) -> str:
    """Return "6 months", "1 year", "150 days"; "" for a rule without a period."""
    if rule.amount is None:
        return ""
    return count_of(abs(rule.amount), rule.unit)


def count_of(amount: int, unit: str) -> str:
    """Return "1 month" or "6 months"."""
    return f"{amount} {unit if amount != 1 else unit.removesuffix('s')}"

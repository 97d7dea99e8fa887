"""Clock rules as frozen values; docs/clock-rules.md describes each family."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from events.clocks.anchors import check_anchor
from events.clocks.days import zone_named
from events.clocks.errors import ClockError
from events.clocks.periods import UNITS

if TYPE_CHECKING:
    from events.clocks.periods import Period
    from events.clocks.thresholds import Threshold

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
        "every_n_years",
        "renewal",
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
CALENDAR_KINDS = frozenset({"same_day", "fixed_calendar", "fixed_date", "yearly"})
DATELESS_KINDS = frozenset({"by_declaration", "by_agreement", "conditional", "none"})
KINDS = PERIOD_KINDS | CALENDAR_KINDS | DATELESS_KINDS

# From what a clause counts where it is not its own trigger.
ANCHORS = ("entry_into_force", "party_entry_into_force", "expiry")
# Whether the anniversary still belongs to the period is settled by practice, so it needs a precedent.
ENDS = ("", "day_before")

_NEEDED_UNIT = {
    "first_day_of_nth_month": "months",
    "first_day_of_nth_month_floor": "months",
    "first_of_month_after_nth_day": "days",
    "first_of_month_after_nth_day_floor": "days",
    "first_of_month_after_period": "months",
    "every_n_years": "years",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """How one clause counts.

    `amount` and `unit` (days, months, years) give the period; `not_before` the floor or pivot, usually the treaty's
    own entry into force; `anchor` the calendar day of a fixed_calendar rule; `fixed_on` the day of a fixed_date rule;
    `month_day` ("04-30") the day of a yearly rule; `notice` and `renewal` the notice and the further terms of a treaty
    that renews itself. `counted_from` names what is counted from where it is not the trigger itself; `lock_in` how
    long after entry into force no notice may be given; `window` for how long after its trigger an act is possible;
    `threshold` what must be reached before the clock starts; `ends` "day_before" where practice counts the end in.
    `zone` (IANA) says by whose calendar days are counted; `time` the hour of effect where the record gives one.
    """

    kind: str
    citation: str
    amount: int | None = None
    unit: str = ""
    not_before: date | None = None
    anchor: str = ""
    fixed_on: date | None = None
    month_day: str = ""
    counted_from: str = ""
    ends: str = ""
    threshold: Threshold | None = None
    lock_in: Period | None = None
    window: Period | None = None
    notice: Period | None = None
    renewal: Period | None = None
    zone: str = "UTC"
    time: str = ""
    precedent: str = ""
    what_stops_it: str = ""
    reason: str = ""
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __hash__(self) -> int:
        # Rules are keys of caches in the innermost loop; two dozen fields are hashed once.
        return self._hash

    def __post_init__(self) -> None:
        told = (self.kind, self.citation, self.amount, self.unit, self.not_before, self.zone, self.precedent)
        object.__setattr__(self, "_hash", hash(told))
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
    if rule.kind == "fixed_calendar":
        check_anchor(rule.anchor)
    if rule.kind in {"fixed_date", "every_n_years"} and rule.fixed_on is None:
        raise ClockError("A fixed date needs its day.")
    if rule.kind == "yearly":
        _check_month_day(rule.month_day)
    if rule.kind == "renewal" and rule.notice is None:
        raise ClockError("A treaty that renews itself needs the notice that stops it.")
    if rule.counted_from and rule.counted_from not in ANCHORS:
        raise ClockError(f"A clock can count from {', '.join(ANCHORS)}, not from “{rule.counted_from}”.")
    if rule.ends not in ENDS:
        raise ClockError(f"A period ends on the anniversary or the “day_before”, not “{rule.ends}”.")
    if rule.ends and not rule.precedent:
        raise ClockError("Whether the last day is the day before the anniversary is settled by a precedent: cite it.")


def _check_month_day(month_day: str) -> None:
    try:
        date.fromisoformat(f"2001-{month_day}")
    except ValueError as error:
        raise ClockError(f"“{month_day}” is not a day of every year; write it like 04-30.") from error

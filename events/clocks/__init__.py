"""The legal-clock engine: from a treaty's clause and what was recorded to a date, with every step.

It knows no database and no framework. `compute` never guesses: where no date follows, it says why.
"""

from events.clocks.computing import (
    Computed,
    Facts,
    Reading,
    Undetermined,
    compute,
    compute_date,
    replay,
    with_readings,
)
from events.clocks.days import days_left, today_in, write_day
from events.clocks.errors import ClockError
from events.clocks.json_form import rule_from_json, rule_to_json
from events.clocks.lives import Happening, Life, live
from events.clocks.periods import Period
from events.clocks.recurring import occurrences
from events.clocks.rules import Rule
from events.clocks.spans import DateSpan
from events.clocks.steps import Step, step_from_json, step_to_json
from events.clocks.thresholds import Deposit, Threshold

__all__ = [
    "ClockError",
    "Computed",
    "DateSpan",
    "Deposit",
    "Facts",
    "Happening",
    "Life",
    "Period",
    "Reading",
    "Rule",
    "Step",
    "Threshold",
    "Undetermined",
    "compute",
    "compute_date",
    "days_left",
    "live",
    "occurrences",
    "replay",
    "rule_from_json",
    "rule_to_json",
    "step_from_json",
    "step_to_json",
    "today_in",
    "with_readings",
    "write_day",
]

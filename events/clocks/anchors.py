"""Calendar anchors: days of the year that a clause fixes, with a cut-off.

`30jun_if_by_1jan` is the next 30 June after a 1 January by which the act was done; `31dec_next_year` and
`31dec_same_year` need no cut-off; `31dec_fy_9months` is the end of the first calendar year that leaves nine months.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

from dateutil.relativedelta import relativedelta

from events.clocks.errors import ClockError

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAY = r"(\d{1,2})([a-z]{3})"
_FORM = re.compile(rf"{_DAY}_(?:if_by_{_DAY}|(next_year|same_year)|fy_(\d+)months)")


def check_anchor(anchor: str) -> None:
    """Refuse what is no anchor.

    Raises:
        ClockError: naming it.

    """
    anchored_day(anchor, date(2001, 1, 1))


def anchored_day(anchor: str, trigger: date) -> date:
    """Return the day that the anchor gives for an act on `trigger`.

    Raises:
        ClockError: if the anchor cannot be read, or names a day that a year lacks.

    """
    match = _FORM.fullmatch(anchor)
    if not match:
        raise ClockError(f"“{anchor}” is not a calendar anchor; write it like 31dec_next_year or 30jun_if_by_1jan.")
    day, month, cut_day, cut_month, which_year, months = match.groups()
    if which_year:
        return _on(day, month, trigger.year + (which_year == "next_year"))
    if months:
        return _end_that_leaves(day, month, int(months), trigger)
    cut = _on(cut_day, cut_month, trigger.year)
    cut = cut if trigger <= cut else _on(cut_day, cut_month, trigger.year + 1)
    effect = _on(day, month, cut.year)
    return effect if effect > cut else _on(day, month, cut.year + 1)


def _end_that_leaves(day: str, month: str, months: int, trigger: date) -> date:
    end = _on(day, month, trigger.year)
    end = end if end >= trigger else _on(day, month, trigger.year + 1)
    while trigger + relativedelta(months=months) > end:
        end = _on(day, month, end.year + 1)
    return end


def _on(day: str, month: str, year: int) -> date:
    try:
        return date(year, _MONTHS[month], int(day))
    except (KeyError, ValueError) as error:
        raise ClockError(f"“{day}{month}” is not a day of every year.") from error

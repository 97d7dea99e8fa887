"""Counting days to a date: the one function that pages, mails and the calculator share."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from events.clocks.errors import ClockError

if TYPE_CHECKING:
    from datetime import date, datetime

# Fixed names: a server's locale must not change what a reader or a test sees.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


# Of each machine its own: no day can be counted by them.
_NO_PLACES = frozenset({"localtime", "posixrules"})


@lru_cache(maxsize=128)
def zone_named(name: str) -> ZoneInfo:
    """Return the IANA zone of this name.

    Raises:
        ClockError: if there is none.

    """
    try:
        return ZoneInfo("" if name in _NO_PLACES else name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ClockError(f"“{name}” is not a time zone; write it like America/New_York.") from error


def today_in(zone: str, at: datetime) -> date:
    """Return the calendar date in `zone` (IANA name) at the instant `at`.

    Raises:
        ClockError: if `at` has no zone of its own, or the zone does not exist.

    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise ClockError("An instant needs a time zone; this one has none.")
    return at.astimezone(zone_named(zone)).date()


def days_left(due: date, *, at: datetime, zone: str) -> int:
    """Return whole calendar days from the date in `zone` at the instant `at` to `due`: 0 on the day, negative after.

    Calendar days, not spans of 24 hours: a change to summer time moves nothing.
    """
    return (due - today_in(zone, at)).days


@lru_cache(maxsize=65536)
def write_day(day: date) -> str:
    """Return "2 February 2019"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

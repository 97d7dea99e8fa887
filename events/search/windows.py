"""Stretches of days that hold about a given share of everything, and the marks by which the index knows them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

# What has no date stands in the years from here on (see events/migrations/_search_windows.py).
UNDATED = date(9000, 1, 1)
_YEAR, _MONTH = 366, 31


def periods(first: date, last: date) -> list[str]:
    """Return the marks of the fewest centuries, decades, years, months and days that make up the days between."""
    found = []
    day = first
    while day <= last:
        mark, end = next((mark, end) for mark, begins, end in _around(day) if begins and end <= last)
        found.append(mark)
        if end == date.max:
            break
        day = end + timedelta(days=1)
    return found


def _around(day: date) -> list[tuple[str, bool, date]]:
    """Return the periods that hold the day, the longest first: (mark, whether it begins on this day, its last day)."""
    written = day.isoformat()
    new_year = (day.month, day.day) == (1, 1)
    following = day.replace(day=28) + timedelta(days=4) if (day.year, day.month) != (9999, 12) else date.max
    month_end = following.replace(day=1) - timedelta(days=1) if following != date.max else date.max
    return [
        # Years are written as they are counted in the marks: 1900 to 1999 are ":c19".
        (f":c{written[:2]}", new_year and (day.year % 100 == 0 or day.year == 1), _last_of(day.year // 100 * 100 + 99)),
        (f":x{written[:3]}", new_year and (day.year % 10 == 0 or day.year == 1), _last_of(day.year // 10 * 10 + 9)),
        (f":y{written[:4]}", new_year, _last_of(day.year)),
        (f":m{written[:7]}", day.day == 1, month_end),
        (f":d{written}", True, day),
    ]


def _last_of(year: int) -> date:
    return date(year, 12, 31)


@dataclass(frozen=True)
class Spread:
    """How everything is spread over time: between two neighbouring `edges` (ordinals) lies `part` of it all."""

    edges: tuple[int, ...]
    undated: tuple[int, ...]
    part: float

    def below(self, last: date, share: float) -> date:
        """Return the day down from `last` to which about this share of everything lies; early rather than late.

        Correct or not, it decides only how much is read at once. What has no date is never read with what has one.
        """
        if last >= UNDATED:
            within = Spread(self.undated, (), self.part)
            return max(within._first(last, share), UNDATED)
        return self._first(last, share)

    def _first(self, last: date, share: float) -> date:
        if len(self.edges) < 2:  # noqa: PLR2004 - never analysed, or hardly anything is there
            return date.min
        place = self._place(last.toordinal()) - share / self.part
        # What lies beyond the last edge is hardly anything, however many years it is.
        newest = min(last, date.fromordinal(self.edges[-1]))
        return _rounded(self._day(place), newest) if place > 0 else date.min

    def _place(self, ordinal: int) -> float:
        index = bisect_right(self.edges, ordinal)
        if index == 0:
            return 0
        if index == len(self.edges):
            return float(len(self.edges) - 1)
        low, high = self.edges[index - 1], self.edges[index]
        return index - 1 + (ordinal - low) / (high - low)

    def _day(self, place: float) -> date:
        index = int(place)
        low, high = self.edges[index], self.edges[min(index + 1, len(self.edges) - 1)]
        return date.fromordinal(low + int((high - low) * (place - index)))


def _rounded(day: date, last: date) -> date:
    """Return the first day of the year or month if the stretch is long: then few marks make it up."""
    length = (last - day).days
    if length > 4 * _YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if length > 4 * _MONTH else day


def read_spread() -> Spread:
    """Return the spread as the database last found it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT histogram_bounds::text::date[] FROM pg_stats "
            "WHERE schemaname = current_schema() AND tablename = 'events_searchdocument' AND attname = 'day'"
        )
        row = cursor.fetchone()
    edges = [one.toordinal() for one in row[0]] if row and row[0] else []
    gap = bisect_right(edges, UNDATED.toordinal() - 1)
    # The newest have come since, or lie between the last edge and the gap.
    newest = [edges[gap - 1] + _YEAR] if gap else []
    return Spread((*edges[:gap], *newest), tuple(edges[gap:]), 1 / max(len(edges) - 1, 1))

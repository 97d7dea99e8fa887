"""Stretches of days that hold about a given share of everything, and the marks by which the index knows them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from events.models import SearchDocument
from treaties.asked import Asked

# What has no date stands in the years from here on (see events/migrations/_search_windows.py).
UNDATED = date(9000, 1, 1)
_YEAR, _MONTH = 366, 31
# So many documents are counted back exactly, in the index of days; a longer stretch is estimated.
_COUNTED_AT_MOST = 10_000
# A stretch of no more is made up to the day; of more, to the month.
_IN_DAYS = 3000

_SPREAD = Asked(
    """
    SELECT (SELECT max(day) FROM events_searchdocument WHERE day < $1),
        (SELECT max(day) FROM events_searchdocument WHERE day >= $1),
        (SELECT reltuples FROM pg_class WHERE oid = 'events_searchdocument'::regclass)
    """,
    "date",
)
_BOUNDS = Asked(
    "SELECT histogram_bounds::text::date[] FROM pg_stats WHERE schemaname = current_schema() "
    "AND tablename = $1 AND attname = $2",
    *("name", "name"),
)
_COUNTED_BACK = Asked(
    "SELECT day FROM events_searchdocument WHERE day <= $1 ORDER BY day DESC OFFSET $2 LIMIT 1", "date", "bigint"
)


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
    """How everything is spread over time.

    `newest` is the last day on which there is anything that has a date, and `undated` the last of what has none;
    `total` is about how much there is.
    """

    newest: date
    undated: date | None
    total: int

    @cached_property
    def edges(self) -> tuple[int, ...]:
        """Return the days (ordinals) between each two of which lies the same part of what has a date."""
        dated = [one for one in self._bounds if one < UNDATED.toordinal()]
        # Between the last edge and what has no date lies what ends with the newest day of all, as it is now.
        newest = self.newest.toordinal()
        return (*dated, newest) if dated and newest > dated[-1] else tuple(dated)

    @cached_property
    def _bounds(self) -> list[int]:
        rows = _BOUNDS(SearchDocument._meta.db_table, "day")
        return [one.toordinal() for one in rows[0][0]] if rows and rows[0][0] else []

    def below(self, last: date, share: float) -> date:
        """Return the day down from `last` to which about this share of everything lies; early rather than late.

        Correct or not, it decides only how much is read at once. What has no date is read with the newest and not
        counted: it is little beside the rest.
        """
        last = min(last, self.newest)
        documents = round(share * self.total)
        if documents <= _COUNTED_AT_MOST:
            first = _counted_back(last, documents)
            return first.replace(day=1) if documents > _IN_DAYS else first
        return self._estimated(last, share)

    def reached(self, last: date) -> date:
        """Return `last`, or the end of the newest decade or undated century if there is nothing between the two."""
        if last >= UNDATED and self.undated:
            return min(last, _last_of(self.undated.year // 100 * 100 + 99))
        return min(last, self._newest_decade_end)

    def marks(self, first: date, last: date) -> list[str]:
        """Return the marks of all days between that may have anything."""
        if last < UNDATED or first >= UNDATED:
            return periods(first, last)
        return periods(first, self._newest_decade_end) + periods(UNDATED, last)

    @property
    def _newest_decade_end(self) -> date:
        # One mark makes up a whole decade, but none a part of it.
        return _last_of(self.newest.year // 10 * 10 + 9)

    def _estimated(self, last: date, share: float) -> date:
        if len(self.edges) < 2:  # noqa: PLR2004 - never analysed, or hardly anything is there
            return date.min
        place = self._place(last.toordinal()) - share * (len(self._bounds) - 1)
        return _rounded(self._day(place), last) if place > 0 else date.min

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
    if length > _YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if length > _MONTH else day


def _counted_back(last: date, documents: int) -> date:
    """Return the day to which so many documents lie, counted in the index; the first of all if there are fewer."""
    rows = _COUNTED_BACK(last, documents)
    return rows[0][0] if rows else date.min


def read_spread() -> Spread:
    """Return the spread as it is now; how much lies between is what the database last found."""
    newest, undated, total = _SPREAD(UNDATED)[0]
    return Spread(newest or date.min, undated, int(max(total, 1)))

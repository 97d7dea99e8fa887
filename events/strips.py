"""The numbers behind the two strips of a treaty page; the templates draw them as SVG on the server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dateutil.relativedelta import relativedelta
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from treaties.day_words import day_words, short_month_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from events.clock_cards import ClockCard

HEIGHT = 84
_TALLEST = 62
WIDE, NARROW = 1060, 330
_SMALLEST_LABEL_GAP = {WIDE: 90, NARROW: 80}
_LETTER = 7.5
# Links in a strip: more would make a wall for whoever goes by keyboard; narrower ones cannot be hit.
_MOST_LINKS, _NARROWEST_LINK = 12, 24
# An event whose date is vaguer than this fits into no month and no quarter.
COARSE_DAYS = 31


@dataclass(frozen=True)
class Unit:
    """How wide a bin is, in months, and how its beginning is written on the axis."""

    months: int
    write: Callable[[date], str]

    def first_day(self, day: date) -> date:
        """Return the first day of the bin that holds the day."""
        return self._begin(day, 0)

    def last_day(self, day: date) -> date:
        """Return the last day of the bin that holds the day."""
        return self._begin(day, 1) - timedelta(days=1)

    def _begin(self, day: date, later: int) -> date:
        """Return the first day of the bin that is so many bins later than the one that holds the day."""
        months = ((day.year * 12 + day.month - 1) // self.months + later) * self.months
        return date(months // 12, months % 12 + 1, 1)


MONTH = Unit(1, lambda day: f"{short_month_words(day)} {day.year}")
QUARTER = Unit(3, lambda day: _("Q%(quarter)s %(year)s") % {"quarter": (day.month + 2) // 3, "year": day.year})
YEAR = Unit(12, lambda day: str(day.year))
DECADE = Unit(120, lambda day: _("%(year)ss") % {"year": day.year})


def unit_for(first: date, last: date) -> Unit:
    """Return the width of bins in which the span between the days reads best."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    for unit, most in ((MONTH, 18), (QUARTER, 60), (YEAR, 840)):
        if months <= most:
            return unit
    return DECADE


@dataclass(frozen=True)
class Counts:
    """How many events there are by the month of an exact date, and by the two ends of a coarse one."""

    by_month: dict[date, int]
    coarse: dict[tuple[date, date], int]

    @property
    def days(self) -> list[date]:
        """Return the first days counted, the earliest first."""
        return sorted([*self.by_month, *(first for first, _last in self.coarse)])

    def in_bins(self, unit: Unit) -> dict[date, int]:
        """Return how many events each bin has; a date vaguer than a bin joins none, unless bins are whole years."""
        counts: dict[date, int] = {}
        vague = {first: 0 for first, _last in self.coarse} if unit.months >= YEAR.months else {}
        for (first, _last), number in self.coarse.items():
            if first in vague:
                vague[first] += number
        for day, number in [*self.by_month.items(), *vague.items()]:
            start = unit.first_day(day)
            counts[start] = counts.get(start, 0) + number
        return counts


@dataclass(frozen=True)
class Bar:
    """One bin of the overview, drawn."""

    count: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Return the horizontal middle."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Stretch:
    """One link of the overview: a stretch of time with its events."""

    words: str
    count: int
    x: float
    width: float
    since: str
    until: str
    address: str = ""

    def leading(self, address: Callable[[str, str], str]) -> Stretch:
        """Return it with the address of its events."""
        place = (self.words, self.count, self.x, self.width, self.since, self.until)
        return Stretch(*place, address(self.since, self.until))


@dataclass(frozen=True)
class Vague:
    """Events with one coarse date, drawn over all the days that it allows."""

    words: str
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Strip:
    """A strip of one width: bars, links over them, coarse dates below, and the labels of the axis as (x, text)."""

    width: int
    bars: tuple[Bar, ...]
    stretches: tuple[Stretch, ...]
    vague: tuple[Vague, ...]
    labels: tuple[tuple[float, str], ...]


def overview(counts: Counts, address: Callable[[str, str], str]) -> list[Strip]:
    """Return the overview strip, wide and narrow; nothing where nothing is counted.

    `address` gives the address of the events between two dates, which come as years or as months.
    """
    if not counts.days:
        return []
    drawn = _drawn(tuple(sorted(counts.by_month.items())), tuple(sorted(counts.coarse.items())), get_language())
    # Strips of two widths often have the same links.
    address = cache(address)
    return [replace(one, stretches=tuple(part.leading(address) for part in one.stretches)) for one in drawn]


# Most edits leave the numbers as they were. The key holds everything that the strips are drawn from, but for where
# their links lead, which depends on the request.
@lru_cache(maxsize=128)
def _drawn(
    by_month: tuple[tuple[date, int], ...], coarse: tuple[tuple[tuple[date, date], int], ...], _language: str | None
) -> tuple[Strip, ...]:
    binned = _Binned(Counts(dict(by_month), dict(coarse)))
    return tuple(_Drawing(binned, width).strip() for width in (WIDE, NARROW))


class _Binned:
    """What strips of all widths have in common: the bins, and their events."""

    def __init__(self, counts: Counts) -> None:
        days = counts.days
        self.counts, self.unit = counts, unit_for(days[0], days[-1])
        self.bins = _bins(self.unit, days[0], days[-1])
        self.numbers = counts.in_bins(self.unit)


class _Drawing:
    """One strip in the making: the scale that puts the bins side by side."""

    def __init__(self, binned: _Binned, width: int) -> None:
        self.counts, self.width = binned.counts, width
        self.unit, self.bins, self.numbers = binned.unit, binned.bins, binned.numbers
        self.step = width / len(self.bins)

    def strip(self) -> Strip:
        """Return what the template draws."""
        bars, stretches = tuple(self._bars()), tuple(self._stretches())
        return Strip(self.width, bars, stretches, tuple(self._vague()), tuple(self._labels()))

    def _bars(self) -> list[Bar]:
        tallest = max(self.numbers.values(), default=1)
        return [
            self._bar(place, self.numbers[start], tallest)
            for place, start in enumerate(self.bins)
            if self.numbers.get(start)
        ]

    def _bar(self, place: int, count: int, tallest: int) -> Bar:
        height, gap = max(4, _TALLEST * count / tallest), min(1.5, self.step / 8)
        x, width = round(place * self.step + gap, 1), round(self.step - 2 * gap, 1)
        return Bar(count, x, round(HEIGHT - height, 1), width, round(height, 1))

    def _stretches(self) -> list[Stretch]:
        bins_with_events = sum(1 for start in self.bins if self.numbers.get(start))
        size = 1
        if bins_with_events > _MOST_LINKS or self.step < _NARROWEST_LINK:
            size = max(-(-len(self.bins) // _MOST_LINKS), -int(-_NARROWEST_LINK // self.step))
        places = range(0, len(self.bins), size)
        drawn = [self._stretch(place, self.bins[place : place + size]) for place in places]
        return [one for one in drawn if one.count]

    def _stretch(self, place: int, bins: list[date]) -> Stretch:
        begin, end = self.unit.write(bins[0]), self.unit.write(bins[-1])
        words = begin if len(bins) == 1 else _("%(begin)s to %(end)s") % {"begin": begin, "end": end}
        number = sum(self.numbers.get(start, 0) for start in bins)
        x, width = round(place * self.step, 1), round(len(bins) * self.step, 1)
        form = "%Y" if self.unit.months >= YEAR.months else "%Y-%m"
        return Stretch(words, number, x, width, f"{bins[0]:{form}}", f"{self.unit.last_day(bins[-1]):{form}}")

    def _vague(self) -> list[Vague]:
        if self.unit.months >= YEAR.months:
            return []
        whole = (self.unit.last_day(self.bins[-1]) - self.bins[0]).days + 1
        scale = self.width / whole
        return [
            Vague(
                _("%(begin)s to %(end)s") % {"begin": day_words(first), "end": day_words(last)},
                number,
                round(max((first - self.bins[0]).days * scale, 0), 1),
                round(min(((last - first).days + 1) * scale, self.width), 1),
            )
            for (first, last), number in sorted(self.counts.coarse.items())
        ]

    def _labels(self) -> list[tuple[float, str]]:
        labels: list[tuple[float, str]] = []
        gap, last = _SMALLEST_LABEL_GAP[self.width], len(self.bins) - 1
        for place, start in enumerate(self.bins):
            if place not in (0, last) and self.unit is YEAR and start.year % 5:
                continue
            words = self.unit.write(start)
            half = max(24, len(words) * _LETTER / 2)
            x = min(max(round((place + 0.5) * self.step, 1), half), self.width - half)
            # The end of the axis is named wherever its name does not touch the one before.
            room = max(gap / 2, 2 * half + _LETTER) if place == last else gap
            if not labels or x - labels[-1][0] >= room:
                labels.append((x, words))
        return labels


def _bins(unit: Unit, first: date, last: date) -> list[date]:
    found = [unit.first_day(first)]
    while unit.last_day(found[-1]) < last:
        found.append(unit.last_day(found[-1]) + timedelta(days=1))
    return found


class Period(NamedTuple):
    """A running period drawn to scale: months as (x, name), the day seen from, the day due; and its clock in words."""

    width: int
    months: tuple[tuple[float, str], ...]
    now_x: float
    due_x: float
    title: str
    started_on: date
    day_of: int
    length: int
    due: date
    due_wording: str


def period(card: ClockCard) -> list[Period]:
    """Return the strip of a running clock, wide and narrow; nothing for a clock without a period.

    One whose date lies in a range may run on past the first day of it, where no day of so many can be told.
    """
    start, due = card.deadline.started_on, card.due
    if not card.is_running or not 0 < card.length >= card.day_of or start is None or due is None:
        return []
    return [_period(card, start, due, width) for width in (WIDE, NARROW)]


def _period(card: ClockCard, start: date, due: date, width: int) -> Period:
    scale = (width - 28) / card.length
    return Period(
        width,
        tuple(
            (round(4 + days * scale, 1), name)
            for days, name in _months(start, card.length, width, get_language())
            if days <= card.length - 3
        ),
        round(4 + min(max(card.day_of, 0), card.length) * scale, 1),
        round(4 + card.length * scale, 1),
        title=card.deadline.title,
        started_on=start,
        day_of=card.day_of,
        length=card.length,
        due=due,
        due_wording=card.due_wording,
    )


@lru_cache(maxsize=256)
def _months(start: date, length: int, width: int, _language: str | None) -> tuple[tuple[int, str], ...]:
    """Return the firsts of months as (days from the start, name): so few that their names do not touch."""
    firsts = [start + relativedelta(months=number, day=1) for number in range(1, length // 28 + 2)]
    step = max(1, -(-len(firsts) * 40 // (width - 28)))
    named = [((day - start).days, _month_name(day, step)) for day in firsts[::step]]
    return tuple((days, name) for days, name in named if days <= length)


def _month_name(day: date, step: int) -> str:
    return short_month_words(day) if step < YEAR.months else str(day.year)

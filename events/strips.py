"""The numbers behind the two strips of a treaty page; the templates draw them as SVG on the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.dateformat import format as formatted

if TYPE_CHECKING:
    from datetime import date

    from events.clock_cards import ClockCard

HEIGHT = 84
_TALLEST = 62
WIDE, NARROW = 1060, 330
_SMALLEST_LABEL_GAP = {WIDE: 90, NARROW: 80}


@dataclass(frozen=True)
class Bar:
    """One year of the overview."""

    year: int
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
class Strip:
    """A strip of one width: bars, and the labels of the axis as (x, text)."""

    width: int
    bars: list[Bar]
    labels: list[tuple[float, int]]


def overview(counts: dict[int, int]) -> list[Strip]:
    """Return the overview strip, wide and narrow, for events counted by year."""
    return [_strip(counts, WIDE), _strip(counts, NARROW)] if counts else []


def _strip(counts: dict[int, int], width: int) -> Strip:
    first, last = min(counts), max(counts)
    step = width / (last - first + 1)
    tallest = max(counts.values())
    bars = [_bar(year, count, first, step, tallest) for year, count in counts.items()]
    return Strip(width, bars, _labels(first, last, step, width))


def _bar(year: int, count: int, first: int, step: float, tallest: int) -> Bar:
    height = max(4, _TALLEST * count / tallest)
    gap = min(1.5, step / 8)
    return Bar(
        year,
        count,
        round((year - first) * step + gap, 1),
        round(HEIGHT - height, 1),
        round(step - 2 * gap, 1),
        round(height, 1),
    )


def _labels(first: int, last: int, step: float, width: int) -> list[tuple[float, int]]:
    labels: list[tuple[float, int]] = []
    for year in range(first, last + 1):
        x = round((year - first + 0.5) * step, 1)
        is_round = year in (first, last) or year % 5 == 0
        fits = not labels or x - labels[-1][0] >= _SMALLEST_LABEL_GAP[width]
        if is_round and (fits or (year == last and step * (last - labels[-1][1]) > 40)):  # noqa: PLR2004
            labels.append((min(max(x, 16), width - 16), year))
    return labels


@dataclass(frozen=True)
class Period:
    """A running period drawn to scale: months as (x, name), the day seen from, the day due."""

    width: int
    card: ClockCard
    months: list[tuple[float, str]]
    now_x: float
    due_x: float


def period(card: ClockCard) -> list[Period]:
    """Return the strip of a running clock, wide and narrow; nothing for a clock without a period."""
    if not card.is_running or not card.length:
        return []
    return [_period(card, WIDE), _period(card, NARROW)]


def _period(card: ClockCard, width: int) -> Period:
    start = card.deadline.started_on
    scale = (width - 28) / card.length
    months = _months(start, card.length, every=1 if width == WIDE or card.length < 100 else 2) if start else []  # noqa: PLR2004
    return Period(
        width,
        card,
        [(round(4 + days * scale, 1), name) for days, name in months if days <= card.length - 3],
        round(4 + card.day_of * scale, 1),
        round(4 + card.length * scale, 1),
    )


def _months(start: date, length: int, *, every: int) -> list[tuple[int, str]]:
    firsts = [days for days in range(length + 1) if (start + timedelta(days=days)).day == 1]
    step = max(every, len(firsts) // 12 + 1)
    return [(days, formatted(start + timedelta(days=days), "M")) for days in firsts[::step]]

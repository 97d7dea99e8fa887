"""When something was said or done, as the article tells it: dates, weekdays and "yesterday", against its own day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_MONTH = r"(?P<{0}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_PARTS = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("month_first", rf"{_MONTH.format('m1')}\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y1>(?:19|20)\d\d))?\b"),
    ("day_first", rf"\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH.format('m2')}(?:\s+(?P<y2>(?:19|20)\d\d))?\b"),
    ("part", r"\b(?P<part>early|mid|late)[\s-]+(?:in\s+)?(?P<y3>(?:19|20)\d\d)\b"),
    ("month", rf"\b(?:in|since|of|from|until|by)\s+{_MONTH.format('m4')}(?:\s+(?P<y4>(?:19|20)\d\d))?(?!\s*\d)\b"),
    ("weekday", r"\b(?P<last>last\s+|this\s+)?(?P<day>" + "|".join(_DAYS) + r")\b"),
    ("days_ago", r"\b(?P<count>a|one|two|three|four|five|six|seven)\s+days?\s+(?:ago|earlier|before)\b"),
    ("yesterday", r"\byesterday\b"),
    ("last_week", r"\blast week\b"),
    ("last_month", r"\blast month\b"),
    ("today", r"\b(?:today|earlier in the day|later in the day|the same day)\b"),
    ("year", r"\b(?:in|since|of|until|by)\s+(?P<y5>(?:19|20)\d\d)\b"),
)
_ANY = re.compile("|".join(f"(?P<is_{name}>{pattern})" for name, pattern in _PATTERNS), re.IGNORECASE)


@dataclass(frozen=True)
class When:
    """A date as precise as the words: EDTF, its precision, and where the words stand."""

    edtf: str
    precision: str
    start: int
    end: int

    @property
    def earliest(self) -> date:
        """Return the first day that the date allows."""
        year, _, rest = self.edtf.split("/")[0].partition("-")
        month, _, day = rest.partition("-")
        return date(int(year), int(month or 1), int(day or 1))


def dates_in(text: str, published: date) -> list[When]:
    """Return the dates that a text names, those without a year or with a weekday being the nearest past ones."""
    found = []
    for match in _ANY.finditer(text):
        named = _read(match, published)
        if named is not None:
            found.append(When(*named, match.start(), match.end()))
    return found


def _read(match: re.Match[str], published: date) -> tuple[str, str] | None:
    kind = next(name for name, _ in _PATTERNS if match[f"is_{name}"])
    try:
        return _READERS[kind](match, published)
    except ValueError:
        # "February 30": no day, so no date.
        return None


def _day(match: re.Match[str], published: date, number: str) -> tuple[str, str]:
    month, day, year = _MONTHS[match[f"m{number}"].lower()], int(match[f"d{number}"]), match[f"y{number}"]
    if year:
        return date(int(year), month, day).isoformat(), "day"
    return _nearest(published, month, day).isoformat(), "day"


def _nearest(published: date, month: int, day: int) -> date:
    """Return the day in the article's year, or in the year before or after where that is nearer."""
    candidates = [date(published.year + shift, month, day) for shift in (-1, 0, 1)]
    return min(candidates, key=lambda one: abs((one - published).days))


def _part(match: re.Match[str], _published: date) -> tuple[str, str]:
    first, last = _PARTS[match["part"].lower()]
    return f"{match['y3']}-{first:02d}/{match['y3']}-{last:02d}", "range"


def _month(match: re.Match[str], published: date) -> tuple[str, str]:
    month = _MONTHS[match["m4"].lower()]
    if match["y4"]:
        return f"{match['y4']}-{month:02d}", "month"
    year = published.year if month <= published.month else published.year - 1
    return f"{year}-{month:02d}", "month"


def _weekday(match: re.Match[str], published: date) -> tuple[str, str]:
    back = (published.weekday() - _DAYS[match["day"].lower()]) % 7
    if back == 0 and (match["last"] or "").strip().lower() == "last":
        back = 7
    return (published - timedelta(days=back)).isoformat(), "day"


def _days_ago(match: re.Match[str], published: date) -> tuple[str, str]:
    return (published - timedelta(days=_NUMBERS[match["count"].lower()])).isoformat(), "day"


def _week_before(published: date) -> str:
    monday = published - timedelta(days=published.weekday() + 7)
    return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"


_READERS = {
    "month_first": lambda match, published: _day(match, published, "1"),
    "day_first": lambda match, published: _day(match, published, "2"),
    "part": _part,
    "month": _month,
    "weekday": _weekday,
    "days_ago": _days_ago,
    "yesterday": lambda _match, published: ((published - timedelta(days=1)).isoformat(), "day"),
    "last_week": lambda _match, published: (_week_before(published), "range"),
    "last_month": lambda _match, published: ((published.replace(day=1) - timedelta(days=1)).strftime("%Y-%m"), "month"),
    "today": lambda _match, published: (published.isoformat(), "day"),
    "year": lambda match, _published: (match["y5"], "year"),
}

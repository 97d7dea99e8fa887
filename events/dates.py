"""Dates as precise as their source: EDTF expressions, their bounds, and the words a reader sees.

EDTF is the Library of Congress' Extended Date/Time Format: `2014`, `2019-02`, `2019-02-02`, `1985~` (about),
`2017-09/2017-12` (within), `../2019-02-02` (by) and `2019-02-02/..` (from).
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

from treaties.day_words import day_words, month_words

if TYPE_CHECKING:
    from events.models import Event

_PARTS_OF_A_YEAR = {"early": ("01", "04"), "mid": ("05", "08"), "late": ("09", "12")}
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2}) (?P<month>[a-z]+)\.? (?P<year>\d{4})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"(?P<month>[a-z]+)\.? (?P<day>\d{1,2}),? (?P<year>\d{4})", re.IGNORECASE)
_MONTH_ONLY = re.compile(r"(?P<month>[a-z]+)\.? (?P<year>\d{4})", re.IGNORECASE)
_PART_OF_YEAR = re.compile(r"(?P<part>early|mid|late)[ -](?P<year>\d{4})", re.IGNORECASE)
_LIMIT = re.compile(r"(?P<side>by|not after|before|from|since|not before) (?P<rest>.+)", re.IGNORECASE)
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name} | {
    name.lower(): number for number, name in enumerate(calendar.month_abbr) if name
}


class DateError(ValueError):
    """A date that cannot be read; the message tells the writer what is wrong with it."""


def span(edtf: str) -> tuple[date, date]:
    """Return the first and last day that an EDTF expression allows.

    An open end ("by", "from") has no second bound, so both days are the known one: it sorts there.

    Raises:
        DateError: if the expression is not EDTF, or names a day that no calendar has.

    """
    start, slash, end = edtf.partition("/")
    if slash and ".." in (start, end):
        known = span(end if start == ".." else start)
        return (known[1], known[1]) if start == ".." else (known[0], known[0])
    if slash:
        first, last = span(start)[0], span(end)[1]
        if last < first:
            raise DateError(_("“%(date)s” ends before it begins.") % {"date": edtf})
        return first, last
    return _span_of_one(edtf)


def _span_of_one(edtf: str) -> tuple[date, date]:
    try:
        parsed = parse_edtf(edtf)
        bounds = parsed.lower_strict(), parsed.upper_strict()
        first, last = (date(*bound[:3]) for bound in bounds)
    except (EDTFParseException, ValueError, AttributeError, TypeError) as error:
        sentence = _("“%(date)s” is not a date: write 2019-02-02, 2019-02, 2019 or late 2017.")
        raise DateError(sentence % {"date": edtf}) from error
    return first, last


def read_words(text: str) -> tuple[str, str]:
    """Return the EDTF expression for a date as people write it, and the wording to keep if it is coarse.

    Reads EDTF itself, "2 Feb 2019", "February 2, 2019", "Feb 2019", "late 2017", "by 2 Feb 2019".
    Early, mid and late are the first, second and third four months of the year.

    Raises:
        DateError: if it cannot be read.

    """
    text = " ".join(text.split())
    part = _PART_OF_YEAR.fullmatch(text)
    if part:
        first, last = _PARTS_OF_A_YEAR[part["part"].lower()]
        return f"{part['year']}-{first}/{part['year']}-{last}", text.lower()
    limit = _LIMIT.fullmatch(text)
    if limit:
        return _read_limit(limit["side"].lower(), limit["rest"])
    edtf = _read_day_or_month(text) or text
    span(edtf)
    return edtf, ""


def _read_limit(side: str, rest: str) -> tuple[str, str]:
    known = read_words(rest)[0]
    return (f"../{known}" if side in {"by", "not after", "before"} else f"{known}/.."), ""


def _read_day_or_month(text: str) -> str:
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _MONTH_ONLY):
        match = pattern.fullmatch(text)
        month = _MONTHS.get(match["month"].lower()) if match else None
        if match and month:
            day = match.groupdict().get("day")
            return f"{match['year']}-{month:02d}" + (f"-{int(day):02d}" if day else "")
    return ""


def wording(event: Event) -> str:
    """Return the event's date in words, exactly as precise as the record: "2014", "late 2017", "by 2 May 2001"."""
    return _own_wording(event.date_wording) if event.date_wording else words_for(event.date)


def _own_wording(text: str) -> str:
    part = _PART_OF_YEAR.fullmatch(text)
    if part is None:
        return text
    written = {"early": _("early %(year)s"), "mid": _("mid %(year)s"), "late": _("late %(year)s")}
    return written[part["part"].lower()] % {"year": part["year"]}


def words_for(edtf: str) -> str:
    """Return an EDTF expression in words."""
    start, slash, end = edtf.partition("/")
    if slash and start == "..":
        return _("by %(day)s") % {"day": words_for(end)}
    if slash and end == "..":
        return _("from %(day)s") % {"day": words_for(start)}
    if slash:
        return _("%(first)s to %(last)s") % {"first": words_for(start), "last": words_for(end)}
    plain = _plain_words(edtf.rstrip("~?%"))
    return _("about %(day)s") % {"day": plain} if edtf.endswith(("~", "%")) else plain


def _plain_words(edtf: str) -> str:
    for pattern, write in (("%Y-%m-%d", day_words), ("%Y-%m", month_words)):
        try:
            return write(datetime.strptime(edtf, pattern).date())  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    return edtf


def is_exact(event: Event) -> bool:
    """Say whether the record knows the day."""
    return event.earliest == event.latest and "/" not in event.date

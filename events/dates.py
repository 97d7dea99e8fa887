"""Dates as precise as their source: EDTF expressions, their bounds, and the words a reader sees.

EDTF is the Library of Congress' Extended Date/Time Format: `2014`, `2019-02`, `2019-02-02`, `2019-21` (spring),
`197X` (the 1970s), `1985~` (about), `1985?` (perhaps), `1985%` (both), `2017-09/2017-12` (within), `../2019-02-02`
(by) and `2019-02-02/..` (from).
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

from treaties.day_words import day_words, month_words

_PARTS_OF_A_YEAR = {"early": ("01", "04"), "mid": ("05", "08"), "late": ("09", "12")}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2}) (?P<month>[a-z]+)\.? (?P<year>\d{4})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"(?P<month>[a-z]+)\.? (?P<day>\d{1,2}),? (?P<year>\d{4})", re.IGNORECASE)
_MONTH_ONLY = re.compile(r"(?P<month>[a-z]+)\.? (?P<year>\d{4})", re.IGNORECASE)
_PART_OF_YEAR = re.compile(r"(?P<part>early|mid|late)[ -](?P<year>\d{4})", re.IGNORECASE)
_LIMIT = re.compile(r"(?P<side>by|not after|from|since|not before) (?P<rest>.+)", re.IGNORECASE)
# Strictly before, and after: the day named is not among the days meant.
_BEYOND = re.compile(r"(?P<side>before|after) (?P<rest>.+)", re.IGNORECASE)
_RANGE = re.compile(r"(?:between )?(?P<first>.+?) (?:to|until|and) (?P<last>.+)", re.IGNORECASE)
_QUALIFIED = re.compile(
    r"(?P<perhaps>(?:perhaps|possibly|probably) )?(?P<about>(?:about|around|circa|ca?\.) ?)?(?P<rest>.+)", re.IGNORECASE
)
_SEASONS = {"spring": "21", "summer": "22", "autumn": "23", "fall": "23"}
_SEASON = re.compile(r"(?P<season>spring|summer|autumn|fall)(?: of)? (?P<year>\d{4})", re.IGNORECASE)
_DECADE = re.compile(r"(?:the )?(?P<decade>\d{3})0s", re.IGNORECASE)
_QUALIFIERS = "~?%"
# A winter, and digits left open anywhere but in a decade.
_WINTER = re.compile(r"^\d{4}-24|^winter\b", re.IGNORECASE)
_WITH_GAPS = re.compile(r"X[X-]|-.*X|^\d{0,2}X", re.IGNORECASE)
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name} | {
    name.lower(): number for number, name in enumerate(calendar.month_abbr) if name
}


class Dated(Protocol):
    """Whatever has a date as the record writes it, be it a model's row or plain values."""

    @property
    def date(self) -> str:
        """Return the EDTF expression."""

    @property
    def date_wording(self) -> str:
        """Return the words of the source for a coarse date."""


class DatedBetween(Dated, Protocol):
    """Whatever also has the days between which its date lies."""

    @property
    def earliest(self) -> date:
        """Return the first day that it allows."""

    @property
    def latest(self) -> date:
        """Return the last day that it allows."""


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


# Reading EDTF takes milliseconds, and a list of candidates asks for the same few expressions again and again.
@lru_cache(maxsize=4096)
def _span_of_one(edtf: str) -> tuple[date, date]:
    if _WINTER.search(edtf):
        sentence = _("“%(date)s” can mean too much: a winter lies in two years. Write the months or years it spans.")
        raise DateError(sentence % {"date": edtf})
    if _WITH_GAPS.search(edtf):
        raise DateError(_no_date(edtf))
    try:
        parsed = parse_edtf(edtf)
        bounds = parsed.lower_strict(), parsed.upper_strict()
        first, last = (date(*bound[:3]) for bound in bounds)
    except (EDTFParseException, ValueError, AttributeError, TypeError) as error:
        raise DateError(_no_date(edtf)) from error
    return first, last


def _no_date(edtf: str) -> str:
    """Say why no date can be read: of a day that its month does not have, how long that is; else how one is written."""
    day = _DAY.match(edtf)
    try:
        month = date.fromisoformat(f"{edtf[:7]}-01") if day else None
    except ValueError:
        month = None
    if month is None:
        return _("“%(date)s” is not a date: write 2019-02-02, 2019-02, 2019 or late 2017.") % {"date": edtf}
    days = calendar.monthrange(month.year, month.month)[1]
    return _("“%(date)s” is not a date: %(month)s has %(days)d days.") % {
        "date": edtf,
        "month": month_words(month),
        "days": days,
    }


def read_words(text: str) -> tuple[str, str]:
    """Return the EDTF expression for a date as people write it, and the wording to keep if it is coarse.

    Reads EDTF itself, "2 Feb 2019", "February 2, 2019", "Feb 2019", "late 2017", "spring 2019", "the 1970s", "about
    1985", "perhaps 1985", "by 2 Feb 2019", "before 2019", "Sep 2017 to Dec 2017". Early, mid and late are the first,
    second and third four months of the year.

    Raises:
        DateError: if it cannot be read.

    """
    text = " ".join(text.split())
    part = _PART_OF_YEAR.fullmatch(text)
    if part:
        first, last = _PARTS_OF_A_YEAR[part["part"].lower()]
        return f"{part['year']}-{first}/{part['year']}-{last}", text.lower()
    if beyond := _BEYOND.fullmatch(text):
        return _read_beyond(beyond["side"].lower(), beyond["rest"]), text
    if limit := _LIMIT.fullmatch(text):
        return _read_limit(limit["side"].lower(), limit["rest"]), ""
    edtf = _read_range(text) or _read_one(text)
    span(edtf)
    return edtf, ""


def _read_limit(side: str, rest: str) -> str:
    known = read_words(rest)[0]
    return f"../{known}" if side in {"by", "not after"} else f"{known}/.."


def _read_beyond(side: str, rest: str) -> str:
    first, last = span(read_words(rest)[0])
    if side == "before":
        return f"../{(first - timedelta(days=1)).isoformat()}"
    return f"{(last + timedelta(days=1)).isoformat()}/.."


def _read_range(text: str) -> str:
    both = _RANGE.fullmatch(text)
    return f"{_read_one(both['first'])}/{_read_one(both['last'])}" if both else ""


def _read_one(text: str) -> str:
    """Return the expression for a date without limits; text that is none comes back as it is."""
    told = _QUALIFIED.fullmatch(text)
    if told is None:
        return text
    qualifier = {(True, True): "%", (True, False): "?", (False, True): "~"}.get(
        (bool(told["perhaps"]), bool(told["about"])), ""
    )
    known = _read_day_or_month(told["rest"]) or _read_season_or_decade(told["rest"])
    return (known or told["rest"]) + qualifier


def _read_season_or_decade(text: str) -> str:
    season, decade = _SEASON.fullmatch(text), _DECADE.fullmatch(text)
    if season:
        return f"{season['year']}-{_SEASONS[season['season'].lower()]}"
    return f"{decade['decade']}X" if decade else ""


def _read_day_or_month(text: str) -> str:
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _MONTH_ONLY):
        match = pattern.fullmatch(text)
        month = _MONTHS.get(match["month"].lower()) if match else None
        if match and month:
            day = match.groupdict().get("day")
            return f"{match['year']}-{month:02d}" + (f"-{int(day):02d}" if day else "")
    return ""


def wording(event: Dated) -> str:
    """Return the event's date in words, exactly as precise as the record: "2014", "late 2017", "by 2 May 2001"."""
    return worded(event.date, event.date_wording)


def worded(edtf: str, own: str) -> str:
    """Return a date in its own wording, or in words that say what the EDTF expression says if it has none."""
    return _own_wording(own, get_language() or "") if own else words_for(edtf)


# Reading a date takes milliseconds, and few wordings differ.
@lru_cache(maxsize=4096)
def _own_wording(text: str, _language: str) -> str:
    """Return a source's wording in the reader's language, where it is of a form that is known; else as it stands."""
    part, beyond, both = _PART_OF_YEAR.fullmatch(text), _BEYOND.fullmatch(text), _RANGE.fullmatch(text)
    if part:
        written = {"early": _("early %(year)s"), "mid": _("mid %(year)s"), "late": _("late %(year)s")}
        return written[part["part"].lower()] % {"year": part["year"]}
    if beyond and _words_of(beyond["rest"]):
        return _limited(beyond["side"].lower(), _read_one(beyond["rest"]))
    if both and (first := _words_of(both["first"])) and (last := _words_of(both["last"])):
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    return text


def _words_of(text: str) -> str:
    """Return a date without limits in words; empty if it is none that is known."""
    known = _read_one(text)
    try:
        span(known)
    except DateError:
        return ""
    return words_for(known)


def _limited(side: str, edtf: str) -> str:
    """Return "by 2 February 2019" or "by 2019": a language may say it otherwise of a day than of a month or year."""
    if _day(edtf):
        words = {
            "before": pgettext("a day", "before %(day)s"),
            "after": pgettext("a day", "after %(day)s"),
            "by": pgettext("a day", "by %(day)s"),
            "from": pgettext("a day", "from %(day)s"),
        }
    else:
        words = {
            "before": _("before %(day)s"),
            "after": _("after %(day)s"),
            "by": _("by %(day)s"),
            "from": _("from %(day)s"),
        }
    return words[side] % {"day": words_for(edtf)}


def words_for(edtf: str) -> str:
    """Return an EDTF expression in words."""
    return _words_in(edtf, get_language() or "")


def figures_or_words(edtf: str) -> str:
    """Return a day, month or year in figures, and what only EDTF's own notation can say in words."""
    is_plain = re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?", edtf, re.ASCII)
    return edtf if is_plain else words_for(edtf)


@lru_cache(maxsize=65536)
def _words_in(edtf: str, _language: str) -> str:
    day = _day(edtf)
    if day:
        return day_words(day)
    start, slash, end = edtf.partition("/")
    if slash and start == "..":
        return _limited("by", end)
    if slash and end == "..":
        return _limited("from", start)
    if slash:
        return _("%(first)s to %(last)s") % {"first": words_for(start), "last": words_for(end)}
    plain = _plain_words(edtf.rstrip(_QUALIFIERS))
    qualified = {"~": _("about %(day)s"), "?": _("perhaps %(day)s"), "%": _("perhaps about %(day)s")}
    return qualified.get(edtf[-1:], "%(day)s") % {"day": plain}


def _day(edtf: str) -> date | None:
    try:
        return date.fromisoformat(edtf) if _DAY.fullmatch(edtf) else None
    except ValueError:
        return None


def _plain_words(edtf: str) -> str:
    day = _day(edtf)
    if day:
        return day_words(day)
    if _MONTH.fullmatch(edtf) and (month := _day(f"{edtf}-01")):
        return month_words(month)
    seasons = {"21": _("spring %(year)s"), "22": _("summer %(year)s"), "23": _("autumn %(year)s")}
    year, dash, season = edtf.partition("-")
    if dash and season in seasons:
        return seasons[season] % {"year": year}
    return _("the %(decade)s0s") % {"decade": edtf[:3]} if edtf.endswith("X") else edtf


def is_exact(event: DatedBetween) -> bool:
    """Say whether the record knows the day, without a doubt."""
    return event.earliest == event.latest and "/" not in event.date and not event.date.endswith(tuple(_QUALIFIERS))

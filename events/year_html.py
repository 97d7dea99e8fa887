"""How a timeline's years are drawn: a list that goes back a lifetime has as many headings as entries."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events.entry_html import entries_html
from events.timeline import Year
from treaties.day_words import day_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from events.listed import Listed


def years_html(years: Iterable[Year], order: str, past_day: date | None) -> SafeString:
    """Return the years with their entries; the line between past and future stands where the clocks to come begin.

    `order` is "old" for the oldest first, `past_day` the day that the page is seen from, None for today.
    """
    now = f'<li class="nowline">{escape(_now_words(past_day))}</li>'
    return SafeString("".join(_year(one, now if one.now else "", is_oldest_first=order == "old") for one in years))


def _year(year: Year, now: str, *, is_oldest_first: bool) -> str:
    if not now and not year.scheduled:
        return _past_year(year.number, tuple(year.entries), get_language())
    return _drawn(year, now, is_oldest_first=is_oldest_first)


# An edit leaves all other years as they were. The key holds everything that a year is drawn from.
@lru_cache(maxsize=1024)
def _past_year(number: int, entries: tuple[Listed, ...], _language: str | None) -> str:
    return _drawn(Year(number, list(entries)), "", is_oldest_first=False)


def _drawn(year: Year, now: str, *, is_oldest_first: bool) -> str:
    scheduled = get_template("events/_scheduled.html") if year.scheduled else None
    coming = "".join(scheduled.render({"clock": one}) for one in year.scheduled) if scheduled else ""
    entries = entries_html(year.entries)
    listed = f"{entries}\n{now}\n{coming}\n" if is_oldest_first else f"\n{coming}\n{now}\n{entries}\n"
    heading = f"<h3>{year.number} <small>{escape(year.count)}</small></h3>"
    room = room_class(len(year.entries) + len(year.scheduled))
    return f'<div class="year {room}" id="y{year.number}">{heading}\n<ol class="ev">\n{listed}</ol></div>'


def room_class(count: int) -> str:
    """Return the class by which a browser knows how much room to keep for so many items: of-3 has up to 7."""
    return f"of-{count.bit_length()}"


def _now_words(past_day: date | None) -> str:
    return _("%(day)s (as-of date)") % {"day": day_words(past_day)} if past_day else _("Today")

"""Days and periods in words of the reader's language."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.dateformat import format as formatted
from django.utils.translation import get_language, gettext, ngettext, pgettext

if TYPE_CHECKING:
    from datetime import date


def day_words(day: date) -> str:
    """Return "2 February 2019", in French "2 février 2019", but "1er février 2019"."""
    return _written(day, get_language() or "")


def weekday_words(day: date) -> str:
    """Return "Saturday 2 February 2019"."""
    return f"{formatted(day, 'l')} {day_words(day)}"


def month_words(day: date) -> str:
    """Return "February 2019"."""
    return formatted(day, pgettext("format of a month", "F Y"))


def short_month_words(day: date) -> str:
    """Return "Feb"; in French "juin" and "juil.", whose first three letters are the same."""
    return formatted(day, pgettext("format of a short month", "M"))


@lru_cache(maxsize=65536)
def _written(day: date, _language: str) -> str:
    if day.day == 1:
        return formatted(day, pgettext("format of the first day of a month", "j F Y"))
    return formatted(day, gettext("j F Y"))


def period_words(amount: int, unit: str) -> str:
    """Return "1 month", "6 months" or "2,922 days"; `unit` is "days", "months" or "years"."""
    number = {"number": intcomma(amount)}
    if unit == "days":
        return ngettext("%(number)s day", "%(number)s days", amount) % number
    if unit == "months":
        return ngettext("%(number)s month", "%(number)s months", amount) % number
    return ngettext("%(number)s year", "%(number)s years", amount) % number

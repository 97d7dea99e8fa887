"""Dates as articles tell them: against the day of the article, never more precise than the words."""

from __future__ import annotations

from datetime import date

import pytest

from events.intake.when import dates_in

SATURDAY = date(2019, 2, 2)


@pytest.mark.parametrize(
    ("words", "edtf", "precision"),
    [
        ("on February 2", "2019-02-02", "day"),
        ("on 31 January", "2019-01-31", "day"),
        ("on Jan. 31, 2018", "2018-01-31", "day"),
        ("on December 30", "2018-12-30", "day"),
        ("on Friday", "2019-02-01", "day"),
        ("on Saturday", "2019-02-02", "day"),
        ("last Saturday", "2019-01-26", "day"),
        ("yesterday", "2019-02-01", "day"),
        ("two days earlier", "2019-01-31", "day"),
        ("last week", "2019-01-21/2019-01-27", "range"),
        ("last month", "2019-01", "month"),
        ("in December", "2018-12", "month"),
        ("in March 2017", "2017-03", "month"),
        ("in late 2017", "2017-09/2017-12", "range"),
        ("in 2014", "2014", "year"),
    ],
)
def test_words_become_a_date_as_precise_as_they_are(words, edtf, precision):
    (found,) = dates_in(f"It said so {words}.", SATURDAY)
    assert (found.edtf, found.precision) == (edtf, precision)


def test_a_day_that_no_calendar_has_is_no_date():
    assert dates_in("It said so on February 30.", SATURDAY) == []

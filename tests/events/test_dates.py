"""A date keeps the precision of its source, in the database and in words."""

from datetime import date

import pytest

from events.dates import DateError, read_words, span, words_for


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2019-02-02", date(2019, 2, 2), date(2019, 2, 2)),
        ("2019-02", date(2019, 2, 1), date(2019, 2, 28)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2014", date(2014, 1, 1), date(2014, 12, 31)),
        ("2017-09/2017-12", date(2017, 9, 1), date(2017, 12, 31)),
        ("../2019-02-02", date(2019, 2, 2), date(2019, 2, 2)),
        ("2019-02-02/..", date(2019, 2, 2), date(2019, 2, 2)),
    ],
)
def test_a_date_spans_all_the_days_that_its_precision_allows(edtf, first, last):
    assert span(edtf) == (first, last)


@pytest.mark.parametrize(
    "nonsense", ["", "soon", "2019-02-30", "2019-02-30~", "31 Feb 2019", "0000-01-01", "2019-13", "2019/2018"]
)
def test_what_no_calendar_has_is_refused_in_a_sentence(nonsense):
    with pytest.raises(DateError, match=r"is not a date|ends before it begins"):
        span(read_words(nonsense)[0])


@pytest.mark.parametrize(
    ("typed", "edtf", "kept_wording"),
    [
        ("2 Feb 2019", "2019-02-02", ""),
        ("February 2, 2019", "2019-02-02", ""),
        ("feb 2019", "2019-02", ""),
        ("2014", "2014", ""),
        ("late 2017", "2017-09/2017-12", "late 2017"),
        ("by 2 Feb 2019", "../2019-02-02", ""),
        ("from Feb 2019", "2019-02/..", ""),
    ],
)
def test_dates_are_read_as_people_write_them(typed, edtf, kept_wording):
    assert read_words(typed) == (edtf, kept_wording)


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2019-02-02", "2 February 2019"),
        ("2019-02", "February 2019"),
        ("2014", "2014"),
        ("1985~", "about 1985"),
        ("../2019-02-02", "by 2 February 2019"),
        ("2017-09/2017-12", "September 2017 to December 2017"),
    ],
)
def test_words_claim_no_more_than_the_record_knows(edtf, words):
    assert words_for(edtf) == words

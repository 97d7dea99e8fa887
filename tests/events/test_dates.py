"""A date keeps the precision of its source, in the database and in words."""

import re
from datetime import date

import pytest
from django.utils import translation
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from events.dates import DateError, figures_or_words, is_exact, read_words, span, worded, words_for
from events.models import Event


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
    ("typed", "days"),
    [
        ("30 Feb 2019", "February 2019 has 28 days"),
        ("2020-02-30~", "February 2020 has 29 days"),
        ("31 April 2019", "30"),
    ],
)
def test_a_day_that_its_month_does_not_have_is_told_how_many_it_has(typed, days):
    with pytest.raises(DateError, match=days):
        read_words(typed)


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


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2019-21", date(2019, 3, 1), date(2019, 5, 31)),
        ("197X", date(1970, 1, 1), date(1979, 12, 31)),
        ("1985?", date(1985, 1, 1), date(1985, 12, 31)),
        ("2017-09~/2018", date(2017, 9, 1), date(2018, 12, 31)),
        ("../2019", date(2019, 12, 31), date(2019, 12, 31)),
        ("2019/..", date(2019, 1, 1), date(2019, 1, 1)),
    ],
)
def test_seasons_decades_doubts_and_open_ends_have_their_bounds(edtf, first, last):
    assert span(edtf) == (first, last)


@pytest.mark.parametrize("open_ended", ["2019-24", "19XX", "2019-XX", "winter 2019", "2019/", "/2019", "../..", ".."])
def test_what_can_mean_too_much_is_refused(open_ended):
    with pytest.raises(DateError):
        span(read_words(open_ended)[0])


@pytest.mark.parametrize(
    ("typed", "edtf", "kept_wording"),
    [
        ("spring 2019", "2019-21", ""),
        ("Fall of 2019", "2019-23", ""),
        ("the 1970s", "197X", ""),
        ("circa 1985", "1985~", ""),
        ("c. 1985", "1985~", ""),
        ("perhaps March 1985", "1985-03?", ""),
        ("probably about 1985", "1985%", ""),
        ("September 2017 to December 2017", "2017-09/2017-12", ""),
        ("between 2014 and 2017", "2014/2017", ""),
        ("by about 1985", "../1985~", ""),
        ("before 2 Feb 2019", "../2019-02-01", "before 2 Feb 2019"),
        ("after 2019", "2020-01-01/..", "after 2019"),
    ],
)
def test_coarse_dates_are_read_as_people_write_them(typed, edtf, kept_wording):
    assert read_words(typed) == (edtf, kept_wording)


@pytest.mark.parametrize(
    ("own", "french"),
    [
        ("late 2017", "fin 2017"),
        ("after 22 May 2026", "après le 22 mai 2026"),
        ("before 1 May 2026", "avant le 1er mai 2026"),
        ("before 1st February 2019", "before 1st February 2019"),
        ("before Feb 2019", "avant février 2019"),
        ("2014 to 2017", "2014 \u2013 2017"),
        ("after the review", "after the review"),
        ("from dusk to dawn", "from dusk to dawn"),
    ],
)
def test_a_sources_wording_is_told_in_french_where_its_form_is_known(own, french):
    with translation.override("fr"):
        assert worded("2026", own) == french


DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
KNOWN = st.one_of(
    DAYS.map(date.isoformat),
    DAYS.map(lambda day: f"{day:%Y-%m}"),
    DAYS.map(lambda day: f"{day:%Y}"),
    DAYS.map(lambda day: f"{day.year // 10}X"),
)
# EDTF knows no doubtful season.
SEASONS = st.builds(lambda day, season: f"{day:%Y}-{season}", DAYS, st.sampled_from(["21", "22", "23"]))
SINGLE = st.builds(lambda known, doubt: known + doubt, KNOWN, st.sampled_from(["", "~", "?", "%"])) | SEASONS
# Parsing takes milliseconds each.
quickly = settings(max_examples=40)
EXPRESSIONS = st.one_of(
    SINGLE,
    SINGLE.map(lambda known: f"../{known}"),
    SINGLE.map(lambda known: f"{known}/.."),
    st.builds(lambda first, last: "/".join(sorted((first, last), key=span)), SINGLE, SINGLE),
)


@quickly
@given(EXPRESSIONS)
def test_the_words_of_an_expression_are_read_back_as_the_same_expression(edtf):
    assume(_is_in_order(edtf))
    assert read_words(words_for(edtf)) == (edtf, "")


@quickly
@given(EXPRESSIONS)
def test_words_name_a_day_only_where_the_expression_does(edtf):
    names_a_day = re.search(r"\b\d{1,2} [A-Z]", words_for(edtf)) is not None
    assert names_a_day == bool(re.search(r"\d{4}-\d\d-\d\d", edtf))


@quickly
@given(KNOWN, st.sampled_from(["~", "?", "%"]))
def test_a_doubt_widens_nothing_and_is_told(known, doubt):
    bare = known.rstrip("~?%")
    assert span(bare + doubt) == span(bare)
    assert words_for(bare + doubt) != words_for(bare)
    event = Event(date=bare + doubt, earliest=span(bare)[0], latest=span(bare)[1])
    assert not is_exact(event)


def _is_in_order(edtf):
    try:
        span(edtf)
    except DateError:
        return False
    return True


@pytest.mark.django_db
def test_dates_of_every_precision_sort_and_filter_by_the_days_they_can_have_been(enter):
    for edtf in ("2019-03-01", "2019", "../2019-02-02", "2019-02-02/..", "2019-02", "2018?", "201X", "2019-21"):
        enter(kind="milestone", day=edtf, title=edtf)
    newest_first = list(Event.objects.values_list("date", flat=True))
    assert newest_first == [
        "2019-21",
        "2019-03-01",
        "../2019-02-02",
        "2019-02-02/..",
        "2019-02",
        "2019",
        "2018?",
        "201X",
    ]
    can_have_been = set(Event.objects.by(date(2019, 2, 1)).values_list("date", flat=True))
    assert can_have_been == {"2019-02", "2019", "2018?", "201X"}


def test_what_is_no_date_is_not_taken_for_a_winter():
    with pytest.raises(DateError, match="“x” is not a date"):
        span("x")
    with pytest.raises(DateError, match="a winter lies in two years"):
        span("winter 2019")


@pytest.mark.parametrize(
    ("edtf", "told"),
    [
        ("2019-02-02", "2019-02-02"),
        ("2019-02", "2019-02"),
        ("2019", "2019"),
        ("../2019-02-02", "by 2 February 2019"),
        ("2019-02-02/..", "from 2 February 2019"),
        ("2019-21", "spring 2019"),
        ("1985~", "about 1985"),
    ],
)
def test_a_list_shows_figures_and_never_the_notation_of_an_open_date(edtf, told):
    assert figures_or_words(edtf) == told
    assert str(Event(date=edtf, title="A notice")) == f"{told}: A notice"

"""Families of rules, and what the engine refuses."""

from datetime import date, datetime

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from events.clocks import (
    ClockError,
    DateSpan,
    Facts,
    Rule,
    Undetermined,
    compute,
    compute_date,
    days_left,
    replay,
    rule_from_json,
    rule_to_json,
)
from events.clocks.operations import add_months
from events.step_words import step_words

PLAIN = {"schema": 1, "kind": "offset", "amount": 6, "unit": "months", "citation": "Pact, Article I"}


@pytest.mark.parametrize(
    ("values", "trigger", "due"),
    [
        ({"amount": 6, "unit": "months"}, "2019-11-30", "2020-05-30"),
        ({"amount": 6, "unit": "months"}, "2019-08-31", "2020-02-29"),
        ({"amount": 1, "unit": "years"}, "2024-02-29", "2025-02-28"),
        ({"kind": "offset_next_day", "amount": 150, "unit": "days"}, "2023-06-09", "2023-11-07"),
        (
            {"kind": "offset_floor", "amount": 30, "unit": "days", "not_before": "1998-04-16"},
            "1998-01-05",
            "1998-04-16",
        ),
        (
            {"kind": "offset_pivot_eif", "amount": 30, "unit": "days", "not_before": "1997-04-29"},
            "1997-04-20",
            "1997-04-29",
        ),
        (
            {"kind": "offset_pivot_eif", "amount": 30, "unit": "days", "not_before": "1997-04-29"},
            "2003-09-24",
            "2003-10-24",
        ),
        ({"kind": "first_day_of_nth_month", "amount": 6, "unit": "months"}, "2010-02-16", "2010-08-01"),
        ({"kind": "first_of_month_after_nth_day", "amount": 60, "unit": "days"}, "2003-01-31", "2003-05-01"),
        ({"kind": "deadline", "amount": -180, "unit": "days"}, "2019-08-02", "2019-02-03"),
        ({"kind": "same_day", "amount": None, "unit": ""}, "2011-02-05", "2011-02-05"),
        (
            {"kind": "fixed_calendar", "amount": None, "unit": "", "anchor": "31dec_next_year"},
            "2017-10-12",
            "2018-12-31",
        ),
    ],
)
def test_each_family_counts_as_its_clause_says(values, trigger, due):
    data = {key: value for key, value in (PLAIN | values).items() if value not in (None, "")}
    rule = rule_from_json(data)
    assert compute_date(rule, date.fromisoformat(trigger)) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"schema": 2}, "written in schema 2"),
        ({"schema": None}, "which schema"),
        ({"amount": -3}, "runs backward"),
        ({"amount": 0}, "needs a period"),
        ({"amount": "six"}, "whole number"),
        ({"amount": True}, "whole number"),
        ({"unit": "weeks"}, "not “weeks”"),
        ({"kind": "guess"}, "“guess” is not a kind"),
        ({"zone": "Mars/Olympus"}, "is not a time zone"),
        ({"zone": "../etc/passwd"}, "is not a time zone"),
        ({"citation": " "}, "needs a citation"),
        ({"not_before": "2019-02-31"}, "“2019-02-31”"),
        ({"colour": "red"}, "has no “colour”"),
        ({"kind": "offset_floor"}, "may not come before"),
        ({"kind": "first_day_of_nth_month", "unit": "days"}, "counts months, not days"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_name(change, sentence):
    with pytest.raises(ClockError, match=sentence):
        rule_from_json(PLAIN | change)


def test_a_rule_without_a_date_says_why():
    rule = Rule(kind="none", citation="Pact", reason="The pact has no exit clause.")
    result = compute(rule, Facts(trigger=DateSpan.day(date(2019, 2, 2))))
    assert isinstance(result, Undetermined)
    assert (result.code, step_words(result.why)) == ("no_right_to_leave", "The pact has no exit clause.")


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ClockError, match="needs a time zone"):
        days_left(date(2019, 8, 2), at=datetime(2019, 2, 2), zone="UTC")


def test_a_period_that_leaves_the_calendar_is_refused():
    with pytest.raises(ClockError, match="leaves the calendar"):
        compute_date(rule_from_json(PLAIN | {"amount": 9000, "unit": "years"}), date(2019, 2, 2))


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
periods = st.tuples(st.integers(1, 60), st.sampled_from(["days", "months", "years"]))
forward_kinds = st.sampled_from(["offset", "offset_next_day", "offset_floor", "offset_pivot_eif", "duration"])


@st.composite
def rules(draw):
    amount, unit = draw(periods)
    kind = draw(forward_kinds)
    floor = draw(days) if kind in {"offset_floor", "offset_pivot_eif"} else None
    return Rule(kind=kind, amount=amount, unit=unit, not_before=floor, citation="Pact, Article I")


@given(rules())
def test_json_round_trip(rule):
    assert rule_from_json(rule_to_json(rule)) == rule


@given(rules(), days)
def test_replaying_the_steps_gives_the_date(rule, trigger):
    result = compute(rule, Facts(trigger=DateSpan.day(trigger)))
    assert replay(result.steps) == result.due.earliest == compute_date(rule, trigger)


@given(rules(), days, days)
def test_a_later_trigger_never_gives_an_earlier_date(rule, one, other):
    first, second = sorted((one, other))
    assert compute_date(rule, first) <= compute_date(rule, second)


@given(rules(), days)
def test_a_forward_clock_never_ends_before_it_starts(rule, trigger):
    assert compute_date(rule, trigger) >= trigger


@given(days, st.integers(-600, 600))
def test_months_are_added_as_the_well_known_library_adds_them(day, months):
    assert add_months(day, months) == day + relativedelta(months=months)


@given(days, st.integers(1, 60))
def test_months_clamp_without_stickiness(day, months):
    back = add_months(add_months(day, months), -months)
    assert back == day or (back < day and day.day > 28)

"""What befalls a running clock, and thresholds: the cases that a good engine gets right."""

from __future__ import annotations

from datetime import date

import pytest

from events.clocks import (
    ClockError,
    DateSpan,
    Deposit,
    Facts,
    Happening,
    Period,
    Reading,
    Rule,
    Threshold,
    Undetermined,
    compute,
    compute_date,
    live,
    occurrences,
    rule_from_json,
    rule_to_json,
    with_readings,
)
from events.step_words import step_words

NOTICE = date(1993, 3, 12)
DUE = DateSpan.day(date(1993, 6, 12))
PAUSE = Happening("paused", date(1993, 6, 11), "The notice is suspended")
RESUME = Happening("resumed", date(2003, 1, 10), "The suspension is lifted")


def at(day, *happenings, due=DUE):
    return live(NOTICE, due, happenings, today=date.fromisoformat(day))


def test_a_pause_keeps_the_one_day_that_remained_and_resuming_counts_it():
    assert (at("1993-06-11", PAUSE).state, at("1999-01-01", PAUSE).remaining) == ("paused", 1)
    resumed = at("2003-01-10", PAUSE, RESUME)
    assert (resumed.state, resumed.due) == ("running", DateSpan.day(date(2003, 1, 11)))
    assert at("2003-01-12", PAUSE, RESUME).state == "took_effect"
    assert "with 1 day left" in step_words(at("1993-06-11", PAUSE).steps[0])


def test_a_notice_can_be_revoked_until_the_day_before_it_takes_effect():
    revoked = Happening("revoked", date(1993, 6, 11), "The notice is withdrawn")
    too_late = Happening("revoked", date(1993, 6, 12), "The notice is withdrawn")
    assert at("1993-07-01", revoked).state == "revoked"
    assert at("1993-07-01", too_late).state == "took_effect"


def test_nothing_happens_before_it_happens():
    assert at("1993-06-10", PAUSE).state == "running"


def test_an_extension_gives_the_new_date_and_a_supersession_ends_the_clock():
    extended = Happening("extended", date(1993, 5, 1), "Extended", until=date(1998, 6, 12))
    superseded = Happening("superseded", date(1994, 1, 1), "Another treaty enters into force")
    assert at("1993-07-01", extended).due == DateSpan.day(date(1998, 6, 12))
    assert at("1999-01-01", extended).state == "took_effect"
    assert at("1999-01-01", extended, superseded).state == "superseded"


def test_what_does_not_happen_to_clocks_is_refused():
    with pytest.raises(ClockError, match="does not happen"):
        Happening("forgotten", NOTICE, "")
    with pytest.raises(ClockError, match="needs the date"):
        Happening("extended", NOTICE, "")


def test_a_disputed_date_shows_every_reading_the_earliest_first():
    rule = Rule(kind="offset", amount=3, unit="months", citation="Pact")
    computed = compute(rule, Facts(DateSpan.day(date(2003, 1, 10))))
    disputed = with_readings(
        computed,
        [Reading("Nobody", None, "s"), Reading("Many", date(2003, 4, 10), "s"), Reading("One", date(2003, 1, 11), "s")],
    )
    assert [one.holder for one in disputed.readings] == ["One", "Many", "Nobody"]
    assert disputed.due == DateSpan(date(2003, 1, 11), date(2003, 4, 10))


def deposits(*days):
    return tuple(Deposit(f"state-{number}", date.fromisoformat(day)) for number, day in enumerate(days))


def by_threshold(threshold, given, **facts):
    rule = Rule(kind="offset", amount=90, unit="days", citation="Pact", threshold=threshold)
    return compute(rule, Facts(deposits=given, **facts))


def test_the_nth_deposit_starts_the_clock():
    result = by_threshold(Threshold(count=3), deposits("2020-01-01", "2020-03-01", "2020-02-01"))
    assert result.due == DateSpan.day(date(2020, 5, 30))
    assert "With the instrument of state-1" in step_words(result.steps[0])


def test_what_is_missing_is_named():
    result = by_threshold(Threshold(named=("state-0", "utopia")), deposits("2020-01-01"), names={"utopia": "Utopia"})
    assert isinstance(result, Undetermined)
    assert step_words(result.why) == (
        "The threshold is not reached: 1 of 2 named states have deposited. Missing: Utopia."
    )
    assert result.missing == ("Utopia",)


def test_an_instrument_taken_back_before_the_threshold_does_not_count():
    given = (Deposit("a", date(2020, 1, 1), date(2020, 2, 1)), Deposit("b", date(2020, 3, 1)))
    assert isinstance(by_threshold(Threshold(count=2), given), Undetermined)
    given = (Deposit("a", date(2020, 1, 1), date(2020, 4, 1)), Deposit("b", date(2020, 3, 1)))
    assert by_threshold(Threshold(count=2), given).due.earliest == date(2020, 5, 30), "later, it undoes nothing"


def test_a_share_is_taken_of_a_fixed_or_of_the_given_base():
    four = deposits("2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01")
    assert by_threshold(Threshold(share="2/3", base_size=5), four).due.earliest == date(2020, 6, 30)
    assert isinstance(by_threshold(Threshold(share="2/3"), four, base=9), Undetermined)


def test_no_notice_before_the_lock_in_is_over():
    rule = Rule(kind="offset", amount=1, unit="years", citation="Pact", lock_in=Period(3, "years"))
    begun = {"party_entry_into_force": date(2016, 11, 4)}
    early = compute(rule, Facts(DateSpan.day(date(2017, 8, 4)), anchors=begun))
    assert step_words(early.why) == "Notice may be given from 4 November 2019 on: 3 years after 4 November 2016."
    on_time = compute(rule, Facts(DateSpan.day(date(2019, 11, 4)), anchors=begun))
    assert on_time.due == DateSpan.day(date(2020, 11, 4))


@pytest.mark.parametrize(
    ("notice", "end"), [("2019-05-01", "2019-11-23"), ("2019-08-25", "2019-11-23"), ("2019-08-26", "2020-11-23")]
)
def test_a_notice_ends_the_term_that_it_is_early_enough_for(notice, end):
    rule = Rule(
        kind="renewal",
        amount=1,
        unit="years",
        notice=Period(90, "days"),
        counted_from="entry_into_force",
        citation="Pact",
    )
    facts = Facts(DateSpan.day(date.fromisoformat(notice)), anchors={"entry_into_force": date(2016, 11, 23)})
    assert compute(rule, facts).due == DateSpan.day(date.fromisoformat(end))


def test_recurring_days_come_again_and_a_leap_day_stays_one():
    yearly = Rule(kind="yearly", month_day="04-30", citation="Pact")
    assert list(occurrences(yearly, date(2026, 5, 1), date(2028, 4, 30))) == [date(2027, 4, 30), date(2028, 4, 30)]
    fourth = Rule(kind="every_n_years", amount=4, unit="years", fixed_on=date(2020, 2, 29), citation="Pact")
    assert list(occurrences(fourth, date(2021, 1, 1), date(2030, 1, 1))) == [date(2024, 2, 29), date(2028, 2, 29)]


def test_a_chained_tail_counts_from_the_expiry_not_from_the_agreement():
    rule = Rule(kind="duration", amount=5, unit="years", counted_from="expiry", citation="New START, Article XIV(2)")
    agreed = DateSpan.day(date(2021, 2, 3))
    assert compute(rule, Facts(agreed, anchors={"expiry": date(2021, 2, 5)})).due == DateSpan.day(date(2026, 2, 5))
    assert compute(rule, Facts(agreed)).code == "no_anchor"


@pytest.mark.parametrize(
    ("anchor", "trigger", "due"),
    [
        ("31dec_next_year", "2017-10-12", "2018-12-31"),
        ("31dec_same_year", "2017-10-12", "2017-12-31"),
        ("30jun_if_by_1jan", "2018-12-20", "2019-06-30"),
        ("30jun_if_by_1jan", "2019-01-01", "2019-06-30"),
        ("30jun_if_by_1jan", "2019-01-02", "2020-06-30"),
        ("1jan_if_by_1jul", "2019-07-01", "2020-01-01"),
        ("1jan_if_by_1jul", "2019-07-02", "2021-01-01"),
        ("31dec_fy_9months", "2019-03-31", "2019-12-31"),
        ("31dec_fy_9months", "2019-04-01", "2020-12-31"),
    ],
)
def test_calendar_anchors(anchor, trigger, due):
    rule = Rule(kind="fixed_calendar", anchor=anchor, citation="Pact")
    assert compute_date(rule, date.fromisoformat(trigger)) == date.fromisoformat(due)


def test_every_addition_goes_through_json_and_back():
    rule = Rule(
        kind="renewal",
        amount=5,
        unit="years",
        citation="Pact",
        counted_from="entry_into_force",
        notice=Period(6, "months"),
        renewal=Period(1, "years"),
        lock_in=Period(3, "years"),
        threshold=Threshold(count=3, named=("a", "b"), share="2/3", base_size=44),
    )
    assert rule_from_json(rule_to_json(rule)) == rule


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"threshold": {}}, "needs a count, named states, or a share"),
        ({"threshold": {"share": "3/2"}}, "cannot be reached"),
        ({"threshold": {"share": "many"}}, "is not a share"),
        ({"threshold": 3}, "should be an object"),
        ({"lock_in": {"amount": 3}}, "needs its “unit”"),
        ({"lock_in": {"amount": 3, "unit": "weeks"}}, "not “weeks”"),
        ({"kind": "yearly", "month_day": "02-29"}, "not a day of every year"),
        ({"kind": "fixed_calendar", "anchor": "soon"}, "not a calendar anchor"),
        ({"kind": "renewal"}, "needs the notice"),
        ({"counted_from": "now"}, "not from “now”"),
        ({"ends": "day_before"}, "cite it"),
    ],
)
def test_an_addition_that_makes_no_sense_is_refused_by_name(change, sentence):
    plain = {"schema": 1, "kind": "offset", "amount": 6, "unit": "months", "citation": "Pact"}
    with pytest.raises(ClockError, match=sentence):
        rule_from_json(plain | change)

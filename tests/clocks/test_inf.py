"""The clock that started the project: INF Treaty, Article XV, notice of 2 February 2019."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.clocks import Computed, DateSpan, Facts, Rule, Undetermined, compute, days_left, replay
from events.step_words import step_words

INF = Rule(
    kind="offset",
    amount=6,
    unit="months",
    zone="America/New_York",
    citation="INF Treaty, Article XV(2)",
    what_stops_it="the notice is withdrawn before that day.",
)


def notice(day, label="Notice given"):
    return Facts(trigger=DateSpan.day(day), trigger_label=label)


def test_six_months_from_2_february_2019_end_on_2_august_2019():
    result = compute(INF, notice(date(2019, 2, 2)))
    assert isinstance(result, Computed)
    assert result.due == DateSpan.day(date(2019, 8, 2))
    assert result.is_exact


def test_every_step_is_told_and_why_it_is_not_1_august():
    result = compute(INF, notice(date(2019, 2, 2)))
    told = " ".join(step_words(step) for step in result.steps)
    assert "Notice given: 2 February 2019." in told
    assert "INF Treaty, Article XV(2): 6 months." in told
    assert "2 February 2019 + 6 months = 2 August 2019, 181 days." in told
    assert "Not 1 August 2019: that would be 180 days" in told
    assert "by the calendar of New York" in told
    assert "What would stop it: the notice is withdrawn" in told


def test_replaying_the_steps_gives_the_date():
    result = compute(INF, notice(date(2019, 2, 2)))
    assert replay(result.steps) == result.due.earliest


def test_a_coarse_trigger_gives_a_range_never_a_day():
    result = compute(INF, Facts(trigger=DateSpan(date(2019, 2, 1), date(2019, 2, 28))))
    assert result.due == DateSpan(date(2019, 8, 1), date(2019, 8, 28))
    assert not result.is_exact


def test_before_the_notice_there_is_no_clock():
    result = compute(INF, notice(date(2019, 2, 2)), at=date(2019, 2, 1))
    assert isinstance(result, Undetermined)
    assert result.code == "no_trigger"


@pytest.mark.parametrize(
    ("instant", "left"),
    [
        (datetime(2019, 2, 5, 12, tzinfo=UTC), 178),
        (datetime(2019, 8, 2, 3, 59, tzinfo=UTC), 1),  # still 1 August in Washington
        (datetime(2019, 8, 2, 4, 0, tzinfo=UTC), 0),
        (datetime(2019, 8, 3, 12, tzinfo=UTC), -1),
    ],
)
def test_days_are_counted_by_the_calendar_of_the_zone(instant, left):
    assert days_left(date(2019, 8, 2), at=instant, zone="America/New_York") == left


def test_summer_time_moves_no_day():
    start = datetime(2019, 3, 9, 12, tzinfo=UTC)
    counts = [days_left(date(2019, 8, 2), at=start + timedelta(days=n), zone="America/New_York") for n in range(4)]
    assert counts == [146, 145, 144, 143]

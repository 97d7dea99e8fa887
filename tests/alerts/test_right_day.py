"""The right day: leads are calendar days of the deadline's zone, and leave in the morning of the subscriber's.

Whatever the zones, the dates and the moment of sending, a mail never counts a day too many or too few.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.delivery import send_due
from alerts.models import Alert, Subscriber, Subscription
from alerts.services import digests
from alerts.services.planning import plan
from alerts.wording import count_words, facts_of
from events.clocks import days_left
from events.models import Deadline

pytestmark = pytest.mark.django_db

ZONES = [
    "UTC",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Europe/Vienna",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
a_zone = st.sampled_from(ZONES)
a_lead = st.sampled_from([0, 1, 7, 30, 90, 365])
a_day = st.dates(date(2016, 1, 1), date(2031, 12, 31))
quick = settings(max_examples=20)


@pytest.fixture
def clock(enter, treaty, follow):
    """Return a function that puts one clock on a day of a zone, and a reader of another zone who wants these leads."""
    follow(treaty=treaty)
    enter()

    def _clock(due, zone="UTC", reader="UTC", leads=(1,)):
        Alert.objects.all().delete()
        values = {"due_earliest": due, "due_latest": due, "zone": zone, "state": "running"}
        Deadline.objects.update(**values, changed_at=LONG_AGO, opened_at=LONG_AGO)
        Subscriber.objects.update(time_zone=reader)
        Subscription.objects.update(lead_days=list(leads), kinds=["lead"], confirmed_at=LONG_AGO)
        return Deadline.objects.get()

    return _clock


def day_of(day, zone):
    """Return the first and the last second of the day in the zone."""
    first, after = (datetime.combine(one, time(), ZoneInfo(zone)) for one in (day, day + timedelta(days=1)))
    return first.astimezone(UTC), after.astimezone(UTC) - timedelta(seconds=1)


@quick
@given(due=a_day, zone=a_zone, reader=a_zone, lead=a_lead)
@example(due=date(2020, 2, 29), zone="Pacific/Kiritimati", reader="Pacific/Pago_Pago", lead=0)
@example(due=date(2020, 3, 1), zone="Pacific/Pago_Pago", reader="Pacific/Kiritimati", lead=1)
@example(due=date(2024, 2, 29), zone="UTC", reader="America/New_York", lead=365)
@example(due=date(2019, 3, 31), zone="Europe/Vienna", reader="America/New_York", lead=0)
@example(due=date(2019, 10, 27), zone="Europe/Vienna", reader="Australia/Lord_Howe", lead=0)
def test_a_reminder_leaves_on_its_day_in_the_readers_morning_once(clock, due, zone, reader, lead):
    clock(due, zone, reader, [lead])
    first, last = day_of(due - timedelta(days=lead), zone)
    plan(at=last)
    (alert,) = Alert.objects.all()
    assert first <= alert.due_at <= last
    assert days_left(due, at=alert.due_at, zone=zone) == lead
    local = alert.due_at.astimezone(ZoneInfo(reader))
    # A day of 23 hours may lack the reader's morning; then its first minute must do.
    assert (local.hour, local.minute) == (8, 0) or alert.due_at == first
    Alert.objects.all().delete()
    assert plan(at=alert.due_at - timedelta(seconds=1)) == 0, "not a moment earlier"
    assert plan(at=alert.due_at) == 1
    assert plan(at=last) == 0, "once"


@quick
@given(due=a_day, zone=a_zone, reader=a_zone, late=st.floats(0, 1))
def test_a_reminder_that_leaves_late_counts_the_days_truly_left_and_never_runs_into_the_next(
    clock, due, zone, reader, late
):
    clock(due, zone, reader, [30, 7])
    plan(at=day_of(due - timedelta(days=30), zone)[1])
    (alert,) = Alert.objects.all()
    at = alert.due_at + late * (alert.not_after - alert.due_at - timedelta(seconds=1))
    days = facts_of(alert, at=at).days
    assert days == (due - at.astimezone(ZoneInfo(zone)).date()).days
    assert 7 < days <= 30
    assert alert.not_after == day_of(due - timedelta(days=7), zone)[0]


@quick
@given(due=a_day, zone=a_zone, reader=a_zone)
def test_the_last_reminder_never_leaves_when_the_day_is_over(clock, due, zone, reader):
    clock(due, zone, reader, [0])
    first, last = day_of(due, zone)
    plan(at=last)
    assert Alert.objects.get().not_after == last + timedelta(seconds=1)
    Alert.objects.all().delete()
    assert plan(at=last + timedelta(seconds=1)) == 0
    assert first <= last


@settings(quick, max_examples=12)
@given(due=a_day, zone=a_zone, reader=a_zone, rhythm=st.sampled_from(["daily", "weekly"]), lead=a_lead)
def test_a_digest_tells_each_lead_by_its_day_at_the_latest(clock, due, zone, reader, rhythm, lead):
    clock(due, zone, reader, [lead])
    anna = Subscriber.objects.get()
    start = datetime.combine(due - timedelta(days=lead + 9), time(12), UTC)
    digests.choose_delivery(anna, {"rhythm": rhythm}, at=start)
    plan(at=start)
    while not Alert.objects.filter(kind="lead").exists():
        slot = anna.next_digest_at
        plan(at=slot)
        anna.refresh_from_db()
        assert slot <= day_of(due, zone)[1], "the lead was never planned"
    item = Alert.objects.get(kind="lead")
    # What is planned with the digest itself is read into it a moment later.
    told = item.due_at if item.state == "pending" else max(item.planned_at, slot_after(item.planned_at, anna, rhythm))
    assert days_left(due, at=told, zone=zone) >= lead
    digests.choose_delivery(anna, {"rhythm": "immediate"}, at=told)


def slot_after(at, subscriber, rhythm):
    """Return the first digest instant at or after this one: 8 o'clock, of a Monday if weekly, of the reader's zone."""
    zone = ZoneInfo(subscriber.time_zone)
    day = at.astimezone(zone).date()
    slots = [datetime.combine(day + timedelta(days=number), time(8), zone) for number in range(9)]
    return next(one for one in slots if one >= at and (rhythm == "daily" or one.isoweekday() == 1))


@pytest.mark.parametrize(
    ("due", "leads"),
    [
        (date(2020, 2, 29), {30: date(2020, 1, 30), 7: date(2020, 2, 22), 1: date(2020, 2, 28), 0: date(2020, 2, 29)}),
        (date(2020, 3, 1), {1: date(2020, 2, 29), 0: date(2020, 3, 1)}),
        (date(2021, 3, 1), {1: date(2021, 2, 28), 0: date(2021, 3, 1)}),
    ],
)
def test_leap_days_count_as_days(clock, due, leads):
    clock(due, leads=list(leads))
    for lead, day in leads.items():
        plan(at=datetime.combine(day, time(12), UTC))
        assert Alert.objects.get(lead_days=lead).due_at.date() == day


@pytest.mark.parametrize("sunday", [date(2019, 3, 31), date(2019, 10, 27)])
def test_summer_time_moves_no_morning(clock, sunday):
    leads = [3, 2, 1, 0]
    clock(sunday + timedelta(days=1), zone="Europe/Vienna", reader="Europe/Vienna", leads=leads)
    for lead in leads:
        plan(at=day_of(sunday + timedelta(days=1 - lead), "Europe/Vienna")[1])
    mornings = Alert.objects.order_by("due_at").values_list("due_at", flat=True)
    assert [one.astimezone(ZoneInfo("Europe/Vienna")).hour for one in mornings] == [8, 8, 8, 8]


def test_a_reader_who_moves_to_another_zone_before_the_morning_is_reminded_in_the_new_one_once(clock):
    clock(date(2019, 8, 2), zone="UTC", reader="Pacific/Kiritimati", leads=[7])
    Subscriber.objects.update(time_zone="America/Los_Angeles")
    plan(at=datetime(2019, 7, 26, 14, 59, tzinfo=UTC))
    assert not Alert.objects.exists()
    plan(at=datetime(2019, 7, 26, 15, tzinfo=UTC))
    assert Alert.objects.get().due_at.astimezone(ZoneInfo("America/Los_Angeles")).hour == 8
    Subscriber.objects.update(time_zone="Pacific/Kiritimati")
    assert plan(at=datetime(2019, 7, 26, 20, tzinfo=UTC)) == 0


def test_a_clock_that_changes_its_zone_is_counted_in_the_new_one_and_no_lead_comes_twice(clock, relay):
    clock(date(2019, 8, 2), zone="Pacific/Kiritimati", leads=[7, 1])
    at = datetime(2019, 7, 26, 8, tzinfo=UTC)
    plan(at=at)
    assert Alert.objects.get().lead_days == 7, "on Kiritimati it is 26 July"
    Deadline.objects.update(zone="Pacific/Pago_Pago")
    assert send_due(clock=lambda: at, batch_size=10) == 1
    assert "8 days left" in relay.mails[0]["Subject"], "the true number in the zone that holds now"
    assert plan(at=datetime(2019, 7, 26, 20, tzinfo=UTC)) == 0
    plan(at=datetime(2019, 8, 2, 7, tzinfo=UTC))
    assert Alert.objects.count() == 1, "for the reader no morning of 1 August on Pago Pago has come"
    plan(at=datetime(2019, 8, 2, 9, tzinfo=UTC))
    assert Alert.objects.count() == 2


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [
        ("en-gb", 1826, "1,826 days left"), ("en-gb", 1, "1 day left"), ("en-gb", -2672, "2,672 days ago"),
        ("fr", 1826, "encore 1\xa0826 jours"), ("fr", 1, "encore 1 jour"),
    ],
)  # fmt: skip
def test_days_are_counted_in_the_readers_words(language, days, words):
    with override(language):
        assert count_words(days) == words

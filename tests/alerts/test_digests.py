"""One mail a day or a week instead of many: each item in exactly one mail, and no date in it out of date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from alerts.delivery import send_due
from alerts.models import Alert, Subscriber, Subscription
from alerts.services import digests, outbox
from alerts.services.planning import plan
from events import services
from events.models import Deadline

pytestmark = pytest.mark.django_db

# A Saturday; the clock ends on Friday, 2 August 2019.
NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
SUNDAY = datetime(2019, 2, 3, 8, tzinfo=UTC)
MONDAY = datetime(2019, 2, 4, 8, tzinfo=UTC)


@pytest.fixture
def reader(treaty, follow):
    """Return a function that makes a follower of the treaty who wants a digest."""

    def _reader(rhythm, at=NOTICE, address="anna@example.org", **values):
        subscriber = follow(address, treaty=treaty)
        digests.choose_delivery(subscriber, {"rhythm": rhythm} | values, at=at)
        return subscriber

    return _reader


def go(at):
    """Plan and send at the instant; return how many mails the relay took."""
    plan(at=at)
    return send_due(clock=lambda: at, batch_size=10)


def days(first, last):
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)


def states(**filters):
    return list(Alert.objects.filter(**filters).order_by("pk").values_list("kind", "state"))


def test_what_is_planned_waits_for_the_digest_hour_and_goes_in_one_mail(enter, reader, relay):
    reader("daily")
    enter(at=NOTICE)
    enter(day="2019-01-20", at=NOTICE)
    assert go(NOTICE + timedelta(hours=1)) == 0
    assert go(SUNDAY) == 1
    assert states() == [("started", "sent"), ("started", "sent"), ("digest", "sent")]
    assert relay.text().count("181 days left") == 0, "on Sunday one day less is left"
    assert "Friday, 2 August 2019: 180 days left" in relay.text()
    assert "Saturday, 20 July 2019: 167 days left" in relay.text()
    assert "one mail a day" in relay.text()


def test_a_digest_that_nobody_planned_for_long_looks_ahead_from_the_day_on_which_it_goes(enter, reader, relay):
    reader("weekly", at=NOTICE)
    enter(at=NOTICE)
    assert go(MONDAY) == 1
    relay.mails.clear()
    assert go(datetime(2019, 5, 8, 12, tzinfo=UTC)) == 1
    assert "86 days left" in relay.text()
    assert "Nothing is due" not in relay.text()


def test_a_digest_brings_the_calendar_entries_of_its_clocks(enter, reader, relay):
    reader("daily")
    enter(at=NOTICE)
    enter(day="2019-01-20", at=NOTICE)
    go(SUNDAY)
    part = next(one for one in relay.mails[0].iter_attachments() if one.get_content_type() == "text/calendar")
    entries = Calendar.from_ical(part.get_content()).walk("VEVENT")
    assert {entry.decoded("dtstart") for entry in entries} == {date(2019, 8, 2), date(2019, 7, 20)}
    assert {str(entry["uid"]).split("@")[0] for entry in entries} == set(
        Deadline.objects.values_list("slug", flat=True)
    )


def test_a_day_with_nothing_brings_no_daily_digest(reader, relay):
    reader("daily")
    assert [go(day) for day in days(SUNDAY, SUNDAY + timedelta(days=3))] == [0, 0, 0, 0]
    assert not Alert.objects.exists()


def test_a_weekly_digest_says_that_nothing_is_due_unless_that_is_not_wanted(reader, relay):
    reader("weekly")
    reader("weekly", address="bert@example.org", empty_digest=False)
    assert [go(day) for day in days(SUNDAY, SUNDAY + timedelta(days=8))] == [0, 1, 0, 0, 0, 0, 0, 0, 1]
    assert relay.mails[0]["Subject"] == "Nothing due in the coming week"
    assert set(relay.addresses) == {"anna@example.org"}


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_digest_comes_on_the_chosen_weekday_and_hour_of_the_readers_zone(reader, zone):
    anna = reader("weekly", time_zone=zone, digest_weekday=4, digest_hour=6)
    slot = anna.next_digest_at.astimezone(ZoneInfo(zone))
    assert (slot.isoweekday(), slot.hour, slot.minute) == (4, 6, 0)
    plan(at=anna.next_digest_at)
    anna.refresh_from_db()
    after = anna.next_digest_at.astimezone(ZoneInfo(zone))
    assert (after.date() - slot.date()).days == 7


def test_a_digest_hour_keeps_to_the_clock_through_summer_time(reader):
    anna = reader("daily", time_zone="Europe/Vienna", at=datetime(2019, 3, 30, 12, tzinfo=UTC))
    hours = []
    for _ in range(3):
        hours.append(anna.next_digest_at.astimezone(ZoneInfo("Europe/Vienna")).hour)
        plan(at=anna.next_digest_at)
        anna.refresh_from_db()
    assert hours == [8, 8, 8]


def test_a_weekly_digest_reminds_before_a_lead_falls_in_the_week_and_never_after_the_date(enter, reader, relay):
    reader("weekly")
    enter(at=NOTICE)
    sent = [day.date() for day in days(MONDAY, datetime(2019, 8, 12, 8, tzinfo=UTC)) if go(day)]
    assert all(day.isoweekday() == 1 for day in sent)
    leads = Alert.objects.filter(kind="lead", state="sent").order_by("pk")
    assert [(lead.lead_days, (lead.told_due - lead.sent_at.date()).days) for lead in leads] == [
        (90, 95),
        (30, 32),
        (7, 11),
        (0, 4),
    ]


def test_what_falls_before_the_next_digest_is_mailed_at_once(enter, reader, relay):
    reader("weekly", at=datetime(2019, 7, 30, 12, tzinfo=UTC))
    enter(at=datetime(2019, 7, 30, 12, tzinfo=UTC))
    assert go(datetime(2019, 7, 30, 13, tzinfo=UTC)) == 1
    assert relay.mails[0]["Subject"].startswith("Pact: clock started, 3 days left")
    assert go(datetime(2019, 8, 2, 13, tzinfo=UTC)) == 1, "and the day itself"


def test_a_digest_never_tells_a_date_that_changed_before_it_left(enter, reader, relay):
    reader("daily")
    event = enter(at=NOTICE)
    plan(at=NOTICE + timedelta(hours=1))
    event.date = "2019-02-01"
    services.save_event(event, at=NOTICE + timedelta(hours=2))
    services.after_event_change(event, at=NOTICE + timedelta(hours=2))
    assert go(SUNDAY) == 1
    assert "2 August" not in relay.text()
    assert "1 August 2019: 179 days left" in relay.text()
    assert states(kind="started") == [("started", "cancelled"), ("started", "sent")]


def test_a_date_that_changes_between_writing_and_the_fence_stops_the_digest_which_is_written_again(
    enter, reader, relay
):
    reader("daily")
    enter(at=NOTICE)
    plan(at=SUNDAY)
    claim = outbox.claim(at=SUNDAY, limit=10)
    items = digests.gather(claim.alerts[0], at=SUNDAY)
    Deadline.objects.update(version=2, changed_at=NOTICE)
    assert not outbox.fence(claim.alerts[0], claim.token, at=SUNDAY, items=items)
    outbox.drop(claim.alerts[0], claim.token, at=SUNDAY)
    assert go(SUNDAY + timedelta(minutes=2)) == 1
    assert states() == [("started", "cancelled"), ("digest", "sent"), ("started", "sent")]


def test_who_left_between_writing_and_the_fence_gets_no_digest(enter, reader, relay):
    reader("daily")
    enter(at=NOTICE)
    plan(at=SUNDAY)
    claim = outbox.claim(at=SUNDAY, limit=10)
    items = digests.gather(claim.alerts[0], at=SUNDAY)
    Subscription.objects.update(kinds=["moved"])
    assert not outbox.fence(claim.alerts[0], claim.token, at=SUNDAY, items=items)


def test_a_digest_in_doubt_repeats_what_it_held_and_nothing_new(enter, reader, relay):
    reader("daily")
    enter(at=NOTICE)
    plan(at=SUNDAY)
    relay.hang_up_after_data = 1
    assert send_due(clock=lambda: SUNDAY, batch_size=10) == 0
    assert Alert.objects.get(kind="started").ambiguous, "what may have been told counts as told"
    enter(day="2019-01-20", at=SUNDAY)
    assert go(SUNDAY + timedelta(hours=1)) == 1
    first, second = relay.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert "20 July" not in relay.text()
    assert go(SUNDAY + timedelta(days=1)) == 1
    assert "20 July" in relay.text()


def test_a_digest_that_failed_gives_its_items_to_the_next(enter, reader, relay):
    reader("daily")
    enter(at=NOTICE)
    relay.answers = ["554 5.7.1 looks like spam"]
    assert go(SUNDAY) == 0
    assert go(SUNDAY + timedelta(days=1)) == 1
    assert states() == [("started", "sent"), ("digest", "failed"), ("digest", "sent")]


def test_a_worker_that_dies_with_a_digest_loses_and_doubles_nothing(enter, reader, relay):
    reader("daily")
    enter(at=NOTICE)
    plan(at=SUNDAY)
    claim = outbox.claim(at=SUNDAY, limit=10)
    digests.gather(claim.alerts[0], at=SUNDAY)
    later = SUNDAY + timedelta(minutes=10)
    outbox.reap(at=later)
    assert go(later) == 1
    assert go(later) == 0
    assert states() == [("started", "sent"), ("digest", "sent")]


def test_who_turns_to_single_mails_gets_what_waited_singly_and_once(enter, reader, relay):
    anna = reader("daily")
    enter(at=NOTICE)
    plan(at=SUNDAY)
    digests.choose_delivery(anna, {"rhythm": "immediate"}, at=SUNDAY)
    assert go(SUNDAY) == 1
    assert states() == [("started", "sent"), ("digest", "cancelled")]
    assert relay.mails[0]["Subject"].startswith("Pact: clock started")
    assert go(SUNDAY + timedelta(days=1)) == 0


def test_a_plan_that_read_the_old_rhythm_strands_nothing(enter, reader, relay):
    anna = reader("daily")
    enter(at=NOTICE)
    plan(at=NOTICE + timedelta(hours=1))
    # As if the plan had committed after the choice.
    Subscriber.objects.filter(pk=anna.pk).update(rhythm="immediate", next_digest_at=None)
    assert go(NOTICE + timedelta(hours=1, minutes=1)) == 1
    assert states() == [("started", "sent")]


def test_who_turns_to_a_digest_gets_what_was_pending_singly_and_once(enter, treaty, follow, relay):
    anna = follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=NOTICE)
    digests.choose_delivery(anna, {"rhythm": "daily"}, at=NOTICE)
    assert go(NOTICE + timedelta(hours=1)) == 1
    assert go(SUNDAY) == 0


def test_two_planners_plan_one_digest(enter, reader):
    reader("daily")
    enter(at=NOTICE)
    plan(at=SUNDAY)
    plan(at=SUNDAY)
    assert Alert.objects.filter(kind="digest").count() == 1


def test_several_items_about_one_clock_show_it_once_with_what_matters_most(enter, reader, relay):
    reader("weekly", at=datetime(2019, 2, 1, 12, tzinfo=UTC))
    Subscription.objects.update(lead_days=[178])
    enter(at=NOTICE)
    assert go(MONDAY) == 1
    assert relay.text().count("Ruritania withdrawal takes effect") == 1
    assert set(states(kind__in=["started", "lead"])) == {("started", "sent"), ("lead", "sent")}
    assert Alert.objects.get(kind="lead").told_due == date(2019, 8, 2)


@pytest.mark.parametrize(
    ("due", "zone"),
    [
        (date(2020, 1, 3), "Pacific/Kiritimati"),
        (date(2020, 1, 1), "America/Los_Angeles"),
        (date(2019, 4, 2), "Europe/Vienna"),
        (date(2019, 10, 28), "Europe/Vienna"),
        (date(2020, 3, 1), "America/New_York"),
    ],
)
def test_a_weekly_digest_tells_each_lead_in_time_over_new_year_summer_time_and_leap_day(
    enter, reader, relay, due, zone
):
    local = ZoneInfo(zone)
    enter(at=NOTICE)
    values = {"due_earliest": due, "due_latest": due, "zone": "America/Los_Angeles"}
    Deadline.objects.update(**values, opened_at=NOTICE, changed_at=NOTICE, state="running")
    start = datetime(due.year, due.month, due.day, 9, tzinfo=local) - timedelta(days=25)
    anna = reader("weekly", at=start.astimezone(UTC), time_zone=zone)
    anna.subscriptions.update(kinds=["lead"], lead_days=[14, 7, 1, 0], confirmed_at=NOTICE)
    for day in days(start.date() + timedelta(days=1), due + timedelta(days=2)):
        for hour in (8, 20):
            go(datetime(day.year, day.month, day.day, hour, tzinfo=local).astimezone(UTC))
    digests_sent = Alert.objects.filter(kind="digest", state="sent").order_by("sent_at")
    mornings = [one.sent_at.astimezone(local) for one in digests_sent]
    mondays = [day for day in days(start.date() + timedelta(days=1), due + timedelta(days=2)) if day.isoweekday() == 1]
    assert [(one.date(), one.hour) for one in mornings] == [(day, 8) for day in mondays]
    leads = Alert.objects.filter(kind="lead").select_related("carrier")
    assert {lead.state for lead in leads} == {"sent"}
    counts = ZoneInfo("America/Los_Angeles")
    told = [(lead.sent_at or lead.carrier.sent_at).astimezone(counts).date() for lead in leads]
    assert len(told) == len(set(told)), "leads that fall in one week are told together"
    for days_before in (14, 7, 1, 0):
        day = due - timedelta(days=days_before)
        assert any(day - timedelta(days=7) <= one <= day for one in told), "not a day later than wanted"

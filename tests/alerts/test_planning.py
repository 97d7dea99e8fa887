"""What is wanted when: each mail planned once, on the right day, for those it concerns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.models import Alert, Subscription
from alerts.services import outbox, runs
from alerts.services.planning import plan
from events import services
from events.clocks import days_left
from events.models import Deadline

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
SETTLED = NOTICE + timedelta(minutes=20)


def noon(year, month, day):
    return datetime(year, month, day, 12, tzinfo=UTC)


def planned(**filters):
    rows = Alert.objects.filter(**filters).exclude(state="cancelled").order_by("pk")
    return [(row.kind, row.lead_days) for row in rows]


def send_all(at):
    """Mark everything due as sent, through claim and fence."""
    claim = outbox.claim(at=at, limit=1000)
    for alert in claim.alerts:
        assert outbox.fence(alert, claim.token, at=at)
        runs.fold([claim.token], at=at, taken=alert)
    return len(claim.alerts)


def live_through(first, last, treaty):
    """Recompute, plan and send on each day's noon; return (day, kind, lead)."""
    seen, day = [], first
    while day <= last:
        services.recompute_treaty(treaty, at=day)
        at = day + timedelta(minutes=20)
        plan(at=at)
        known = set(Alert.objects.filter(state="sent").values_list("pk", flat=True))
        send_all(at)
        new = Alert.objects.filter(state="sent").exclude(pk__in=known).order_by("pk")
        seen += [(day.date(), alert.kind, alert.lead_days) for alert in new]
        day += timedelta(days=1)
    return seen


def test_a_follower_is_told_of_the_start_each_lead_and_the_effect_once(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    assert live_through(NOTICE, noon(2019, 8, 12), treaty) == [
        (date(2019, 2, 2), "started", -1),
        (date(2019, 5, 4), "lead", 90),
        (date(2019, 7, 3), "lead", 30),
        (date(2019, 7, 26), "lead", 7),
        (date(2019, 8, 1), "lead", 1),
        (date(2019, 8, 2), "lead", 0),
        (date(2019, 8, 3), "took_effect", -1),
    ]


def test_planning_twice_plans_once(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    assert plan(at=SETTLED) == 1
    assert plan(at=SETTLED) == 0


def test_who_follows_treaty_party_and_everything_gets_one_mail(enter, treaty, party, follow):
    follow(treaty=treaty)
    follow(party=party)
    follow()
    enter(at=NOTICE)
    assert plan(at=SETTLED) == 1


@pytest.mark.parametrize("followed", ["treaty", "party", "everything"])
def test_each_way_of_following_finds_the_clock(enter, treaty, party, follow, followed):
    follow(**{"treaty": {"treaty": treaty}, "party": {"party": party}, "everything": {}}[followed])
    enter(at=NOTICE)
    assert plan(at=SETTLED) == 1


def test_nobody_unconfirmed_suppressed_gone_or_uninterested_is_planned_for(enter, treaty, follow):
    follow("pending@example.org", treaty=treaty)
    Subscription.objects.update(state="pending", confirmed_at=None)
    suppressed = follow("suppressed@example.org", treaty=treaty)
    suppressed.state = "suppressed"
    suppressed.save()
    follow("left@example.org", treaty=treaty)
    Subscription.objects.filter(subscriber__email="left@example.org").update(state="ended", ended_at=NOTICE)
    follow("uninterested@example.org", treaty=treaty, kinds=["moved"])
    enter(at=NOTICE)
    assert plan(at=SETTLED) == 0


def test_a_change_rests_for_the_settle_time(enter, treaty, follow, settings):
    settings.ALERTS_SETTLE_SECONDS = 900
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=NOTICE)
    assert not outbox.due(at=NOTICE + timedelta(minutes=14)).exists()
    assert outbox.due(at=NOTICE + timedelta(minutes=15)).count() == 1


def test_a_slip_mended_while_it_rests_is_mailed_to_nobody(enter, treaty, follow):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=NOTICE)
    services.delete_events([event], at=NOTICE + timedelta(minutes=5))
    plan(at=SETTLED)
    assert not outbox.due(at=SETTLED).exists()
    assert Alert.objects.get().reason == "The clock changed before this was sent."


def test_history_entered_late_is_mailed_to_nobody(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=noon(2026, 1, 1))
    assert plan(at=noon(2026, 1, 2)) == 0


def test_who_subscribes_to_a_running_clock_is_not_told_that_it_started(enter, treaty, follow):
    enter(at=NOTICE)
    follow(treaty=treaty, confirmed_at=noon(2019, 2, 3))
    assert plan(at=noon(2019, 2, 3)) == 0
    assert live_through(noon(2019, 2, 3), noon(2019, 5, 10), treaty) == [(date(2019, 5, 4), "lead", 90)]


def test_who_subscribes_between_two_leads_waits_for_the_next(enter, treaty, follow):
    enter(at=NOTICE)
    follow(treaty=treaty, confirmed_at=noon(2019, 6, 1))
    assert live_through(noon(2019, 6, 1), noon(2019, 7, 3), treaty) == [(date(2019, 7, 3), "lead", 30)]


def test_a_clock_entered_inside_its_leads_is_told_once_with_its_true_days(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=noon(2019, 6, 1))
    assert live_through(noon(2019, 6, 1), noon(2019, 7, 3), treaty) == [
        (date(2019, 6, 1), "started", -1),
        (date(2019, 7, 3), "lead", 30),
    ]


def test_who_wants_reminders_only_gets_the_nearest_missed_one(enter, treaty, follow):
    follow(treaty=treaty, kinds=["lead"])
    enter(at=noon(2019, 6, 1))
    assert live_through(noon(2019, 6, 1), noon(2019, 7, 3), treaty) == [
        (date(2019, 6, 1), "lead", 90),
        (date(2019, 7, 3), "lead", 30),
    ]


def test_after_an_outage_only_the_nearest_reminder_is_sent(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=SETTLED)
    send_all(SETTLED)
    plan(at=noon(2019, 7, 28))
    assert planned(state="pending") == [("lead", 7)]


def test_own_leads_are_respected_and_united_over_wishes(enter, treaty, party, follow):
    follow(treaty=treaty, lead_days=[100])
    follow(party=party, lead_days=[3])
    enter(at=NOTICE)
    leads = [row[2] for row in live_through(NOTICE, noon(2019, 8, 2), treaty) if row[1] == "lead"]
    assert leads == [100, 3]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kolkata"])
def test_a_reminder_leaves_in_the_subscribers_morning_while_the_count_is_right(enter, treaty, follow, zone):
    follow(treaty=treaty, time_zone=zone)
    enter(at=NOTICE)
    plan(at=noon(2019, 7, 27))
    alert = Alert.objects.get(kind="lead", lead_days=7)
    assert alert.due_at.astimezone(ZoneInfo(zone)).hour == 8
    assert days_left(date(2019, 8, 2), at=alert.due_at, zone="America/New_York") == 7


def test_a_reminder_ends_where_the_next_one_begins(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=noon(2019, 7, 3))
    reminder = Alert.objects.get(kind="lead")
    assert reminder.not_after == datetime(2019, 7, 26, 4, tzinfo=UTC), "26 July begins in New York"
    plan(at=noon(2019, 7, 26))
    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == ("cancelled", "It could not be sent in time.")


def move(event, day, at):
    event.date = day
    services.save_event(event, at=at)
    services.after_event_change(event, at=at)


def test_a_moved_date_is_told_once_to_those_who_were_told_the_old_one(enter, treaty, follow):
    follow("told@example.org", treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=SETTLED)
    send_all(SETTLED)
    follow("newcomer@example.org", treaty=treaty, confirmed_at=noon(2019, 2, 10))
    move(event, "2019-02-03", at=noon(2019, 2, 12))
    plan(at=noon(2019, 2, 13))
    plan(at=noon(2019, 2, 13))
    alert = Alert.objects.get(state="pending")
    assert (alert.kind, alert.subscriber.email) == ("moved", "told@example.org")
    assert (alert.previous_due, alert.told_due) == (date(2019, 8, 2), date(2019, 8, 3))
    send_all(noon(2019, 2, 13))
    assert plan(at=noon(2019, 2, 14)) == 0, "once"


def test_a_date_moved_and_moved_back_while_it_rests_is_no_news(enter, treaty, follow):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=SETTLED)
    send_all(SETTLED)
    move(event, "2019-02-03", at=noon(2019, 2, 12))
    plan(at=noon(2019, 2, 12))
    move(event, "2019-02-02", at=noon(2019, 2, 12) + timedelta(minutes=5))
    plan(at=noon(2019, 2, 13))
    assert not outbox.due(at=noon(2019, 2, 13)).exists()


def test_reminders_follow_a_moved_date(enter, treaty, follow):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=SETTLED)
    send_all(SETTLED)
    move(event, "2019-02-12", at=noon(2019, 2, 20))
    leads = [row for row in live_through(noon(2019, 2, 21), noon(2019, 8, 13), treaty) if row[1] == "lead"]
    assert leads[0] == (date(2019, 5, 14), "lead", 90)
    assert leads[-1] == (date(2019, 8, 12), "lead", 0)


def test_a_date_that_may_have_been_told_counts_as_told(enter, treaty, follow):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=SETTLED)
    claim = outbox.claim(at=SETTLED, limit=10)
    outbox.fence(claim.alerts[0], claim.token, at=SETTLED)
    later = noon(2019, 2, 4)
    outbox.reap(at=later)
    move(event, "2019-02-03", at=later)
    plan(at=later + timedelta(hours=1))
    assert planned(state="pending") == [("moved", -1)]


def test_a_deleted_or_revoked_trigger_is_told_to_those_who_were_told_a_date(enter, treaty, follow):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=SETTLED)
    send_all(SETTLED)
    services.delete_events([event], at=noon(2019, 3, 1))
    plan(at=noon(2019, 3, 2))
    assert planned(state="pending") == [("withdrawn", -1)]
    send_all(noon(2019, 3, 2))
    assert plan(at=noon(2019, 3, 3)) == 0
    enter(at=noon(2019, 3, 4))
    plan(at=noon(2019, 3, 5))
    assert planned(state="pending") == [("started", -1)], "a clock that comes back is told again"


def test_no_reminder_for_a_revoked_clock(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=SETTLED)
    send_all(SETTLED)
    enter(kind="revocation_of_notice", day="2019-03-01", at=noon(2019, 3, 1))
    told = live_through(noon(2019, 3, 2), noon(2019, 8, 4), treaty)
    assert told == [(date(2019, 3, 2), "withdrawn", -1)]


def test_an_override_moves_the_mails(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=SETTLED)
    send_all(SETTLED)
    services.override_deadline(
        Deadline.objects.get(), due=date(2019, 8, 9), reason="Parties agreed.", at=noon(2019, 3, 1)
    )
    plan(at=noon(2019, 3, 2))
    assert Alert.objects.get(state="pending").told_due == date(2019, 8, 9)

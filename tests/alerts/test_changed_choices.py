"""Whoever changes rhythm, hour or zone while mail waits for a digest is told once, on the right day, and misses nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import cycle, permutations

import pytest

from alerts.delivery import send_due
from alerts.models import Alert, AskAgain, Subscriber
from alerts.services import outbox, preferences
from alerts.services.digests import choose_delivery
from alerts.services.planning import plan
from events.clocks import days_left
from events.editorial.held_mail import release_mail
from events.models import Change, Deadline

pytestmark = pytest.mark.django_db

SATURDAY = datetime(2019, 2, 9, 12, tzinfo=UTC)
MONDAY = datetime(2019, 2, 11, 8, tzinfo=UTC)
FRIDAY = date(2019, 2, 15)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WEEKLY = {"rhythm": "weekly", "digest_weekday": 1, "digest_hour": 8, "time_zone": "UTC"}
DAILY = {"rhythm": "daily", "digest_hour": 8, "time_zone": "UTC"}
AT_ONCE = {"rhythm": "immediate", "time_zone": "UTC"}
CHOICES = {
    "at once": AT_ONCE,
    "daily": DAILY,
    "daily, on Kiritimati": DAILY | {"time_zone": "Pacific/Kiritimati"},
    "on Mondays": WEEKLY,
    "on Mondays, in Los Angeles": WEEKLY | {"time_zone": "America/Los_Angeles"},
    "on Sundays": WEEKLY | {"digest_weekday": 7},
}
MOMENTS = {
    "before the digest": MONDAY - timedelta(hours=20),
    "planned and not sent": MONDAY,
    "after the digest": MONDAY + 30 * MINUTE,
}
CHANGES = [(*pair, moment) for pair, moment in zip(permutations(CHOICES, 2), cycle(MOMENTS), strict=False)]


@pytest.fixture
def reader(treaty, follow, enter):
    """A follower of a clock that is opened six days before its day."""
    enter(at=SATURDAY)
    due_on(FRIDAY)
    reader = follow(treaty=treaty)
    reader.subscriptions.update(kinds=["started", "lead"], lead_days=[5, 3, 1, 0])
    return reader


def due_on(day, changed_at=SATURDAY):
    Deadline.objects.update(due_earliest=day, due_latest=day, opened_at=changed_at, changed_at=changed_at)


def go(at):
    plan(at=at)
    return send_due(clock=lambda: at, batch_size=10)


def live(first, last):
    """Plan and send every four hours, as beat does every minute."""
    at = first
    while at <= last:
        go(at)
        at += timedelta(hours=4)


def told():
    """Return each kind and lead that was told, with the days that were left."""
    rows = Alert.objects.filter(state="sent", deadline__isnull=False).select_related("carrier").order_by("pk")
    mailed = [(row.kind, row.lead_days, row.carrier.sent_at if row.carrier else row.sent_at) for row in rows]
    return [(kind, lead, days_left(FRIDAY, at=at, zone="America/New_York")) for kind, lead, at in mailed]


@pytest.mark.parametrize(("before", "after", "moment"), CHANGES)
def test_whatever_is_chosen_whenever_all_is_told_once_before_its_day(reader, relay, before, after, moment):
    at = MOMENTS[moment]
    choose_delivery(reader, CHOICES[before], at=SATURDAY)
    live(SATURDAY, at - MINUTE)
    plan(at=at)
    choose_delivery(reader, CHOICES[after], at=at)
    live(at, MONDAY + timedelta(days=8))
    assert [kind for kind, _lead, _days in told()].count("started") == 1
    assert min(lead for kind, lead, _days in told() if kind == "lead") == 0, "the last reminder was told, alone or with"
    assert all(days >= max(lead, 0) - 7 and days >= 0 for _kind, lead, days in told())
    assert not Alert.objects.filter(state__in=["pending", "gathered", "claimed", "failed"]).exists()
    assert not Alert.objects.filter(reason__startswith="It could not be sent in time").exists()
    assert len({mail["Message-ID"] for mail in relay.mails}) == len(relay.mails)


def test_a_reminder_that_is_planned_and_not_sent_goes_at_once_and_once_to_whoever_moves(reader, relay):
    reader.subscriptions.update(kinds=["lead"])
    choose_delivery(reader, AT_ONCE | {"time_zone": "Pacific/Kiritimati"}, at=SATURDAY)
    moved = datetime(2019, 2, 12, 18, tzinfo=UTC)
    plan(at=moved)
    choose_delivery(reader, {"time_zone": "America/Los_Angeles", "language": "fr"}, at=moved)
    live(moved, moved + timedelta(days=5))
    assert told() == [("lead", 3, 3), ("lead", 1, 1), ("lead", 0, 0)]
    assert "encore 3 jours" in relay.mails[0]["Subject"]


@pytest.mark.parametrize("rhythm", [AT_ONCE, DAILY, WEEKLY])
def test_a_lead_that_is_wanted_no_more_is_not_told_though_it_was_planned(reader, relay, rhythm):
    reader.subscriptions.update(kinds=["lead"], lead_days=[5])
    choose_delivery(reader, rhythm, at=SATURDAY)
    at = datetime(2019, 2, 10, 13, 30, tzinfo=UTC)
    plan(at=at)
    assert Alert.objects.exclude(kind="digest").get().lead_days == 5
    wish = reader.subscriptions.get()
    preferences.change_wish(reader, wish.pk, kinds=["lead"], lead_days=[2, 0])
    live(at, MONDAY + timedelta(days=8))
    leads = {tuple(AT_ONCE): [2, 0], tuple(DAILY): [2, 0]}
    assert [lead for _kind, lead, _days in told()] == (leads[tuple(rhythm)] if rhythm is not WEEKLY else [0])


def test_who_moves_the_hour_after_a_weekly_digest_has_the_next_in_a_week_and_what_cannot_wait_at_once(reader, relay):
    choose_delivery(reader, WEEKLY, at=SATURDAY)
    assert go(MONDAY) == 1
    choose_delivery(reader, {"digest_hour": 11}, at=MONDAY + HOUR)
    reader.refresh_from_db()
    assert reader.next_digest_at == MONDAY + timedelta(days=7, hours=3)
    due_on(FRIDAY - timedelta(days=1), changed_at=MONDAY + HOUR)
    Deadline.objects.update(version=2)
    assert go(MONDAY + timedelta(hours=2)) == 1, "not in the digest of eleven o'clock, which never comes"


def test_what_still_rests_at_the_digests_hour_and_cannot_wait_for_the_next_goes_singly(reader, relay):
    choose_delivery(reader, WEEKLY, at=SATURDAY)
    due_on(FRIDAY, changed_at=MONDAY - 10 * MINUTE)
    plan(at=MONDAY - 5 * MINUTE)
    assert go(MONDAY) == 1, "nothing is due yet"
    assert told() == []
    live(MONDAY + 10 * MINUTE, MONDAY + timedelta(days=7))
    assert {days for kind, _lead, days in told() if kind == "started"} == {4}


def test_what_was_held_at_the_digests_hour_goes_singly_when_it_is_released(reader, relay):
    choose_delivery(reader, WEEKLY, at=SATURDAY)
    plan(at=SATURDAY)
    held = Change.objects.create(
        at=SATURDAY, kind="corrected", weight="minor", mail_held=True, row_kind="event", row_label="Notice",
        moves=[{"slug": Deadline.objects.get().slug, "title": "", "before": "", "after": ""}],
    )  # fmt: skip
    live(SATURDAY, MONDAY + timedelta(days=1))
    assert told() == []
    release_mail(held, at=MONDAY + timedelta(days=1))
    live(MONDAY + timedelta(days=1), MONDAY + timedelta(days=7))
    assert {days for kind, _lead, days in told() if kind == "started"} == {3}


@pytest.mark.parametrize("end", ["refused", "cancelled"])
def test_a_weekly_digest_that_does_not_go_sends_singly_what_cannot_wait_for_the_next(reader, relay, end):
    choose_delivery(reader, WEEKLY, at=SATURDAY)
    plan(at=MONDAY)
    if end == "refused":
        relay.answers = ["554 5.7.1 looks like spam"]
        assert send_due(clock=lambda: MONDAY, batch_size=10) == 0
    else:
        outbox.cancel(Alert.objects.filter(kind="digest"), reason="Cancelled by an editor.", at=MONDAY)
    live(MONDAY, MONDAY + timedelta(days=7))
    assert {days for kind, _lead, days in told() if kind == "started"} == {4}
    assert Subscriber.objects.get().state == "active"


def test_what_a_plan_adds_behind_a_digest_that_was_read_already_goes_singly_once_that_has_gone(reader):
    choose_delivery(reader, WEEKLY, at=SATURDAY)
    plan(at=MONDAY)
    outbox.claim(at=MONDAY, limit=10)
    plan(at=MONDAY + MINUTE)
    started = Alert.objects.get(kind="started")
    assert started.state == "gathered", "the digest may still take it up"
    # As if the plan had committed only after a worker had read what the digest holds.
    sent = {"state": "sent", "sent_at": MONDAY + MINUTE, "claim_token": None, "lease_until": None}
    Alert.objects.filter(kind="digest").update(**sent)
    plan(at=MONDAY + 2 * MINUTE)
    started.refresh_from_db()
    assert started.state == "pending", "its day comes before the next digest"


def test_a_sweep_ends_though_workers_hold_more_digests_than_it_asks_about_at_once(reader, monkeypatch):
    monkeypatch.setattr("alerts.services.planning._ROUND", 1)
    choose_delivery(reader, WEEKLY, at=SATURDAY)
    plan(at=MONDAY)
    outbox.claim(at=MONDAY, limit=10)
    plan(at=MONDAY + MINUTE)
    assert AskAgain.objects.filter(subscriber_id=reader.pk).exists(), "the next sweep asks again"

"""A sweep reads only what is due and what has changed, and finds just what asking everybody would find."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts import tasks
from alerts.models import Alert, AskAgain, FullyPlanned, Mute, Subscriber, Subscription
from alerts.services import outbox, runs
from alerts.services.digests import choose_delivery
from alerts.services.planning import plan, plan_unless_at_work
from events import services
from events.models import Deadline
from tests.alerts.sweeping import NOTICE, SETTLED, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(enter, treaty, follow):
    """Everything is planned that a follower of everything, and a clock, bring; return the follower."""
    anna = follow()
    enter(at=NOTICE)
    sweep(SETTLED)
    assert not AskAgain.objects.exists()
    return anna


def test_a_sweep_with_nothing_due_reads_no_follower(planned):
    with CaptureQueriesContext(connection) as queries:
        assert plan(at=SETTLED + timedelta(minutes=1)) == 0
    asked = [query["sql"] for query in queries if "alerts_subscription" in query["sql"]]
    assert [sql for sql in asked if "digest" not in sql] == []


def test_a_sweep_asks_again_only_whom_something_changed(planned, follow, treaty):
    follow("ben@example.org", treaty=treaty)
    with CaptureQueriesContext(connection) as queries:
        plan(at=SETTLED + timedelta(minutes=1))
    asked = [query["sql"] for query in queries if "JOIN alerts_subscription" in query["sql"]]
    ben = Subscriber.objects.get(email="ben@example.org")
    assert asked
    assert all(f"unnest('{{{ben.pk}}}'::bigint[])" in sql for sql in asked)


def test_a_reminder_is_found_when_the_first_followers_morning_comes(planned, follow, treaty):
    """2 August less seven days; the clock counts in New York, and its followers live in two zones."""
    follow("ben@example.org", treaty=treaty, time_zone="Asia/Tokyo")
    found, at = [], datetime(2019, 7, 26, tzinfo=UTC)
    sweep(at)
    while at < datetime(2019, 7, 27, 4, tzinfo=UTC):
        at += timedelta(minutes=30)
        if plan(at=at):
            found.append((at.day, at.hour, at.minute))
    assert found == [(26, 8, 0), (26, 23, 0)]


CHANGES = {
    "a wish is made": lambda anna, treaty: Subscription.objects.create(
        subscriber=anna, treaty=treaty, state="active", created_at=NOTICE, confirmed_at=NOTICE
    ),
    "a wish is changed": lambda anna, treaty: anna.subscriptions.update(lead_days=[1]),
    "a wish is deleted": lambda anna, treaty: anna.subscriptions.all().delete(),
    "something is left": lambda anna, treaty: Mute.objects.create(subscriber=anna, treaty=treaty, created_at=NOTICE),
    "what was left is followed again": lambda anna, treaty: (
        Mute.objects.create(subscriber=anna, treaty=treaty, created_at=NOTICE),
        AskAgain.objects.all().delete(),
        Mute.objects.update(lifted_at=NOTICE),
    ),
    "the zone changes": lambda anna, treaty: Subscriber.objects.update(time_zone="Asia/Tokyo"),
    "the state changes": lambda anna, treaty: Subscriber.objects.update(state="suppressed"),
    "the rhythm changes": lambda anna, treaty: choose_delivery(anna, {"rhythm": "daily"}, at=NOTICE),
    "a mail is cancelled": lambda anna, treaty: Alert.objects.update(state="cancelled", reason="Stopped."),
    "a mail is deleted": lambda anna, treaty: Alert.objects.all().delete(),
    "a mail was told otherwise": lambda anna, treaty: Alert.objects.update(told_due="2019-08-01"),
    "a mail is due earlier": lambda anna, treaty: Alert.objects.update(due_at=NOTICE),
    "a told mail is added": lambda anna, treaty: Alert.objects.create(
        subscriber=anna, deadline=Deadline.objects.get(), kind="moved", state="sent", sent_at=NOTICE,
        planned_at=NOTICE, due_at=NOTICE, not_after=SETTLED, message_id="<another@localhost>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changes_is_asked_again(planned, treaty, change):
    CHANGES[change](planned, treaty)
    assert set(AskAgain.objects.values_list("subscriber_id", flat=True)) == {planned.pk}


def test_sending_asks_nobody_again(planned):
    claim = outbox.claim(at=SETTLED, limit=1)
    assert outbox.fence(claim.alerts[0], claim.token, at=SETTLED)
    runs.fold([claim.token], at=SETTLED, taken=claim.alerts[0])
    Subscriber.objects.update(email="anna@example.com", language="fr")
    assert not AskAgain.objects.exists()


@pytest.mark.parametrize("table", ["alerts_alert", "alerts_subscription", "alerts_mute", "alerts_subscriber"])
def test_a_table_that_is_emptied_lets_everything_be_asked_again(planned, table):
    assert FullyPlanned.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {table}, alerts_alert CASCADE")
    assert not FullyPlanned.objects.exists()


def test_a_mail_under_way_while_its_clock_moves_is_corrected_once_it_has_gone(enter, treaty, follow):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=SETTLED)
    claim = outbox.claim(at=SETTLED, limit=1)
    assert outbox.fence(claim.alerts[0], claim.token, at=SETTLED)
    event.date = "2019-02-01"
    services.save_event(event, at=SETTLED)
    services.after_event_change(event, at=SETTLED)
    later = SETTLED + timedelta(hours=1)
    plan(at=later)
    runs.fold([claim.token], at=later, taken=claim.alerts[0])
    plan(at=later)
    assert Alert.objects.filter(kind="moved", previous_due="2019-08-02").count() == 1


def test_many_changes_are_answered_in_rounds(planned, treaty, monkeypatch):
    monkeypatch.setattr("alerts.services.planning._ROUND", 2)
    for number in range(5):
        follower = Subscriber.objects.create(
            email=f"reader{number}@example.org", state="active", created_at=NOTICE, confirmed_at=NOTICE
        )
        Subscription.objects.create(
            subscriber=follower, treaty=treaty, state="active", created_at=NOTICE, confirmed_at=NOTICE
        )
    assert plan(at=SETTLED) == 5
    assert not AskAgain.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_confirms_while_a_planner_reads_is_found_by_the_next_sweep(planned, enter, treaty, follow):
    """The planner does not see the confirmation, and notes the clock as fully planned; then the reader commits."""
    ben = follow("ben@example.org", treaty=treaty)
    Subscription.objects.filter(subscriber=ben).update(state="pending", confirmed_at=None)
    sweep(SETTLED)
    confirms = connection.copy()
    try:
        confirms.set_autocommit(False)
        with confirms.cursor() as cursor:
            cursor.execute(
                "UPDATE alerts_subscription SET state = 'active', confirmed_at = %s WHERE subscriber_id = %s",
                [NOTICE, ben.pk],
            )
        enter(day="2019-01-20", at=NOTICE)
        plan(at=SETTLED)
        assert not Alert.objects.filter(subscriber=ben).exists()
        confirms.commit()
    finally:
        confirms.close()
    plan(at=SETTLED)
    assert Alert.objects.filter(subscriber=ben).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_is_cut_off_notes_nothing_that_it_has_not_planned(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    with transaction.atomic():
        assert plan(at=SETTLED) == 1
        transaction.set_rollback(True)
    assert not FullyPlanned.objects.exists()
    assert plan(at=SETTLED) == 1


@pytest.mark.django_db(transaction=True)
def test_a_planner_leaves_the_work_to_one_that_is_in_the_middle_of_it(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    planned = []

    def other():
        planned.append(plan_unless_at_work(at=SETTLED))
        connection.close()

    with transaction.atomic():
        plan(at=SETTLED)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert planned == [False]
    assert plan_unless_at_work(at=SETTLED)
    assert Alert.objects.count() == 1


def test_what_the_sweeps_miss_is_found_each_night_and_told_to_the_operator(planned, follow, treaty, caplog):
    """Nobody can forget the triggers but whoever takes the names away again."""
    sweep(now := timezone.now())
    Deadline.objects.update(due_earliest=now.date() + timedelta(days=7), due_latest=now.date() + timedelta(days=7))
    Deadline.objects.update(opened_at=now, changed_at=now - timedelta(hours=1), state="running")
    sweep(now)
    follow("ben@example.org", treaty=treaty)
    AskAgain.objects.all().delete()
    assert plan(at=now) == 0
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("plan_alerts", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue() == "1 mails had been missed, and are planned now.\n"
    tasks.plan_for_everybody()
    assert not caplog.records
    follow("carl@example.org", treaty=treaty)
    AskAgain.objects.all().delete()
    tasks.plan_for_everybody()
    assert [record.levelname for record in caplog.records] == ["ERROR"]

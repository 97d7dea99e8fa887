"""The outbox under refusals, races and deaths: every row ends where it should, and only its holder moves it."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from alerts.models import Alert, DeliveryRun, Subscriber, Subscription
from alerts.services import outbox, runs
from alerts.services.planning import plan
from alerts.services.preferences import change_wish, end_wish
from alerts.services.status import outbox_status
from alerts.services.subscribing import unsubscribe
from events.models import Deadline

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
AT = NOTICE + timedelta(minutes=20)
LATER = AT + timedelta(minutes=10)


@pytest.fixture
def claimed(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    claim = outbox.claim(at=AT, limit=10)
    return claim.alerts[0], claim.token


def row():
    return Alert.objects.get()


def test_what_waits_has_no_name_and_each_mail_that_is_claimed_has_one_of_its_own(enter, treaty, follow):
    for name in ("anna", "bert"):
        follow(f"{name}@example.org", treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    assert not Alert.objects.exclude(message_id=None).exists()
    names = {alert.message_id for alert in outbox.claim(at=AT, limit=10).alerts}
    assert len(names) == 2
    assert all(re.fullmatch(r"<[0-9a-f]+\.[0-9a-f-]{36}@localhost>", name) for name in names)


def test_a_claimed_row_is_nobody_elses(claimed):
    assert not outbox.claim(at=AT, limit=10).alerts
    assert (row().state, row().lease_until) == ("claimed", AT + timedelta(seconds=120))


def test_the_fence_lets_a_wanted_mail_pass_and_notes_the_start(claimed):
    alert, token = claimed
    assert outbox.fence(alert, token, at=AT)
    assert (row().smtp_started_at, row().attempts) == (AT, 1)


def test_the_fence_stops_a_mail_whose_clock_has_changed(claimed):
    alert, token = claimed
    Deadline.objects.update(version=2)
    assert not outbox.fence(alert, token, at=AT)
    outbox.drop(alert, token, at=AT)
    assert (row().state, row().reason) == ("cancelled", "The clock changed before this was sent.")


def test_the_fence_stops_a_mail_to_somebody_who_has_left(claimed):
    alert, token = claimed
    unsubscribe(alert.subscriber, at=AT)
    assert not outbox.fence(alert, token, at=AT)


def test_the_fence_stops_a_mail_to_a_suppressed_address(claimed):
    alert, token = claimed
    Subscriber.objects.update(state="suppressed")
    assert not outbox.fence(alert, token, at=AT)
    outbox.drop(alert, token, at=AT)
    assert row().reason == "The address refuses mail."


def test_the_fence_stops_a_kind_that_is_no_longer_wanted(claimed):
    alert, token = claimed
    Subscription.objects.update(kinds=["lead"])
    assert not outbox.fence(alert, token, at=AT)


def test_the_fence_stops_a_mail_past_its_worth(claimed):
    alert, token = claimed
    Alert.objects.update(not_after=AT)
    assert not outbox.fence(alert, token, at=AT)
    outbox.drop(alert, token, at=AT)
    assert row().reason == "It could not be sent in time."


def test_a_worker_asleep_past_its_lease_does_not_send(claimed):
    alert, token = claimed
    assert not outbox.fence(alert, token, at=AT + timedelta(seconds=121))
    outbox.drop(alert, token, at=AT + timedelta(seconds=121))
    assert row().state == "claimed", "it is left for another worker, not given up"
    outbox.reap(at=LATER)
    assert row().state == "pending"


@pytest.fixture
def three_claimed(enter, treaty, follow):
    for name in ("anna", "bert", "carl"):
        follow(f"{name}@example.org", treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    claim = outbox.claim(at=AT, limit=10)
    return claim.alerts, claim.token


def states():
    return list(Alert.objects.order_by("pk").values_list("state", flat=True))


def carry(alerts, token, at=AT):
    """Let the relay take all but the last of these mails, which is left under way."""
    wanted = runs.ask(alerts, token, at=at)
    before = None
    for alert in alerts:
        assert runs.step(token, at=at, taken=before, alert=alert, wishes=wanted[alert.pk])
        before = alert


def test_several_mails_are_asked_for_at_once_and_each_by_the_whole_question(three_claimed):
    alerts, token = three_claimed
    left, suppressed, wanting = alerts
    unsubscribe(left.subscriber, at=AT)
    Subscriber.objects.filter(pk=suppressed.subscriber_id).update(state="suppressed")
    assert set(runs.ask(alerts, token, at=AT)) == {wanting.pk}
    assert not runs.ask(alerts, token, at=AT + timedelta(seconds=121)), "past its lease"


def test_asking_renews_the_lease_of_what_may_go(claimed):
    alert, token = claimed
    runs.ask([alert], token, at=AT + timedelta(seconds=100))
    assert alert.lease_until == row().lease_until == AT + timedelta(seconds=220)


def test_what_a_worker_notes_reaches_the_outbox_for_many_mails_at_once(three_claimed):
    alerts, token = three_claimed
    carry(alerts, token)
    assert states() == ["claimed"] * 3
    runs.fold([token], at=AT, taken=alerts[-1])
    assert states() == ["sent"] * 3
    assert set(Alert.objects.values_list("attempts", "sent_at", "smtp_started_at")) == {(1, AT, AT)}
    runs.end(token)
    assert not DeliveryRun.objects.exists()


def shown(client, path):
    """Return the states that a page of the outbox shows, in order."""
    page = client.get(f"/admin/alerts/alert/{path}").content.decode()
    return re.findall(
        r"(?<=<td class=\"field-state\">)\w+|(?<=<div class=\"readonly\">)(?:Claimed|Sent)(?=</div>)", page
    )


def test_whoever_looks_sees_what_the_relay_took_though_its_worker_is_at_the_next(three_claimed, admin_client):
    alerts, token = three_claimed
    carry(alerts, token)
    assert sorted(shown(admin_client, "")) == ["Claimed", "Sent", "Sent"]


@pytest.mark.parametrize("look", ["one", "command", "metrics"])
def test_every_way_of_looking_shows_what_the_relay_took(three_claimed, admin_client, look):
    alerts, token = three_claimed
    carry(alerts, token)
    if look == "one":
        assert shown(admin_client, f"{alerts[0].pk}/change/") == ["Sent"]
    elif look == "command":
        assert outbox_status(at=AT).sent == 2
    else:
        assert 'treatywatch_alerts{state="sent"} 2.0' in admin_client.get("/metrics").content.decode()


def test_what_a_dead_worker_noted_as_taken_is_sent_and_only_the_mail_under_way_is_in_doubt(three_claimed):
    alerts, token = three_claimed
    carry(alerts[:2], token)
    assert outbox.reap(at=LATER) == 2
    assert states() == ["sent", "pending", "pending"]
    assert list(Alert.objects.order_by("pk").values_list("ambiguous", flat=True)) == [False, True, False]
    assert list(Alert.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 1, 0]


def test_a_slow_worker_that_did_send_marks_its_reaped_row_at_the_end_of_its_run(three_claimed):
    alerts, token = three_claimed
    carry(alerts[:1], token)
    outbox.reap(at=LATER)
    assert not runs.step(token, at=LATER, taken=alerts[0], alert=alerts[1], wishes=0), "its lease is over"
    runs.fold([token], at=LATER)
    assert states() == ["sent", "pending", "pending"]
    assert row_of(alerts[0]).attempts == 1


def test_a_mail_that_another_worker_has_claimed_is_not_marked_by_the_first(claimed):
    alert, token = claimed
    carry([alert], token)
    outbox.reap(at=LATER)
    second = outbox.claim(at=LATER, limit=10)
    runs.fold([token], at=LATER, taken=alert)
    assert (row().state, row().claim_token) == ("claimed", second.token)


def test_what_was_noted_twice_is_sent_once(claimed):
    alert, token = claimed
    carry([alert], token)
    runs.fold([token], at=AT, taken=alert)
    runs.fold([token], at=LATER, taken=alert)
    assert (row().attempts, row().sent_at) == (1, AT)


def test_a_run_that_nobody_can_know_of_any_more_is_forgotten(claimed):
    outbox.reap(at=AT + timedelta(hours=23))
    assert DeliveryRun.objects.exists(), "who sleeps may still wake and tell"
    outbox.reap(at=AT + timedelta(hours=25))
    assert not DeliveryRun.objects.exists()


def row_of(alert):
    return Alert.objects.get(pk=alert.pk)


@pytest.mark.parametrize(
    "change",
    [
        lambda alert: Deadline.objects.update(version=2),
        lambda alert: Subscriber.objects.update(state="suppressed"),
        lambda alert: Subscriber.objects.get().delete(),
        lambda alert: Alert.objects.update(not_after=AT),
        lambda alert: Alert.objects.update(lease_until=AT),
        lambda alert: unsubscribe(alert.subscriber, at=AT),
        lambda alert: unsubscribe(alert.subscriber, at=AT, treaty=alert.deadline.provision.treaty),
        lambda alert: unsubscribe(alert.subscriber, at=AT, deadline=alert.deadline),
        lambda alert: end_wish(alert.subscriber, alert.subscriber.subscriptions.get().pk, at=AT),
        lambda alert: change_wish(alert.subscriber, Subscription.objects.get().pk, kinds=["lead"], lead_days=[1]),
        lambda alert: Subscription.objects.all().delete(),
    ],
    ids=[
        "the date has changed",
        "suppressed",
        "deleted",
        "past its worth",
        "past its lease",
        "left",
        "left the treaty",
        "left the deadline",
        "ended a wish",
        "changed a wish",
        "a wish is gone",
    ],
)
def test_a_mail_found_wanted_is_still_stopped_by_what_would_make_it_wrong_or_unwanted(claimed, change):
    alert, token = claimed
    wanted = runs.ask([alert], token, at=AT)
    Alert.objects.update(due_at=NOTICE)
    change(alert)
    assert not runs.step(token, at=AT, taken=None, alert=alert, wishes=wanted[alert.pk])


def test_what_others_change_of_their_wishes_stops_no_mail(claimed, follow, treaty):
    alert, token = claimed
    wanted = runs.ask([alert], token, at=AT)
    unsubscribe(follow("bert@example.org", treaty=treaty), at=AT)
    assert runs.step(token, at=AT, taken=None, alert=alert, wishes=wanted[alert.pk])


def test_a_worker_whose_row_was_given_to_another_does_not_send_nor_touch_it(claimed):
    alert, token = claimed
    outbox.reap(at=LATER)
    second = outbox.claim(at=LATER, limit=10)
    assert not outbox.fence(alert, token, at=LATER)
    outbox.drop(alert, token, at=LATER)
    outbox.postpone(alert, token, "late", at=LATER, ambiguous=False)
    assert (row().state, row().claim_token) == ("claimed", second.token)


def test_a_row_whose_worker_died_before_smtp_is_tried_again(claimed):
    assert outbox.reap(at=AT) == 0, "within the lease it is the worker's"
    assert outbox.reap(at=LATER) == 1
    assert (row().state, row().ambiguous) == ("pending", False)


def test_a_row_whose_worker_died_after_smtp_began_is_ambiguous_and_keeps_its_message_id(claimed):
    alert, token = claimed
    outbox.fence(alert, token, at=AT)
    outbox.reap(at=LATER)
    (again,) = outbox.claim(at=LATER, limit=10).alerts
    assert (again.ambiguous, again.message_id) == (True, alert.message_id)


def test_an_ambiguous_row_is_held_where_the_setting_says_so(claimed, settings):
    settings.ALERTS_WHEN_AMBIGUOUS = "hold"
    alert, token = claimed
    outbox.fence(alert, token, at=AT)
    outbox.reap(at=LATER)
    assert (row().state, row().reason) == ("held", "The worker ended after SMTP had begun.")
    outbox.retry(Alert.objects.all(), at=LATER)
    assert row().state == "pending"


def test_tries_back_off_and_fail_when_the_mail_has_lost_its_worth(claimed):
    alert, token = claimed
    waits = []
    at = AT
    for _ in range(6):
        outbox.fence(alert, token, at=at)
        outbox.postpone(alert, token, "451 later", at=at, ambiguous=False)
        waits.append((row().due_at - at) // timedelta(minutes=1))
        at = row().due_at
        claim = outbox.claim(at=at, limit=1)
        alert, token = claim.alerts[0], claim.token
    assert waits == [1, 5, 15, 60, 240, 240]
    Alert.objects.update(not_after=at + timedelta(minutes=1))
    alert.refresh_from_db()
    outbox.fence(alert, token, at=at)
    outbox.postpone(alert, token, "451 later", at=at, ambiguous=False)
    assert (row().state, row().reason) == ("failed", "No try succeeded in time. 451 later")


def test_the_daily_brake_pauses_and_drops_nothing(enter, treaty, follow, settings):
    for name in "abc":
        follow(f"{name}@example.org", treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    settings.ALERTS_DAILY_LIMIT = 2
    claim = outbox.claim(at=AT, limit=10)
    assert not outbox.claim(at=AT, limit=10).alerts, "what a worker holds counts"
    for alert in claim.alerts:
        outbox.fence(alert, claim.token, at=AT)
        runs.fold([claim.token], at=AT, taken=alert)
    assert len(claim.alerts) == 2
    assert not outbox.claim(at=LATER, limit=10).alerts
    assert len(outbox.claim(at=AT + timedelta(hours=25), limit=10).alerts) == 1


def test_what_was_not_begun_is_released(claimed):
    _, token = claimed
    assert outbox.release(token, "relay gone", at=AT) == 1
    assert (row().state, row().due_at, row().last_error) == ("pending", AT + timedelta(minutes=1), "relay gone")


def test_a_held_row_can_be_cancelled_and_a_claimed_one_cannot(claimed):
    assert outbox.cancel(Alert.objects.all(), reason="An editor stopped it.", at=AT) == 0
    Alert.objects.update(state="pending", claim_token=None, lease_until=None)
    assert outbox.cancel(Alert.objects.all(), reason="An editor stopped it.", at=AT) == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_claim_each_row_once(enter, treaty, follow):
    for number in range(40):
        follow(f"reader{number}@example.org", treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    taken, start = [], threading.Barrier(4)

    def work():
        start.wait()
        while claim := outbox.claim(at=AT, limit=3).alerts:
            taken.extend(alert.pk for alert in claim)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == len(set(taken)) == 40


@pytest.mark.django_db(transaction=True)
def test_many_planners_plan_each_mail_once(enter, treaty, follow):
    for number in range(20):
        follow(f"reader{number}@example.org", treaty=treaty)
    enter(at=NOTICE)
    start = threading.Barrier(4)

    def work():
        start.wait()
        plan(at=AT)
        connection.close()

    planners = [threading.Thread(target=work) for _ in range(4)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()
    assert Alert.objects.count() == 20

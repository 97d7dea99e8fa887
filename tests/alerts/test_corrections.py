"""A date that was told and has changed: corrected once, to those who were told, with what editors say of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.delivery import send_due
from alerts.models import Alert, Subscription
from alerts.services import outbox
from alerts.services.planning import plan
from events import services
from events.editorial.held_mail import release_mail
from events.models import Change, Deadline

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
TOLD = NOTICE + timedelta(minutes=20)
MOVED = datetime(2019, 2, 12, 12, tzinfo=UTC)
SETTLED = MOVED + timedelta(hours=1)


def go(at):
    plan(at=at)
    return send_due(clock=lambda: at, batch_size=10)


@pytest.fixture
def told(enter, treaty, follow, relay):
    """Somebody has been told 2 August 2019; return the event that started the clock."""
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    assert go(TOLD) == 1
    relay.mails.clear()
    return event


def move(event, day, at=MOVED, **change):
    """Move the trigger's day as the editors' desk does: with a change that names the clock."""
    event.date = day
    services.save_event(event, at=at)
    services.after_event_change(event, at=at)
    return mark(at=at, **change)


def mark(at=MOVED, **values):
    deadline = Deadline.objects.get()
    values = {
        "kind": "corrected",
        "weight": "major",
        "public_note": "The depositary received the notice a day later.",
        "row_kind": "event",
        "row_label": "Notice of withdrawal",
        "moves": [{"slug": deadline.slug, "title": deadline.title, "before": "", "after": ""}],
    } | values
    change = Change.objects.create(at=at, **values)
    Deadline.objects.update(change=change)
    return change


def test_a_correction_tells_old_and_new_date_what_changed_and_the_editors_note(told, relay):
    move(told, "2019-02-03")
    assert go(SETTLED) == 1
    for words in (
        "Was 2 August 2019, now Saturday, 3 August 2019",
        "Corrected on record: Notice of withdrawal. The depositary received the notice a day later.",
    ):
        assert words in " ".join(relay.text().split())
        assert words.split(", ")[-1] in relay.mails[0].get_body(("html",)).get_content()
    assert go(SETTLED + timedelta(days=1)) == 0


def test_a_minor_change_corrects_nobody_and_the_next_reminder_tells_the_true_date(told, relay):
    move(told, "2019-02-03", weight="minor")
    assert go(SETTLED) == 0
    assert go(datetime(2019, 5, 5, 12, tzinfo=UTC)) == 1
    assert "3 August 2019: 90 days left" in relay.text()


def come(day):
    """Let the day come, and the next two mornings."""
    services.recompute_all(at=datetime.combine(day + timedelta(days=1), time(0, 1), ZoneInfo("America/New_York")))
    return [go(datetime.combine(day + timedelta(days=number), time(13), UTC)) for number in (1, 2)]


@pytest.mark.parametrize(
    ("kinds", "kind", "subject"),
    [
        (["started", "moved", "took_effect"], "took_effect", "Pact: took effect on 3 August 2019"),
        (["started", "took_effect"], "took_effect", "Pact: took effect on 3 August 2019"),
        (["started", "moved"], "moved", "Pact: date moved: was 2 August 2019, now 3 August 2019"),
    ],
)
def test_the_day_itself_tells_both_dates_once_to_whom_no_mail_has_told_a_minor_change(
    told, relay, kinds, kind, subject
):
    Subscription.objects.update(kinds=kinds)
    move(told, "2019-02-03", at=datetime(2019, 7, 20, 12, tzinfo=UTC), weight="minor")
    assert go(datetime(2019, 7, 21, 12, tzinfo=UTC)) == 0
    assert come(date(2019, 8, 3)) == [1, 0]
    assert relay.mails[0]["Subject"].startswith(subject)
    assert "Was 2 August 2019, now Saturday, 3 August 2019" in relay.text()
    assert Alert.objects.filter(kind=kind, previous_due=date(2019, 8, 2)).count() == 1


def test_the_day_itself_tells_one_date_to_whom_a_reminder_has_told_a_minor_change(told, relay):
    move(told, "2019-02-03", weight="minor")
    go(datetime(2019, 5, 5, 12, tzinfo=UTC))
    relay.mails.clear()
    assert come(date(2019, 8, 3)) == [1, 0]
    assert "Saturday, 3 August 2019: yesterday" in relay.text()
    assert "2 August 2019, now" not in relay.text()


def test_a_date_moved_into_the_past_is_told_by_its_correction_alone(told, relay):
    move(told, "2018-08-03", weight="major")
    assert [go(SETTLED + timedelta(days=number)) for number in range(3)] == [1, 0, 0]
    assert relay.mails[0]["Subject"].startswith("Pact: date moved: was 2 August 2019, now 3 February 2019")


def revoke(event, enter):
    enter(kind="revocation_of_notice", day="2019-02-12", at=MOVED)


def pause(event, enter):
    enter(kind="pause_of_notice", day="2019-02-12", at=MOVED)


def take_off_the_record(event, enter):
    services.delete_events([event], at=MOVED)


@pytest.mark.parametrize("ending", [revoke, pause, take_off_the_record])
def test_a_withdrawal_is_told_once_to_whoever_was_told_even_if_its_change_is_minor(told, enter, relay, ending):
    ending(told, enter)
    mark(weight="minor", public_note="")
    assert go(MOVED + timedelta(minutes=10)) == 0, "it rests as every change does"
    assert [go(SETTLED + timedelta(days=number)) for number in range(3)] == [1, 0, 0]
    assert "We told you 2 August 2019. That date no longer holds." in relay.text()
    assert Alert.objects.get(kind="withdrawn").previous_due == date(2019, 8, 2)


def test_a_held_minor_withdrawal_waits_for_its_release(told, enter):
    revoke(told, enter)
    change = mark(weight="minor", mail_held=True)
    assert go(SETTLED) == 0
    release_mail(change, at=MOVED + timedelta(days=3))
    assert [go(MOVED + timedelta(days=3, hours=number)) for number in (1, 2)] == [1, 0]


def test_a_minor_withdrawal_corrects_nobody_who_was_told_no_date(enter, treaty, follow):
    event = enter(at=NOTICE)
    follow(treaty=treaty)
    Subscription.objects.update(confirmed_at=NOTICE + timedelta(minutes=5), kinds=["withdrawn"])
    revoke(event, enter)
    mark(weight="minor")
    assert go(SETTLED) == 0


def test_held_mail_waits_and_its_release_tells_once_with_the_true_dates(told, relay):
    change = move(told, "2019-02-03", mail_held=True)
    released = MOVED + timedelta(days=20)
    assert [go(MOVED + timedelta(days=number)) for number in (1, 10, 19)] == [0, 0, 0]
    assert not Alert.objects.filter(deadline_id__isnull=False).exclude(state="sent").exists()
    assert release_mail(change, at=released)
    assert not release_mail(change, at=released), "once"
    assert [go(released + timedelta(hours=number)) for number in (1, 2)] == [1, 0]
    assert "Was 2 August 2019, now Saturday, 3 August 2019" in relay.text()


def test_a_release_long_after_the_change_is_still_told(told, relay):
    change = move(told, "2019-02-03", mail_held=True)
    release_mail(change, at=MOVED + timedelta(days=60))
    assert go(MOVED + timedelta(days=60, hours=1)) == 1
    assert relay.mails[0]["Subject"].startswith("Pact: date moved")


def test_a_start_that_was_held_is_told_on_its_release(enter, treaty, follow, relay):
    follow(treaty=treaty)
    enter(at=NOTICE)
    change = mark(at=NOTICE, kind="published", mail_held=True)
    assert go(NOTICE + timedelta(days=10)) == 0
    release_mail(change, at=NOTICE + timedelta(days=12))
    assert go(NOTICE + timedelta(days=12, hours=1)) == 1
    assert "169 days left" in relay.mails[0]["Subject"]


def test_a_held_clock_stays_held_when_another_change_moves_it_again(told):
    move(told, "2019-02-03", mail_held=True)
    move(told, "2019-02-04", at=MOVED + timedelta(days=1))
    assert go(MOVED + timedelta(days=2)) == 0


def test_a_clock_held_after_its_mail_was_claimed_is_not_mailed_until_released(enter, treaty, follow, relay):
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=TOLD)
    claim = outbox.claim(at=TOLD, limit=10)
    change = mark(at=TOLD, mail_held=True)
    alert = claim.alerts[0]
    assert not outbox.fence(alert, claim.token, at=TOLD)
    outbox.drop(alert, claim.token, at=TOLD)
    assert Alert.objects.get().last_error == "An editor holds the mail about this clock."
    assert go(TOLD + timedelta(minutes=30)) == 0
    release_mail(change, at=TOLD + timedelta(hours=2))
    assert go(TOLD + timedelta(hours=3)) == 1


def test_moved_twice_while_it_rests_is_one_mail(told, relay):
    move(told, "2019-02-03")
    go(MOVED + timedelta(minutes=1))
    move(told, "2019-02-05", at=MOVED + timedelta(minutes=5))
    assert [go(MOVED + timedelta(hours=number)) for number in (1, 2)] == [1, 0]
    assert "Was 2 August 2019, now Monday, 5 August 2019" in relay.text()


def test_moved_and_moved_back_while_it_rests_is_none(told):
    move(told, "2019-02-03")
    go(MOVED + timedelta(minutes=1))
    move(told, "2019-02-02", at=MOVED + timedelta(minutes=5))
    assert go(SETTLED) == 0


def test_a_clock_that_was_paused_and_runs_again_is_told_again(told, enter, relay):
    enter(kind="pause_of_notice", day="2019-03-01", at=datetime(2019, 3, 1, 12, tzinfo=UTC))
    assert go(datetime(2019, 3, 1, 13, tzinfo=UTC)) == 1
    assert "The clock has been paused." in relay.text()
    enter(kind="resumption_of_notice", day="2019-03-11", at=datetime(2019, 3, 11, 12, tzinfo=UTC))
    assert go(datetime(2019, 3, 11, 13, tzinfo=UTC)) == 1
    assert Alert.objects.filter(kind="moved", state="sent").get().previous_due == date(2019, 8, 2)


def test_no_reminder_tells_a_date_that_moved_while_it_waited(told, relay):
    plan(at=datetime(2019, 5, 4, 12, tzinfo=UTC))
    move(told, "2019-02-12", at=datetime(2019, 5, 4, 12, 1, tzinfo=UTC))
    assert go(datetime(2019, 5, 4, 13, tzinfo=UTC)) == 1
    assert relay.mails[0]["Subject"].startswith("Pact: date moved: was 2 August 2019, now 12 August 2019")
    assert Alert.objects.get(kind="lead").reason == "The clock changed before this was sent."


def test_a_day_reminder_that_could_not_leave_in_time_is_dropped_with_its_reason(told, settings):
    settings.EMAIL_HOST, port = "127.0.0.1", settings.EMAIL_PORT
    settings.EMAIL_PORT = 9
    assert go(datetime(2019, 8, 2, 12, tzinfo=UTC)) == 0
    settings.EMAIL_PORT = port
    plan(at=datetime(2019, 8, 3, 4, tzinfo=UTC))
    dropped = Alert.objects.get(kind="lead", lead_days=0)
    assert (dropped.state, dropped.reason.split(" The mail")[0]) == ("cancelled", "It could not be sent in time.")


@pytest.mark.parametrize("days", [1, 6, 40])
def test_a_release_after_the_day_has_passed_tells_once_what_came_and_reminds_nobody(told, relay, days):
    change = move(told, "2019-02-03", mail_held=True)
    after = datetime(2019, 8, 4, 12, tzinfo=UTC)
    for at in (datetime(2019, 7, 26, 20, tzinfo=UTC), datetime(2019, 8, 3, 20, tzinfo=UTC), after):
        services.recompute_treaty(told.treaties.get(), at=at)
        assert go(at) == 0, "it is held"
    released = after + timedelta(days=days)
    release_mail(change, at=released)
    assert [go(released + timedelta(hours=number)) for number in range(1, 30)].count(1) == 1
    alert = Alert.objects.filter(state="sent").latest("sent_at")
    assert alert.kind in {"took_effect", "moved"}
    assert (alert.previous_due, alert.told_due) == (date(2019, 8, 2), date(2019, 8, 3))
    assert not Alert.objects.filter(kind="lead").exists()

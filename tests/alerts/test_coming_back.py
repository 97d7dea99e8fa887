"""Whoever left, or was suppressed, and comes back is told what they would have been told had they stayed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from alerts.delivery import send_due
from alerts.models import Alert, Mute, Subscriber, Subscription
from alerts.services import outbox
from alerts.services.coming_back import follow_again
from alerts.services.digests import choose_delivery
from alerts.services.planning import plan
from alerts.services.subscribing import Followed, confirm, lift_mute, lift_suppression, subscribe, unsubscribe
from alerts.tokens import confirmation_token, preferences_token, unsubscribe_token
from events import services
from events.models import Deadline

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
MOVED = datetime(2019, 2, 13, 12, tzinfo=UTC)
LEFT = MOVED + timedelta(hours=2)
BACK = MOVED + timedelta(hours=3)
MONDAY = datetime(2019, 2, 18, 8, 1, tzinfo=UTC)


def go(at):
    plan(at=at)
    return send_due(clock=lambda: at, batch_size=10)


@pytest.fixture
def weekly(enter, treaty, follow, relay):
    """Somebody who was told a date that has moved since; their weekly mail will tell so."""
    reader = follow(treaty=treaty)
    event = enter(at=NOTICE)
    assert go(NOTICE + timedelta(minutes=20)) == 1
    choose_delivery(reader, {"rhythm": Subscriber.Rhythm.WEEKLY, "empty_digest": False}, at=NOTICE + timedelta(days=1))
    assert go(MONDAY - timedelta(days=7)) == 0
    event.date = "2019-02-03"
    services.save_event(event, at=MOVED)
    services.after_event_change(event, at=MOVED)
    assert go(MOVED + timedelta(hours=1)) == 0
    assert Alert.objects.get(kind="moved").state == "gathered"
    relay.mails.clear()
    return reader


def follow_by_form(reader, treaty):
    wish = subscribe(reader.email, Followed(treaty=treaty), delivery={}, wish={}, at=BACK)
    assert confirm(wish.pk, at=BACK)


def follow_by_page(reader, treaty):
    assert follow_again(reader, Subscription.objects.get().pk, at=BACK)


@pytest.mark.parametrize("come_back", [follow_by_form, follow_by_page])
def test_a_correction_that_leaving_stopped_is_told_to_whoever_comes_back(weekly, treaty, relay, come_back):
    unsubscribe(weekly, at=LEFT)
    come_back(weekly, treaty)
    assert go(MONDAY) == 1
    assert "Was 2 August 2019, now Saturday, 3 August 2019" in relay.text()


@pytest.mark.parametrize("narrower", ["deadline", "treaty"])
def test_a_correction_is_told_to_whoever_had_left_the_date_and_wants_it_again(weekly, treaty, relay, narrower):
    Subscription.objects.update(everything=True, treaty=None)
    unsubscribe(weekly, at=LEFT, **{narrower: Deadline.objects.get() if narrower == "deadline" else treaty})
    assert lift_mute(weekly, Mute.objects.get().pk, at=BACK)
    assert go(MONDAY) == 1
    assert "Was 2 August 2019, now Saturday, 3 August 2019" in relay.text()


def test_a_correction_is_told_to_an_address_that_takes_mail_again(weekly, relay):
    outbox.suppress_address(weekly.pk, "Bounced: 5.1.1")
    lift_suppression(Subscriber.objects.all())
    assert go(MONDAY) == 1
    assert "Was 2 August 2019, now Saturday, 3 August 2019" in relay.text()


def test_who_stays_away_is_not_told_and_who_comes_back_is_told_once(weekly, treaty, relay):
    unsubscribe(weekly, at=LEFT)
    assert go(MONDAY) == 0
    follow_by_page(weekly, treaty)
    assert [go(MONDAY + timedelta(days=7 * weeks)) for weeks in (1, 2)] == [1, 0]
    assert "Was 2 August 2019" in relay.text()


def test_what_was_sent_or_may_have_been_stays_on_record(weekly):
    told = Alert.objects.get(kind="started")
    Alert.objects.filter(kind="moved").update(ambiguous=True)
    unsubscribe(weekly, at=LEFT)
    assert follow_again(weekly, Subscription.objects.get().pk, at=BACK)
    assert set(Alert.objects.values_list("pk", "ambiguous")) >= {(told.pk, False)}
    assert Alert.objects.get(kind="moved").ambiguous


def test_a_slip_is_undone_without_a_gap_and_a_late_return_begins_anew(weekly):
    confirmed = Subscription.objects.get().confirmed_at
    for away, since in ((timedelta(hours=20), confirmed), (timedelta(days=3), LEFT + timedelta(days=3))):
        unsubscribe(weekly, at=LEFT)
        assert follow_again(weekly, Subscription.objects.get().pk, at=LEFT + away)
        assert Subscription.objects.get().confirmed_at == since


def test_the_page_shows_what_has_ended_and_one_button_brings_it_back(client, weekly, treaty, follow):
    page = f"/alerts/preferences/{preferences_token(str(weekly.key))}/"
    assert "No longer followed" not in client.get(page).content.decode()
    client.post(page, {"what": "end", "wish": Subscription.objects.get().pk})
    assert "No longer followed" in client.get(page).content.decode()
    ended = Subscription.objects.get()
    assert "You follow it again." in client.post(page, {"what": "again", "wish": ended.pk}).content.decode()
    assert Subscription.objects.get().state == "active"
    assert "Nothing to change." in client.post(page, {"what": "again", "wish": ended.pk}).content.decode()
    other = follow("bert@example.org", treaty=treaty)
    unsubscribe(other, at=LEFT)
    foreign = other.subscriptions.get()
    assert "Nothing to change." in client.post(page, {"what": "again", "wish": foreign.pk}).content.decode()
    assert not other.subscriptions.filter(state="active").exists()


def test_what_is_followed_anew_or_was_never_confirmed_is_not_offered_again(client, weekly, treaty):
    page = f"/alerts/preferences/{preferences_token(str(weekly.key))}/"
    unsubscribe(weekly, at=LEFT)
    old = Subscription.objects.get()
    follow_by_form(weekly, treaty)
    assert "No longer followed" not in client.get(page).content.decode()
    assert not follow_again(weekly, old.pk, at=BACK), "the newer one is enough"
    never = Subscription.objects.create(
        subscriber=weekly, everything=True, state="ended", created_at=LEFT, ended_at=LEFT
    )
    assert "No longer followed" not in client.get(page).content.decode()
    assert not follow_again(weekly, never.pk, at=BACK), "a stranger may have asked for it"


def test_whoever_leaves_is_told_how_to_come_back(client, weekly):
    token = unsubscribe_token(str(weekly.key), Deadline.objects.get().pk)
    answer = client.post(f"/alerts/unsubscribe/{token}/", {"what": "all"}).content.decode()
    assert "If that was a slip, one button on your page brings it back." in answer
    assert "/alerts/preferences/" not in answer, "the link never expires, and may have been passed on with the mail"


def test_the_first_confirmation_leads_to_the_page_and_a_used_link_only_says_what_is_followed(client, treaty):
    wish = subscribe(
        "new@example.org", Followed(treaty=treaty), delivery={"rhythm": "immediate"}, wish={}, at=timezone.now()
    )
    link = f"/alerts/confirm/{confirmation_token(wish.pk)}/"
    assert "Follow Pact?" in client.get(link).content.decode()
    first = client.post(link).content.decode()
    assert "You follow Pact" in first
    assert "/alerts/preferences/" in first
    for used in (client.get(link), client.post(link)):
        assert "You follow Pact" in used.content.decode()
        assert "/alerts/preferences/" not in used.content.decode()

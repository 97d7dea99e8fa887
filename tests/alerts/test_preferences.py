"""One signed page for everything: seen by GET, changed by POST, by its owner only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.signing import TimestampSigner
from django.utils import timezone

from alerts.delivery import send_due
from alerts.form_answers import answer_forms
from alerts.models import Alert, Subscriber, Subscription
from alerts.services.planning import plan
from alerts.services.subscribing import unsubscribe
from alerts.tokens import preferences_token, unsubscribe_token

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
AT = NOTICE + timedelta(minutes=20)


@pytest.fixture
def anna(treaty, follow):
    return follow(treaty=treaty)


@pytest.fixture
def address(anna):
    return f"/alerts/preferences/{preferences_token(str(anna.key))}/"


def wish():
    return Subscription.objects.get()


def test_the_page_shows_what_is_followed_and_what_was_sent(client, anna, address, enter, relay):
    enter(at=NOTICE)
    plan(at=AT)
    send_due(clock=lambda: AT, batch_size=10)
    page = client.get(address).content.decode()
    for said in ("anna@example.org", "Pact", "90, 30, 7, 1, 0", "Ruritania withdrawal takes effect", "Sent"):
        assert said in page, said
    link = next(word for word in relay.text().split() if "/alerts/preferences/" in word)
    assert "anna@example.org" in client.get("/" + link.split("/", 3)[3]).content.decode(), "and every mail leads there"


def test_kinds_and_days_are_changed_and_planning_follows(client, address, enter):
    number = wish().pk
    changed = {"what": "wish", "wish": number, f"{number}-kinds": ["lead"], f"{number}-lead_days": "3, 100 3"}
    assert "Saved." in client.post(address, changed).content.decode()
    assert (wish().kinds, wish().lead_days) == (["lead"], [100, 3])
    enter(at=NOTICE)
    assert plan(at=AT) == 0, "no longer told of starts"


@pytest.mark.parametrize(
    ("leads", "sentence"),
    [
        ("soon", "whole numbers"),
        ("-1", "whole numbers"),
        ("99999", "whole numbers"),
        (" ".join(map(str, range(30))), "At most 20"),
    ],
)
def test_days_that_make_no_sense_are_refused_in_words(client, address, leads, sentence):
    number = wish().pk
    answer = client.post(
        address, {"what": "wish", "wish": number, f"{number}-kinds": ["lead"], f"{number}-lead_days": leads}
    )
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert wish().lead_days == [90, 30, 7, 1, 0]


DELIVERY = {"what": "delivery", "rhythm": "weekly", "digest_weekday": "5", "digest_hour": "7", "language": "fr"}


def test_zone_rhythm_hour_and_language_are_changed_or_refused_in_words(client, address, anna):
    refused = client.post(address, DELIVERY | {"time_zone": "Mars/Olympus"})
    assert (refused.status_code, "is not a time zone" in refused.content.decode()) == (400, True)
    client.post(address, DELIVERY | {"time_zone": "Asia/Tokyo"})
    anna.refresh_from_db()
    assert (anna.time_zone, anna.rhythm, anna.language, anna.empty_digest) == ("Asia/Tokyo", "weekly", "fr", False)
    slot = anna.next_digest_at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert (slot.isoweekday(), slot.hour) == (5, 7)
    client.post(address, DELIVERY | {"time_zone": "UTC", "rhythm": "immediate"})
    anna.refresh_from_db()
    assert anna.next_digest_at is None


def test_what_was_left_is_shown_and_told_again_when_asked(client, address, anna, treaty):
    unsubscribe(anna, at=NOTICE, treaty=treaty)
    assert "Tell me of it again" in client.get(address).content.decode()
    client.post(address, {"what": "lift", "wish": anna.mutes.get().pk})
    assert anna.mutes.get().lifted_at
    assert "Tell me of it again" not in client.get(address).content.decode()


def test_an_old_link_opens_nothing_and_a_new_one_is_mailed(client, anna, monkeypatch, relay):
    monkeypatch.setattr(TimestampSigner, "timestamp", lambda _: "1aaaaa")
    old = f"/alerts/preferences/{preferences_token(str(anna.key))}/"
    monkeypatch.undo()
    answer = client.post(old, {"what": "forget"})
    assert (answer.status_code, "Mail me the link" in answer.content.decode()) == (410, True)
    client.post("/alerts/link/", {"email": "ANNA@example.org"})
    answer_forms(clock=timezone.now)
    new = next(word for word in relay.text().split() if "/alerts/preferences/" in word)
    assert "What you follow" in client.get("/" + new.split("/", 3)[3]).content.decode()


def test_whoever_asks_for_a_link_learns_nothing_of_the_address(client, anna, relay):
    known = client.post("/alerts/link/", {"email": "anna@example.org"}).content.decode()
    unknown = client.post("/alerts/link/", {"email": "nobody@example.org"}).content.decode()
    answer_forms(clock=timezone.now)
    assert known.replace("anna@", "X@") == unknown.replace("nobody@", "X@")
    assert relay.addresses == ["anna@example.org"]


def test_one_subscription_is_ended_by_its_owner_only(client, address, anna, follow, treaty):
    bert = follow("bert@example.org", treaty=treaty)
    his = bert.subscriptions.get()
    client.post(address, {"what": "end", "wish": his.pk})
    his.refresh_from_db()
    assert his.state == "active", "hers is the link, not his wish"
    client.post(address, {"what": "end", "wish": anna.subscriptions.get().pk})
    assert anna.subscriptions.get().state == "ended"


def test_everything_is_exported(client, address, enter):
    enter(at=NOTICE)
    plan(at=AT)
    told = client.get(f"{address}export.json").json()
    assert told["address"] == "anna@example.org"
    assert [one["follows"] for one in told["subscriptions"]] == ["Pact"]
    assert [one["kind"] for one in told["mails"]] == ["started"]


def test_everything_is_deleted_and_the_link_says_so_ever_after(client, address, enter):
    enter(at=NOTICE)
    plan(at=AT)
    client.post(address, {"what": "forget"})
    assert not Subscriber.objects.exists()
    assert not Subscription.objects.exists()
    assert not Alert.objects.exists()
    assert "Nothing is stored" in client.get(address).content.decode()


def test_nothing_changes_by_looking_and_another_purposes_link_does_not_open_it(client, address, anna):
    before = list(Subscription.objects.values())
    client.get(address)
    assert list(Subscription.objects.values()) == before
    other = unsubscribe_token(str(anna.key))
    assert client.get(f"/alerts/preferences/{other}/").status_code == 400

"""One signed page for everything: seen by GET, changed by POST, by its owner only."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.signing import TimestampSigner
from django.db import connection
from django.utils import timezone

from alerts.delivery import send_due
from alerts.end_words import end_words
from alerts.form_answers import answer_forms
from alerts.models import Alert, BounceReport, DeliveryRun, FormMail, Mute, Subscriber, Subscription
from alerts.services import outbox, runs
from alerts.services.bounces import take_report
from alerts.services.form_mails import ask_confirmation, ask_link
from alerts.services.planning import plan
from alerts.services.subscribing import Followed, unsubscribe
from alerts.tokens import preferences_token, unsubscribe_token
from tests.alerts.test_bounces import bounce

pytestmark = pytest.mark.django_db

GIVEN_TO_NOBODY = "The subscriber has deleted everything."
SAME_FOR_READERS = {"Nothing was due.", "The statement changed before this was sent.", "It could not be sent in time."}

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
    assert f"http://testserver{address}" not in page.partition("<main")[2], (
        "on paper it would open the page to whoever finds it"
    )
    link = next(word for word in relay.text().split() if "/alerts/preferences/" in word)
    assert "anna@example.org" in client.get("/" + link.split("/", 3)[3]).content.decode(), "and every mail leads there"


def test_a_mail_that_the_relay_took_is_shown_as_sent_before_its_worker_has_told_the_outbox(client, address, enter):
    enter(at=NOTICE)
    plan(at=AT)
    claim = outbox.claim(at=AT, limit=1)
    wishes = runs.ask(claim.alerts, claim.token, at=AT)[claim.alerts[0].pk]
    assert runs.step(claim.token, at=AT, taken=None, alert=claim.alerts[0], wishes=wishes)
    DeliveryRun.objects.update(accepted=[claim.alerts[0].pk], underway=None)
    assert Alert.objects.get().state == "claimed"
    assert "2 February 2019, 12:20" in client.get(address).content.decode()
    assert client.get(f"{address}export.json").json()["mails"][0]["state"] == "sent"


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
        (" , ", "how many days before a date you want to be reminded"),
        (" ".join(map(str, range(30))), "At most 20"),
    ],
)
def test_days_that_make_no_sense_are_refused_in_words(client, address, leads, sentence):
    number = wish().pk
    answer = client.post(
        address, {"what": "wish", "wish": number, f"{number}-kinds": ["lead"], f"{number}-lead_days": leads}
    )
    assert answer.status_code == 400
    assert "Nothing was saved" in answer.content.decode().partition("<h2")[0], "seen without looking for the field"
    assert sentence in answer.content.decode()
    assert wish().lead_days == [90, 30, 7, 1, 0]


def test_whoever_wants_no_reminders_need_write_no_days(client, address):
    number = wish().pk
    client.post(address, {"what": "wish", "wish": number, f"{number}-kinds": ["started"], f"{number}-lead_days": ""})
    assert (wish().kinds, wish().lead_days) == (["started"], [])


DELIVERY = {"what": "delivery", "rhythm": "weekly", "digest_weekday": "5", "digest_hour": "7", "language": "fr"}


def test_zone_rhythm_hour_and_language_are_changed_or_refused_in_words(client, address, anna):
    refused = client.post(address, DELIVERY | {"time_zone": "Mars/Olympus"})
    assert (refused.status_code, "is not a time zone" in refused.content.decode()) == (400, True)
    assert "Nothing was saved" in refused.content.decode().partition("<h2")[0]
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


@pytest.fixture
def everywhere(anna, enter, treaty, relay, admin_client):
    """Leave the reader's traces wherever one can be left; return the mail that was sent."""
    enter(at=NOTICE)
    plan(at=AT)
    send_due(clock=lambda: AT, batch_size=10)
    mail = Alert.objects.get()
    Alert.objects.create(
        **{name: getattr(mail, name) for name in ("subscriber_id", "kind", "deadline_id", "planned_at", "due_at")},
        not_after=mail.not_after,
        version=9,
        state="failed",
        reason="The relay answered 550: anna@example.org is full",
        last_error="anna@example.org is full",
        message_id="<other@localhost>",
    )
    unsubscribe(anna, at=NOTICE, treaty=treaty)
    take_report(bounce(mail.message_id, "4.2.2"), at=AT)
    take_report(bounce("<unknown@localhost>", "4.2.2").replace(b"no such mailbox", b"no anna@example.org"), at=AT)
    take_report(b"Subject: hello\n\nI, Anna@example.org, am on holiday.", at=AT)
    ask_link("anna@example.org", at=NOTICE)
    ask_confirmation("Anna@Example.org", Followed(), delivery={}, wish={}, at=NOTICE)
    changed = {"time_zone": "Asia/Tokyo", "language": "fr", "subscriptions-TOTAL_FORMS": 0}
    answer = admin_client.post(
        f"/admin/alerts/subscriber/{anna.pk}/change/", changed | {"subscriptions-INITIAL_FORMS": 0}
    )
    assert answer.status_code == 302
    return mail


def places_of(words):
    """Return every table with a row in which these words stand, in whatever column, however written."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}" row WHERE row::text ILIKE %s', [f"%{words}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return set(found)


def test_after_deletion_the_address_stands_nowhere_in_the_database(everywhere, client, address, anna):
    places = {"alerts_subscriber", "alerts_alert", "alerts_bouncereport", "alerts_formmail", "django_admin_log"}
    assert places_of("anna@example.org") == places
    kept = BounceReport.objects.filter(subscriber=None).count()
    client.post(address, {"what": "forget", "sure": "yes"})
    assert places_of("anna@example.org") == set()
    assert places_of(str(anna.key)) == set()
    assert BounceReport.objects.count() == kept == 2, "known by their digest, so that no mailbox brings them back"


def test_the_copy_has_every_row_and_every_column_that_is_about_the_reader(everywhere, client, address, anna):
    told = client.get(f"{address}export.json").json()
    about = {
        "settings": [anna],
        "subscriptions": anna.subscriptions.all(),
        "left": anna.mutes.all(),
        "mails": anna.alerts.order_by("pk"),
        "bounce_reports": anna.bounce_reports.all(),
        "asked_on_forms": FormMail.objects.all(),
    }
    for name, rows in about.items():
        held = told[name] if isinstance(told[name], list) else [told[name]]
        assert [one["id"] for one in held] == [row.pk for row in rows] != [], name
        for row in rows:
            assert {field.attname for field in row._meta.concrete_fields} <= set(held[0]), name
    pointing = {relation.related_model for relation in Subscriber._meta.related_objects}
    assert pointing == {Subscription, Mute, Alert, BounceReport}, (
        "what points to a reader is in the copy, or is forgotten"
    )


def test_why_a_mail_was_not_sent_is_told_in_the_readers_language(client, address, anna, enter):
    enter(at=NOTICE)
    plan(at=AT)
    unsubscribe(anna, at=AT)
    assert "Vous avez mis fin" in client.get(f"/fr{address}").content.decode()


def test_every_reason_that_the_outbox_can_give_has_words_for_the_reader():
    said = "".join(path.read_text() for path in (settings.BASE_DIR / "alerts" / "services").glob("*.py"))
    given = re.findall(r"""(?:\breason ?= ?f?|THEN |ELSE |return )(['"])([A-Z][^'"{]+)""", said)
    assert len(given) > 10
    for _quote, reason in given:
        assert end_words(reason) != reason or reason in SAME_FOR_READERS | {GIVEN_TO_NOBODY}, reason


def test_times_are_told_in_the_readers_zone(client, address, anna, enter, relay):
    enter(at=NOTICE)
    plan(at=AT)
    send_due(clock=lambda: AT, batch_size=10)
    Subscriber.objects.update(time_zone="Asia/Tokyo")
    page = client.get(address).content.decode()
    assert "Sent (Asia/Tokyo)" in page
    assert "2 February 2019, 21:20" in page


def test_everything_is_deleted_and_the_link_says_so_ever_after(client, address, enter):
    enter(at=NOTICE)
    plan(at=AT)
    assert client.post(address, {"what": "forget"}).status_code == 400
    assert Subscriber.objects.exists(), "not by a slip"
    client.post(address, {"what": "forget", "sure": "yes"})
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

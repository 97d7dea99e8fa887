"""Editors look at mails, and try the way: a test takes it like any mail, goes to them alone, and counts as nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from alerts.delivery import send_due
from alerts.models import Alert, Subscriber
from alerts.services import outbox
from alerts.services.planning import plan

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
PAGE = "/admin/alerts/alert/try/"


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create_superuser("editor", "editor@example.org", "p"))
    return client


def ask(desk, **values):
    return desk.post(PAGE, {"kind": "lead", "deadline": "", "language": "en-gb"} | values, follow=True)


def send():
    at = Alert.objects.get(kind="test").due_at
    return send_due(clock=lambda: at, batch_size=10)


def test_a_test_goes_the_real_way_to_the_editor_alone_and_says_what_it_is(desk, enter, treaty, follow, relay):
    follow(treaty=treaty)
    enter()
    assert "on its way to editor@example.org" in ask(desk).content.decode()
    assert send() == 1
    assert relay.addresses == ["editor@example.org"]
    assert relay.mails[0]["Subject"].startswith("[Test] Pact: ")
    assert "sent a test to your own address" in relay.text()
    for form in (relay.text(), relay.mails[0].get_body(("html",)).get_content()):
        assert "This is a test and belongs to no subscription" in form
        assert "You confirmed this subscription" not in form
    test = Alert.objects.get(kind="test")
    assert (test.state, test.attempts, test.message_id) == ("sent", 1, relay.mails[0]["Message-ID"])


def test_a_test_comes_in_the_language_asked_for_each_time(desk, enter, treaty, follow, relay):
    enter()
    for language, prefix in (("en-gb", "[Test] Pact"), ("fr", "[Essai] Pact"), ("en-gb", "[Test] Pact")):
        ask(desk, language=language)
        at = Alert.objects.filter(kind="test").latest("pk").due_at
        assert send_due(clock=lambda at=at: at, batch_size=10) == 1
        assert relay.mails[-1]["Subject"].startswith(prefix)


def test_a_test_counts_as_nothing_told_and_keeps_no_real_mail_away(desk, enter, treaty, follow, relay):
    subscriber = follow("editor@example.org", treaty=treaty)
    enter(at=NOTICE)
    ask(desk, kind="started")
    assert send() == 1
    assert plan(at=NOTICE + timedelta(minutes=20)) == 1
    assert Alert.objects.get(kind="started").subscriber == subscriber


def test_who_was_only_sent_a_test_gets_no_alerts(desk, enter, treaty):
    enter()
    ask(desk)
    assert Subscriber.objects.get().state == "editor"
    assert plan(at=NOTICE + timedelta(minutes=20)) == 0


def test_a_test_may_be_sent_twice_and_is_dropped_when_the_way_is_shut_for_an_hour(desk, enter, treaty, relay):
    enter()
    ask(desk)
    ask(desk)
    assert Alert.objects.filter(kind="test", state="pending").count() == 2
    late = Alert.objects.latest("due_at").due_at + timedelta(hours=2)
    plan(at=late)
    assert not outbox.due(at=late).exists()
    assert set(Alert.objects.values_list("state", flat=True)) == {"cancelled"}


def test_every_kind_is_shown_in_text_and_formatted_without_sending(desk, enter, treaty):
    enter()
    text = desk.get(PAGE, {"kind": "started", "deadline": "", "language": "en-gb", "show": "txt"}).content.decode()
    assert "Friday, 2 August 2019: 181 days left" in text
    formatted = desk.get(PAGE, {"kind": "started", "deadline": "", "language": "fr", "show": "html"})
    assert '<html lang="fr"' in formatted.content.decode()
    assert "sandbox" in formatted["Content-Security-Policy"]
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"deadline": "nowhere"}, "There is no such deadline on record."),
        ({"kind": "moved"}, "shows a mail of this kind"),
    ],
)
def test_what_cannot_be_shown_is_said_in_words(desk, enter, treaty, wrong, sentence):
    enter()
    assert sentence in ask(desk, **wrong).content.decode()
    assert not Alert.objects.exists()


def test_an_account_without_an_address_is_told_so(client, enter, treaty):
    enter()
    client.force_login(User.objects.create_superuser("editor", "", "p"))
    assert "no mail address" in ask(client).content.decode()


def test_only_editors_of_the_outbox_may(client, enter, treaty):
    assert client.get(PAGE).status_code == 302
    client.force_login(User.objects.create_user("reader", is_staff=True))
    assert client.get(PAGE).status_code == 403

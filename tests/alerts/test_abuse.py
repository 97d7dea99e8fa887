"""What somebody might try: to put words into our mails, to flood, to use a link again; each comes to nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from alerts.delivery import send_due
from alerts.form_answers import answer_forms
from alerts.models import Alert, FormMail, Subscriber, Subscription
from alerts.services.planning import plan
from alerts.services.preferences import forget
from alerts.tokens import confirmation_token, preferences_token, unsubscribe_token
from events.models import Deadline, Event

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
AT = NOTICE + timedelta(minutes=20)
ODD = "{{ 7|add:7 }}{% now 'Y' %} <script>alert(1)</script> <img src=//evil.example/x>\r\nBcc: everybody@example.org\r\n\r\n."


def send(at=AT):
    plan(at=at)
    return send_due(clock=lambda: at, batch_size=10)


def assert_is_mere_text(mail):
    assert mail["Bcc"] is None
    assert mail.get_content_type() == "multipart/mixed"
    html, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    assert "{{ 7|add:7 }}{% now 'Y' %}" in text
    assert "&lt;script&gt;alert(1)" in html
    assert "<script" not in html
    assert "<img" not in html


def test_odd_words_in_a_title_a_reason_and_a_treatys_name_stay_words(enter, treaty, follow, relay):
    follow(treaty=treaty)
    enter(at=NOTICE)
    treaty.short_name = ODD[:60]
    treaty.save()
    Deadline.objects.update(title=ODD, override_due="2019-08-01", override_reason=ODD)
    assert send() == 1
    assert_is_mere_text(relay.mails[0])
    assert "\n" not in relay.mails[0]["Subject"]
    assert relay.addresses == ["anna@example.org"]


def test_odd_words_in_a_statement_stay_words_also_in_a_digest(enter, treaty, follow, relay):
    follow(treaty=treaty)
    Subscriber.objects.update(rhythm="daily", next_digest_at=AT + timedelta(hours=1))
    enter(at=NOTICE)
    Deadline.objects.update(title=ODD)
    plan(at=AT)
    assert send(AT + timedelta(hours=2)) == 1
    assert_is_mere_text(relay.mails[0])


def test_odd_words_in_the_name_of_what_is_followed_stay_words_in_the_confirmation(treaty, client, relay):
    treaty.short_name = ODD[:60]
    treaty.save()
    send_form(client, "anna@example.org", "192.0.2.1")
    answer_forms(clock=timezone.now)
    mail = relay.mails[0]
    assert mail["Bcc"] is None
    assert "{{ 7|add:7 }}" in " ".join(mail.get_body(("plain",)).get_content().split())
    assert "<script" not in mail.get_body(("html",)).get_content()


def send_form(client, email, network):
    chosen = {"kinds": ["started"], "rhythm": "immediate", "language": "en-gb", "time_zone": "UTC"}
    return client.post("/alerts/subscribe/?treaty=pact", {"email": email} | chosen, REMOTE_ADDR=network).status_code


def test_one_customer_of_ipv6_is_one_network_whatever_address_is_used(treaty, client):
    answers = [send_form(client, f"reader{number}@example.org", f"2001:db8:1:2::{number:x}") for number in range(1, 22)]
    assert answers == [200] * 20 + [429]
    assert send_form(client, "other@example.org", "2001:db8:1:3::1") == 200


def test_a_flood_leaves_nothing_behind_that_grows(treaty, client, relay):
    for _ in range(25):
        client.post("/alerts/link/", {"email": "anna@example.org"}, REMOTE_ADDR="192.0.2.7")
    assert FormMail.objects.count() == 1, "a form sent twice is one"


def test_after_deletion_every_old_link_is_answered_politely_and_does_nothing(enter, treaty, follow, client):
    anna = follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    links = {
        f"/alerts/confirm/{confirmation_token(anna.subscriptions.get().pk)}/": 410,
        f"/alerts/preferences/{preferences_token(str(anna.key))}/": 200,
        f"/alerts/unsubscribe/{unsubscribe_token(str(anna.key), Deadline.objects.get().pk)}/": 200,
        f"/alerts/one-click/{unsubscribe_token(str(anna.key))}/": 200,
    }
    forget(anna)
    for address, status in links.items():
        answer = client.post(address, {"what": "all", "List-Unsubscribe": "One-Click"})
        assert answer.status_code == status, address
        assert "anna@example.org" not in answer.text
    assert not any(model.objects.exists() for model in (Subscriber, Subscription, Alert, FormMail))


def test_tokens_are_long_and_say_nothing_of_the_address(follow, treaty):
    anna = follow(treaty=treaty)
    for token in (preferences_token(str(anna.key)), unsubscribe_token(str(anna.key)), confirmation_token(1)):
        assert len(token.rpartition(":")[2]) >= 43, "256 bits of signature"
        assert "anna" not in token


def test_a_title_of_an_event_cannot_end_the_subject_line(enter, treaty, follow, relay):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    Event.objects.filter(pk=event.pk).update(title=ODD)
    Deadline.objects.update(title="Withdrawal\u2028Bcc: b@example.org\x0b\x0c\x85end")
    assert send() == 1
    assert relay.mails[0]["Bcc"] is None

"""A mail that was asked for on a form, and that the relay refuses: for good, for now, or because of us."""

from __future__ import annotations

import re
import socket
import threading

import pytest
from django.utils import timezone

from alerts.form_answers import answer_forms
from alerts.models import BounceReport, FormMail, Subscriber
from alerts.services.form_mails import WORTH, ask_confirmation
from alerts.services.subscribing import Followed
from tests.alerts.asking import ask

pytestmark = pytest.mark.django_db


def test_an_address_that_does_not_exist_is_given_up_and_one_that_waited_a_day_too(client, treaty, relay):
    relay.refuse["nobody@example.org"] = "550 no such mailbox"
    relay.refuse["busy@example.org"] = "450 try later"
    ask(client, "nobody@example.org")
    ask(client, "busy@example.org")
    assert FormMail.objects.get().email == "busy@example.org"
    tomorrow = timezone.now() + WORTH
    assert answer_forms(clock=lambda: tomorrow) == 0
    assert not FormMail.objects.exists()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 no such mailbox", ("hard", "", "suppressed")),
        ("550 5.1.1 no such mailbox", ("hard", "5.1.1", "suppressed")),
        ("554 5.2.1 disabled", ("hard", "5.2.1", "suppressed")),
        ("552 5.2.2 mailbox full", ("soft", "5.2.2", "pending")),
        ("550 5.7.1 we do not like your network", ("soft", "5.7.1", "pending")),
        ("550 5.1.8 your domain does not exist", ("soft", "5.1.8", "pending")),
        ("554 go away", ("soft", "", "pending")),
    ],
)
def test_a_confirmation_refused_for_good_counts_as_one_that_bounced(
    client, admin_client, treaty, relay, answer, expected
):
    relay.refuse["nobody@example.org"] = answer
    ask(client, "nobody@example.org")
    report, subscriber = BounceReport.objects.get(), Subscriber.objects.get()
    assert (report.subscriber, report.alert) == (subscriber, None)
    assert (report.kind, report.status, subscriber.state) == expected
    said = f"The relay answered {answer[:3]}: {answer[4:]}"
    assert subscriber.suppressed_reason == (said if subscriber.state == "suppressed" else "")
    assert said in admin_client.get("/admin/alerts/bouncereport/").content.decode()
    assert not FormMail.objects.exists()


def test_a_link_refused_for_good_stops_the_mail_to_a_bad_address(client, treaty, follow, relay):
    follow(treaty=treaty)
    relay.refuse["anna@example.org"] = "550 5.1.1 no such mailbox"
    client.post("/alerts/link/", {"email": "anna@example.org"})
    answer_forms(clock=timezone.now)
    assert (Subscriber.objects.get().state, BounceReport.objects.get().kind) == ("suppressed", "hard")


def test_an_address_that_refused_a_confirmation_is_answered_like_any_other(client, treaty, relay):
    relay.refuse["nobody@example.org"] = "550 5.1.1 no such mailbox"
    token = re.compile(r'value="[A-Za-z0-9]{64}"')
    first, second, other = (
        token.sub("", ask(client, f"{name}@example.org").content.decode().replace(f"{name}@", "X@"))
        for name in ("nobody", "nobody", "else")
    )
    assert first == second == other


def test_a_message_refused_for_good_is_given_up_and_holds_up_no_other(client, treaty, relay):
    relay.answers = ["554 5.6.0 we do not like it"]
    ask_confirmation("anna@example.org", Followed(), delivery={}, wish={}, at=timezone.now())
    ask_confirmation("ben@example.org", Followed(), delivery={}, wish={}, at=timezone.now())
    assert answer_forms(clock=timezone.now) == 1
    assert relay.addresses == ["ben@example.org"]
    assert (BounceReport.objects.get().kind, BounceReport.objects.get().subscriber.email) == (
        "soft",
        "anna@example.org",
    )


def blames_nobody(said):
    return said in FormMail.objects.get().last_error and not BounceReport.objects.exists()


def test_a_relay_that_refuses_our_sender_blames_no_address(client, treaty, relay, monkeypatch):
    async def refuse(*_):
        return "550 5.1.8 who are you?"

    monkeypatch.setattr(type(relay), "handle_MAIL", refuse, raising=False)
    ask(client)
    assert blames_nobody("who are you?")


def test_a_relay_that_greets_us_with_a_refusal_blames_no_address(client, treaty, relay, settings):
    def greet():
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"554 5.7.1 no service for you\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_PORT = server.getsockname()[1]
        thread = threading.Thread(target=greet)
        thread.start()
        ask(client)
        thread.join()
    assert blames_nobody("no service for you")

"""Each mail has an envelope sender of its own: a bounce that returns nothing of it still finds its reader, a forger none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.checks import run_checks

from alerts.delivery import send_due
from alerts.form_answers import answer_forms
from alerts.models import Alert, Subscriber, Subscription
from alerts.return_path import message_id_of_reader, named_by, return_path, return_path_of_reader
from alerts.services.bounces import SOFT_BOUNCES, take_report
from alerts.services.form_mails import ask_confirmation
from alerts.services.planning import plan
from alerts.services.subscribing import Followed, confirm, lift_suppression
from tests.alerts.test_bounces import complaint

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
AT = NOTICE + timedelta(minutes=20)
LONGEST_ID = 2**63 - 1


@pytest.fixture(autouse=True)
def bounces_have_an_address(settings):
    settings.ALERTS_BOUNCE_ADDRESS = "bounces@mail.example.org"


@pytest.fixture
def alert(enter, treaty, follow, relay):
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    assert send_due(clock=lambda: AT, batch_size=10) == 1
    return Alert.objects.get()


def bare_bounce(to, *, status="5.1.1", returned=""):
    """Return a bounce as a terse relay writes it: without the mail, or with these headers of it."""
    return f"""\
From: MAILER-DAEMON@relay.example
To: {to}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; anna@example.org
Action: failed
Status: {status}

--b
Content-Type: text/rfc822-headers

Subject: Pact
{returned}
--b--
""".encode()


def test_a_mail_leaves_with_the_name_of_its_row_and_a_bounce_to_it_finds_the_reader(alert, relay):
    assert relay.senders == [return_path(alert.pk)]
    assert relay.mails[0]["From"] == "TreatyWatch <alerts@localhost>", "its reader sees the usual sender"
    report, _ = take_report(bare_bounce(relay.senders[0]), at=AT)
    assert (report.kind, report.alert) == ("hard", alert)
    assert Subscriber.objects.get().state == "suppressed"


def test_a_bounce_that_returns_nothing_of_the_mail_names_none_that_waits(alert, follow, treaty):
    values = {name: getattr(alert, name) for name in ("kind", "deadline_id", "planned_at", "due_at", "not_after")}
    Alert.objects.create(**values, subscriber=follow("bert@example.org", treaty=treaty))
    assert take_report(bare_bounce(return_path(alert.pk)), at=AT)[0].alert == alert


def test_a_relay_that_changes_capitals_or_the_message_id_is_understood(alert, relay):
    address = f"Bounces <{relay.senders[0].upper()}>"
    report, _ = take_report(bare_bounce(address, returned="Message-ID: <rewritten@relay.example>\n"), at=AT)
    assert report.alert == alert


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_address_is_found_where_mail_systems_note_it(alert, header):
    content = bare_bounce("alerts@localhost").replace(b"To:", f"{header}: {return_path(alert.pk)}\nTo:".encode(), 1)
    assert take_report(content, at=AT)[0].alert == alert


def test_a_complaint_that_names_only_the_envelope_sender_unsubscribes(alert):
    content = f"""\
To: alerts@localhost
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1
Original-Mail-From: <{return_path(alert.pk)}>

--b--
""".encode()
    assert take_report(content, at=AT)[0].kind == "complaint"
    assert Subscription.objects.get().state == "ended"


def test_a_name_that_was_guessed_or_altered_finds_nobody(alert):
    local, _at, domain = return_path(alert.pk).rpartition("@")
    forged = [
        f"bounces+{alert.pk}-{'a' * 16}@{domain}",
        f"bounces+{alert.pk}@{domain}",
        f"{local.replace(f'+{alert.pk}-', f'+{alert.pk + 1}-')}@{domain}",
        f"{local}@elsewhere.example",
        f"{local[:-1]}@{domain}",
        f"bounces+{alert.pk}-{'é' * 16}@{domain}",
    ]
    for address in forged:
        assert take_report(bare_bounce(address), at=AT)[0].kind == "unreadable", address
    assert Subscriber.objects.get().state == "active"


def test_a_report_that_names_two_mails_of_ours_counts_for_neither(alert):
    values = {name: getattr(alert, name) for name in ("subscriber_id", "kind", "deadline_id", "planned_at", "due_at")}
    other = Alert.objects.create(**values, version=99, not_after=alert.not_after, message_id="<other@localhost>")
    content = bare_bounce(return_path(alert.pk), returned=f"Message-ID: {other.message_id}\n")
    report, _ = take_report(content, at=AT)
    assert (report.kind, report.reason) == ("unmatched", "It names two different mails of ours. ")


def test_without_an_address_for_bounces_mails_leave_from_the_sender(settings):
    old = return_path(7)
    settings.ALERTS_BOUNCE_ADDRESS = ""
    assert return_path(7) == "alerts@localhost"
    assert named_by([old], "").alert_id is None


def test_a_key_that_was_replaced_is_still_believed_while_it_is_kept(settings):
    old = return_path(7)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert return_path(7) != old
    assert named_by([old], "").alert_id == 7
    settings.SECRET_KEY_FALLBACKS = []
    assert named_by([old], "").alert_id is None


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("b" * 27 + "@example.org", True),
        ("b" * 28 + "@example.org", False),
        ("bounces+more@example.org", False),
        ("bounces", False),
        ("bounces@example.org>\r\nRCPT TO:<all@example.org", False),
        ("", True),
    ],
)
def test_an_address_that_leaves_no_room_is_refused_at_the_start(settings, address, fits):
    settings.ALERTS_BOUNCE_ADDRESS = address
    assert ("treatywatch.E002" in [one.id for one in run_checks()]) is not fits
    if fits and address:
        for sender in (return_path(LONGEST_ID), return_path_of_reader(10**18 - 1)):
            assert len(sender.rpartition("@")[0]) <= 64, "RFC 5321, section 4.5.3.1.1"


@pytest.fixture
def asked(client, relay):
    """Somebody has asked on the form to follow everything, and was mailed; return the mail."""
    ask_confirmation("bert@example.org", Followed(), delivery={}, wish={}, at=AT)
    assert answer_forms(clock=lambda: AT) == 1
    return relay.mails[0]


def bert():
    return Subscriber.objects.get(email="bert@example.org")


def test_a_mail_asked_for_on_a_form_names_its_reader_in_its_envelope_and_its_message_id(asked, relay):
    assert relay.senders == [return_path_of_reader(bert().pk)]
    assert asked["From"] == "TreatyWatch <alerts@localhost>"
    for report in (
        bare_bounce(relay.senders[0]),
        bare_bounce("x@y.example", returned=f"Message-ID: {asked['Message-ID']}"),
    ):
        assert take_report(report, at=AT)[0].subscriber == bert()


def test_a_hard_bounce_of_a_confirmation_suppresses_the_address_until_it_is_confirmed_or_released(asked, relay):
    report, _ = take_report(bare_bounce(relay.senders[0]), at=AT)
    assert (report.kind, report.alert) == ("hard", None)
    assert (bert().state, bert().suppressed_reason[:8]) == ("suppressed", "Bounced:")
    assert lift_suppression(Subscriber.objects.all()) == 1
    assert (bert().state, bert().suppressed_reason) == ("pending", "")
    take_report(bare_bounce(relay.senders[0], returned="Received: again\n"), at=AT)
    assert bert().state == "suppressed"
    assert confirm(bert().subscriptions.get().pk, at=AT)
    assert bert().state == "active"


def test_soft_bounces_of_what_was_asked_for_on_forms_are_noted_only(asked, relay):
    for number in range(SOFT_BOUNCES + 1):
        report, _ = take_report(bare_bounce(relay.senders[0], status="4.2.2", returned=f"X-Try: {number}\n"), at=AT)
        assert (report.kind, report.subscriber) == ("soft", bert())
    assert bert().state == "pending"


def test_a_complaint_about_a_confirmation_ends_what_waits_for_it(asked, relay):
    take_report(complaint(asked["Message-ID"]), at=AT)
    assert bert().subscriptions.get().state == "ended"


def test_a_bounce_of_somebody_who_was_deleted_is_about_nobody(asked, relay):
    bert().delete()
    assert take_report(bare_bounce(relay.senders[0]), at=AT)[0].kind == "unmatched"


def test_a_reader_and_a_mail_are_not_taken_for_one_another(alert):
    local, _at, domain = return_path(7).rpartition("@")
    assert named_by([f"{local.replace('+7-', '+r7-')}@{domain}"], "").readers == frozenset()
    content = bare_bounce(
        return_path(alert.pk), returned=f"Message-ID: {message_id_of_reader('<a@b>', alert.subscriber_id)}\n"
    )
    assert take_report(content, at=AT)[0].kind == "unmatched", "it names two mails"


def test_a_second_try_of_a_mail_asked_for_on_a_form_bears_the_same_name():
    assert message_id_of_reader("<one@example.org>", 7) == message_id_of_reader("<one@example.org>", 7)

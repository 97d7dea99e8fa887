"""Each mail has an envelope sender of its own: a bounce that returns nothing of it still finds its reader, a forger none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.checks import run_checks

from alerts.delivery import send_due
from alerts.models import Alert, Subscriber, Subscription
from alerts.return_path import alert_named_by, return_path
from alerts.services.bounces import take_report
from alerts.services.planning import plan

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
    assert alert_named_by([old]) is None


def test_a_key_that_was_replaced_is_still_believed_while_it_is_kept(settings):
    old = return_path(7)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert return_path(7) != old
    assert alert_named_by([old]) == 7
    settings.SECRET_KEY_FALLBACKS = []
    assert alert_named_by([old]) is None


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
        assert len(return_path(LONGEST_ID).rpartition("@")[0]) <= 64, "RFC 5321, section 4.5.3.1.1"

"""What comes back: a bad address is mailed no more, a full one after a while, a complaint unsubscribes, a forger nobody."""

from __future__ import annotations

import mailbox
import time
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from alerts.bounce_views import signature
from alerts.models import Alert, BounceReport, Subscriber, Subscription
from alerts.services.bounces import SOFT_BOUNCES, take_report
from alerts.services.planning import plan
from tests.alerts.sweeping import take_for_sent

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
AT = NOTICE + timedelta(minutes=20)


@pytest.fixture
def alert(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    take_for_sent(AT)
    return Alert.objects.get()


def bounce(message_id, status="5.1.1", action="failed", recipient="anna@example.org", number=0):
    return f"""\
From: MAILER-DAEMON@relay.example
To: alerts@localhost
Subject: Undelivered Mail Returned to Sender {number}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such mailbox

--b
Content-Type: text/rfc822-headers

From: TreatyWatch <alerts@localhost>
Message-ID: {message_id}

--b--
""".encode()


def complaint(message_id):
    return f"""\
From: feedback@provider.example
To: alerts@localhost
Subject: FW: a mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1

--b
Content-Type: message/rfc822

From: TreatyWatch <alerts@localhost>
Message-ID: {message_id}
Subject: Pact

text
--b--
""".encode()


def test_a_bad_address_is_suppressed_with_what_the_other_side_said(alert):
    report, is_new = take_report(bounce(alert.message_id), at=AT)
    subscriber = Subscriber.objects.get()
    assert (report.kind, report.subscriber, is_new) == ("hard", subscriber, True)
    assert subscriber.state == "suppressed"
    assert subscriber.suppressed_reason == "Bounced: 5.1.1 smtp; 550 5.1.1 no such mailbox"


def test_the_same_report_counts_once(alert):
    take_report(bounce(alert.message_id), at=AT)
    assert take_report(bounce(alert.message_id), at=AT)[1] is False
    assert BounceReport.objects.count() == 1


@pytest.mark.parametrize("status", ["4.2.2", "5.1.7", "5.1.8", "5.2.2", "5.7.1", ""])
def test_what_may_pass_suppresses_nobody_at_once(alert, status):
    assert take_report(bounce(alert.message_id, status), at=AT)[0].kind == "soft"
    assert Subscriber.objects.get().state == "active"


def test_a_delay_is_no_failure(alert):
    assert take_report(bounce(alert.message_id, "4.4.1", action="delayed"), at=AT)[0].kind == "delayed"


def mails_of(alert, count):
    for number in range(count):
        values = {
            name: getattr(alert, name) for name in ("subscriber_id", "kind", "deadline_id", "planned_at", "due_at")
        }
        yield Alert.objects.create(
            **values,
            version=100 + number,
            not_after=alert.not_after,
            state="sent",
            sent_at=AT,
            message_id=f"<{number}@x>",
        )


def test_one_that_fails_mail_after_mail_is_suppressed_but_not_over_a_long_time(alert):
    for number, mail in enumerate(mails_of(alert, SOFT_BOUNCES)):
        take_report(bounce(mail.message_id, "4.2.2", number=number), at=AT + timedelta(days=5 * number))
    assert Subscriber.objects.get().state == "active", "never five within two weeks"
    for number, mail in enumerate(Alert.objects.filter(message_id__endswith="@x>")):
        take_report(bounce(mail.message_id, "4.2.2", number=100 + number), at=AT + timedelta(days=40, hours=number))
    assert Subscriber.objects.get().suppressed_reason.startswith("5 mails bounced within 14 days")


def test_one_mail_reported_often_counts_once(alert):
    for number in range(SOFT_BOUNCES * 2):
        take_report(bounce(alert.message_id, "4.2.2", number=number), at=AT)
    assert Subscriber.objects.get().state == "active"


def test_a_complaint_unsubscribes(alert):
    assert take_report(complaint(alert.message_id), at=AT)[0].kind == "complaint"
    assert Subscription.objects.get().state == "ended"


def test_a_forged_report_that_knows_only_the_address_suppresses_nobody(alert):
    report, _ = take_report(bounce("<guessed@localhost>"), at=AT)
    assert (report.kind, report.subscriber) == ("unmatched", None)
    assert Subscriber.objects.get().state == "active"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "no multipart/report"),
        (b"Subject: hello\r\n\r\nI am on holiday.", "no multipart/report"),
        (b"\xff\x00\xfe", "no multipart/report"),
        (bounce("").replace(b"Action: failed\n", b""), "what became of the mail"),
        (bounce("").replace(b"Message-ID: \n", b""), "no Message-ID of the mail"),
        (complaint("<x@y>").replace(b"Feedback-Type: abuse\n", b""), "what kind of feedback"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_fault(content, fault, db):
    report, _ = take_report(content, at=AT)
    assert report.kind == "unreadable"
    assert fault in report.reason


def read(path):
    out = StringIO()
    try:
        call_command("read_bounces", str(path), stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def test_a_mailbox_file_is_read_and_read_again_without_effect(alert, tmp_path):
    box = mailbox.mbox(tmp_path / "box")
    box.add(bounce(alert.message_id))
    box.add(b"Subject: hello\n\nI am on holiday.")
    box.close()
    code, said = read(tmp_path / "box")
    assert code == 1
    assert said == "mail 1: Unreadable. It is no multipart/report.\n1 hard, 1 unreadable\n"
    assert Subscriber.objects.get().state == "suppressed"
    assert read(tmp_path / "box") == (0, "2 known before\n")


def test_mails_of_a_maildir_are_marked_as_seen(alert, tmp_path):
    box = mailbox.Maildir(tmp_path / "mail")
    box.add(bounce(alert.message_id))
    assert read(tmp_path / "mail") == (0, "1 hard\n")
    assert read(tmp_path / "mail") == (0, "No mails.\n")
    assert [one.get_flags() for one in mailbox.Maildir(tmp_path / "mail")] == ["S"]


def test_a_path_that_is_no_mailbox_is_said(tmp_path):
    with pytest.raises(CommandError, match="There is no mailbox at"):
        call_command("read_bounces", str(tmp_path / "none"))


def post(client, content, *, stamp=None, secret="shared", signed=None):
    stamp = str(int(time.time())) if stamp is None else stamp
    return client.post(
        "/alerts/bounces/",
        content,
        content_type="message/rfc822",
        headers={"X-Timestamp": stamp, "X-Signature": signed or signature(stamp, content)},
    )


@pytest.fixture
def shared(settings):
    settings.BOUNCE_SECRET = "shared"


def test_a_signed_report_is_taken_and_its_replay_refused(alert, client, shared):
    assert post(client, bounce(alert.message_id)).json()["kind"] == "hard"
    assert Subscriber.objects.get().state == "suppressed"
    assert post(client, bounce(alert.message_id)).status_code == 409


def test_reports_are_refused_unsigned_stale_too_long_or_unasked(alert, client, shared, settings):
    content = bounce(alert.message_id)
    assert post(client, content, signed="0" * 64).status_code == 403
    assert post(client, content, stamp=str(int(time.time()) - 301)).status_code == 403
    assert post(client, content, stamp="yesterday").status_code == 403
    assert post(client, b"x" * 1_000_001).status_code == 413
    settings.BOUNCE_SECRET = ""
    assert post(client, content).status_code == 404
    assert Subscriber.objects.get().state == "active"


def test_an_editor_sees_reports_and_lifts_a_suppression(alert, admin_client):
    take_report(bounce(alert.message_id), at=AT)
    assert "no such mailbox" in admin_client.get("/admin/alerts/bouncereport/").content.decode()
    chosen = {"action": "lift_suppression", "_selected_action": [Subscriber.objects.get().pk]}
    admin_client.post("/admin/alerts/subscriber/", chosen)
    assert Subscriber.objects.get().state == "active"

"""From the outbox over SMTP to a reader: what arrives, and what becomes of a row whose mail does not."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from icalendar import Calendar

from alerts.delivery import Batch, ConnectionLostError, HungUpError, deliver, send_due
from alerts.models import Alert, DeliveryRun, Subscriber, Subscription
from alerts.services import outbox
from alerts.services.planning import plan
from alerts.services.subscribing import unsubscribe
from alerts.smtp import AsleepError, SmtpTransport
from events import services
from events.models import Deadline

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
AT = NOTICE + timedelta(minutes=20)


def send(at=AT):
    return send_due(clock=lambda: at, batch_size=10)


@pytest.fixture
def planned(enter, treaty, follow):
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)


def test_a_mail_arrives_once_with_treaty_date_and_days_left(planned, relay):
    assert send() == 1
    assert send() == 0
    mail = relay.mails[0]
    assert mail["Subject"] == "Pact: clock started, 181 days left: Ruritania withdrawal takes effect, 2 August 2019"
    assert relay.addresses == ["anna@example.org"]
    assert "Friday, 2 August 2019: 181 days left" in relay.text()
    assert "Pact, Article XV(2)" in relay.text(), "why this date"
    assert not mail.defects


def test_every_mail_can_be_left_and_threaded_and_tells_programs_what_it_is(planned, relay):
    send()
    mail, alert = relay.mails[0], Alert.objects.get()
    assert mail["Message-ID"] == alert.message_id
    assert mail["References"] == mail["In-Reply-To"]
    assert mail["List-Unsubscribe"].startswith("<http")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "TreatyWatch alerts <alerts.localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_links_of_a_mail_lead_to_their_pages_and_leaving_works(planned, relay, client):
    send()
    addresses = [word for word in relay.text().split() if word.startswith("http")]
    assert len(addresses) == 6
    for address in addresses:
        assert client.get("/" + address.split("/", 3)[3]).status_code == 200
    one_click = relay.mails[0]["List-Unsubscribe"].strip("<>")
    client.post("/" + one_click.split("/", 3)[3], {"List-Unsubscribe": "One-Click"})
    assert Subscriber.objects.get().subscriptions.get().state == "ended"


def test_a_mail_offers_leaving_by_mail_where_an_address_is_set_and_such_a_mail_is_obeyed(
    planned, relay, settings, tmp_path
):
    settings.ALERTS_UNSUBSCRIBE_ADDRESS = "leave@example.org"
    send()
    https, by_mail = relay.mails[0]["List-Unsubscribe"].split(", ")
    assert https.startswith("<http")
    subject = unquote(by_mail.strip("<>").removeprefix("mailto:leave@example.org?subject="))
    (tmp_path / "box").write_text("From x@y Sat Feb  2 12:00:00 2019\nSubject: unsubscribe forged\n\n")
    with pytest.raises(SystemExit):
        call_command("read_bounces", str(tmp_path / "box"))
    assert Subscriber.objects.get().subscriptions.get().state == "active", "a token that is not ours ends nothing"
    (tmp_path / "box").write_text(f"From x@y Sat Feb  2 12:00:00 2019\nSubject: {subject}\n\n")
    call_command("read_bounces", str(tmp_path / "box"))
    assert Subscriber.objects.get().subscriptions.get().state == "ended"


def test_text_and_html_tell_the_same(planned, relay):
    send()
    html = relay.mails[0].get_body(("html",)).get_content()
    for said in ("181 days left", "Friday, 2 August 2019", "Pact, Article XV(2)", "/alerts/unsubscribe/"):
        assert said.lower() in html.lower()
    assert "<img" not in html


def test_a_late_reminder_tells_the_days_that_are_truly_left(enter, treaty, follow, relay):
    follow(treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    send()
    plan(at=datetime(2019, 7, 3, 12, tzinfo=UTC))
    send(at=datetime(2019, 7, 5, 12, tzinfo=UTC))
    assert "28 days left" in relay.mails[1]["Subject"]


def test_a_moved_date_is_told_with_the_old_one(enter, treaty, follow, relay):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=AT)
    send()
    event.date = "2019-02-03"
    moved = datetime(2019, 2, 12, 12, tzinfo=UTC)
    services.save_event(event, at=moved)
    services.after_event_change(event, at=moved)
    plan(at=moved + timedelta(hours=1))
    send(at=moved + timedelta(hours=1))
    assert relay.mails[1]["Subject"].startswith("Pact: date moved: was 2 August 2019, now 3 August 2019")
    assert "Was 2 August 2019, now Saturday, 3 August 2019" in relay.text()


def test_a_withdrawn_date_is_told_with_its_reason(enter, treaty, follow, relay):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=AT)
    send()
    services.delete_events([event], at=AT)
    plan(at=AT + timedelta(hours=1))
    send(at=AT + timedelta(hours=1))
    assert relay.mails[1]["Subject"].startswith("Pact: no longer 2 August 2019")
    assert "no longer on record" in relay.text()


def test_a_refused_address_is_suppressed_and_the_others_get_their_mail(enter, treaty, follow, relay):
    for name in ("anna", "gone", "carl"):
        follow(f"{name}@example.org", treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    relay.refuse["gone@example.org"] = "550 5.1.1 no such mailbox"
    assert send() == 2
    gone = Alert.objects.get(subscriber__email="gone@example.org")
    assert (gone.state, gone.reason) == ("failed", "The relay answered 550: 5.1.1 no such mailbox")
    assert gone.subscriber.state == "suppressed"
    assert sorted(relay.addresses) == ["anna@example.org", "carl@example.org"]


@pytest.mark.parametrize("answer", ["550 5.7.1 we do not like your network", "550 5.1.8 your domain does not exist"])
def test_an_address_whose_system_refuses_us_is_not_suppressed(planned, relay, answer):
    relay.refuse["anna@example.org"] = answer
    assert send() == 0
    assert Alert.objects.get().state == "failed"
    assert Subscriber.objects.get().state == "active"


def test_a_refused_message_fails_its_row_and_blames_no_address(planned, relay):
    relay.answers = ["554 5.7.1 looks like spam"]
    assert send() == 0
    assert Alert.objects.get().state == "failed"
    assert Subscriber.objects.get().state == "active"


def test_a_busy_relay_is_tried_again_later_with_the_same_message_id(planned, relay):
    relay.answers = ["451 4.3.0 busy"]
    assert send() == 0
    alert = Alert.objects.get()
    assert (alert.state, alert.due_at) == ("pending", AT + timedelta(minutes=1))
    assert send(at=alert.due_at) == 1
    assert relay.mails[0]["Message-ID"] == alert.message_id


def test_a_connection_lost_after_the_data_makes_one_row_ambiguous_and_frees_the_rest(enter, treaty, follow, relay):
    for name in ("anna", "bert", "carl"):
        follow(f"{name}@example.org", treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)
    relay.hang_up_after_data = 1
    assert send() == 0
    assert Alert.objects.filter(state="pending", ambiguous=True).count() == 1
    assert Alert.objects.filter(state="pending", ambiguous=False, attempts=0).count() == 2
    assert send(at=AT + timedelta(minutes=2)) == 3
    ids = [mail["Message-ID"] for mail in relay.mails]
    assert (len(ids), len(set(ids))) == (4, 3), "one repeat, under the same Message-ID"


def test_a_relay_that_is_not_there_costs_only_delay(planned, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert send() == 0
    alert = Alert.objects.get()
    assert (alert.state, alert.attempts) == ("pending", 0)
    assert "cannot be reached" in alert.last_error


def test_a_mail_that_cannot_be_written_fails_visibly_and_holds_up_nobody(enter, treaty, follow, relay):
    follow("anna@example.org", treaty=treaty)
    odd = follow("bert@example.org", treaty=treaty)
    Subscriber.objects.filter(pk=odd.pk).update(email="bért@example.org")
    enter(at=NOTICE)
    plan(at=AT)
    assert send() == 1
    assert "could not be written" in Alert.objects.get(subscriber=odd).reason


def test_a_title_cannot_add_a_header(planned, relay):
    Deadline.objects.update(title="Harmless\r\nBcc: everybody@example.org")
    send()
    assert relay.mails[0]["Bcc"] is None
    assert relay.addresses == ["anna@example.org"]


def test_nobody_who_left_before_the_fence_is_mailed(planned, relay):
    claim = outbox.claim(at=AT, limit=10)
    unsubscribe(Subscriber.objects.get(), at=AT)
    with SmtpTransport() as transport:
        deliver(claim, transport, clock=lambda: AT)
    assert not relay.mails
    assert Alert.objects.get().state == "cancelled"


def calendar_of(mail):
    part = next(one for one in mail.iter_attachments() if one.get_content_type() == "text/calendar")
    return next(iter(Calendar.from_ical(part.get_content()).walk("VEVENT"))), part.get_filename()


def test_the_date_comes_as_a_calendar_entry_that_moves_in_place_and_is_cancelled(enter, treaty, follow, relay):
    follow(treaty=treaty)
    event = enter(at=NOTICE)
    plan(at=AT)
    send()
    first, name = calendar_of(relay.mails[0])
    assert name == "deadline.ics"
    assert (str(first["summary"]), first.decoded("dtstart")) == (
        "Pact: Ruritania withdrawal takes effect",
        date(2019, 8, 2),
    )
    services.delete_events([event], at=AT)
    plan(at=AT + timedelta(hours=1))
    send(at=AT + timedelta(hours=1))
    second, _ = calendar_of(relay.mails[1])
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]
    assert (str(second["status"]), str(second["summary"])[:10]) == ("CANCELLED", "No longer:")


def test_somebody_who_deletes_everything_between_claim_and_fence_is_not_mailed(planned, relay):
    claim = outbox.claim(at=AT, limit=10)
    Subscriber.objects.get().delete()
    with SmtpTransport() as transport:
        assert deliver(claim, transport, clock=lambda: AT) == 0
    assert not relay.mails


def test_a_worker_that_slept_in_the_conversation_hangs_up_before_the_message(planned, relay):
    claim = outbox.claim(at=AT, limit=10)
    instants = iter([AT] * 4 + [AT + timedelta(hours=1)] * 20)
    with SmtpTransport() as transport, pytest.raises(ConnectionLostError):
        deliver(claim, transport, clock=lambda: next(instants))
    assert not relay.mails
    outbox.reap(at=AT + timedelta(hours=1))
    assert Alert.objects.get().state == "pending"


class Meanwhile:
    """A transport; after the first mail, and before the fence of the next one, `change` happens and `seconds` pass."""

    def __init__(self, change, seconds=0):
        self.now, self.sent, self.refused, self._change, self._seconds = AT, [], [], change, seconds

    def send(self, address, message, *, sender, may_begin, may_go):
        if not may_begin():
            self.refused.append(address)
            raise AsleepError
        assert may_go()
        self.sent.append(address)
        if len(self.sent) == 1:
            self._change(address)
            self.now += timedelta(seconds=self._seconds)


def others_leave(address):
    for subscriber in Subscriber.objects.exclude(email=address):
        unsubscribe(subscriber, at=AT)


@pytest.fixture
def three_planned(enter, treaty, follow):
    for name in ("anna", "bert", "carl"):
        follow(f"{name}@example.org", treaty=treaty)
    enter(at=NOTICE)
    plan(at=AT)


def send_all(batch, transport):
    """Go on with a new conversation whenever we have hung up ourselves."""
    while batch.left:
        with suppress(HungUpError):
            batch.send(transport)


def test_what_was_found_wanted_is_asked_again_after_a_second(three_planned):
    transport = Meanwhile(others_leave, seconds=2)
    assert deliver(outbox.claim(at=AT, limit=10), transport, clock=lambda: transport.now) == 1
    assert (len(transport.sent), transport.refused) == (1, [])
    assert set(Alert.objects.values_list("state", flat=True)) == {"sent", "cancelled"}


def test_who_leaves_after_a_group_was_found_wanted_is_not_mailed(three_planned):
    transport = Meanwhile(others_leave)
    send_all(Batch(outbox.claim(at=AT, limit=10), lambda: AT), transport)
    assert (len(transport.sent), len(transport.refused)) == (1, 1)
    assert sorted(Alert.objects.values_list("state", flat=True)) == ["cancelled", "cancelled", "sent"]
    assert not DeliveryRun.objects.exists()


def test_who_changes_a_wish_that_still_asks_for_the_mail_gets_it_all_the_same(three_planned):
    transport = Meanwhile(lambda _address: Subscription.objects.update(lead_days=[5]))
    send_all(Batch(outbox.claim(at=AT, limit=10), lambda: AT), transport)
    assert (len(transport.sent), len(transport.refused)) == (3, 1)
    assert set(Alert.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_lines_that_begin_with_a_dot_arrive_whole(relay):
    with SmtpTransport() as transport:
        transport.send(
            "anna@example.org", b".first: 1\r\nSubject: dots\r\n\r\nx\r\n.\r\n..y\r\nno line break at the end"
        )
    assert relay.text().splitlines() == ["x", ".", "..y", "no line break at the end"]

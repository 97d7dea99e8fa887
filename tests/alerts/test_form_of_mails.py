"""What every mail is made of, whatever it tells: as the standards and the least of programs want it."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime, timedelta
from email.headerregistry import UniqueUnstructuredHeader

import pytest
from icalendar import Calendar

from alerts.delivery import send_due
from alerts.mail_text import mail_text
from alerts.models import Subscriber
from alerts.services.digests import choose_delivery
from alerts.services.planning import plan
from events import services
from tests.alerts.asking import ask
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

NOTICE = datetime(2019, 2, 2, 12, tzinfo=UTC)
STRICT = email.policy.SMTP.clone(raise_on_defect=True)
ARABIC = "\N{ARABIC LETTER MEEM}\N{ARABIC LETTER AIN}\N{ARABIC LETTER ALEF}"
LONG = "Convention on the Prohibition of the Production, Stockpiling and Use of Invented Arms and on their Destruction"


def go(at):
    plan(at=at)
    return send_due(clock=lambda: at, batch_size=10)


@pytest.fixture(params=["Pact", LONG, f"Trait\xe9 {ARABIC}"], ids=["plain", "long", "arabic"])
def named(request, treaty):
    Treaty.objects.update(short_name=request.param)
    treaty.refresh_from_db()
    return treaty


@pytest.fixture(params=["en-gb", "fr"])
def told(request, named, enter, follow, relay, client):
    """Every way to a mail: asked for on both forms, single, corrected, withdrawn, gathered."""
    prefix = {"en-gb": "", "fr": "/fr"}[request.param]
    ask(client, "form@example.org", address=f"{prefix}/alerts/subscribe/?treaty=pact", language=request.param)
    follow(treaty=named)
    choose_delivery(follow("weekly@example.org", treaty=named), {"rhythm": Subscriber.Rhythm.WEEKLY}, at=NOTICE)
    Subscriber.objects.update(language=request.param)
    event = enter(at=NOTICE)
    go(NOTICE + timedelta(minutes=20))
    event.date = "2019-02-03"
    services.save_event(event, at=NOTICE + timedelta(days=1))
    services.after_event_change(event, at=NOTICE + timedelta(days=1))
    go(NOTICE + timedelta(days=1, hours=1))
    go(datetime(2019, 2, 4, 8, 1, tzinfo=UTC))
    services.delete_events([event], at=NOTICE + timedelta(days=3))
    go(NOTICE + timedelta(days=3, hours=1))
    assert len(relay.contents) == 5
    return relay.contents


def test_every_mail_is_ascii_in_lines_that_every_relay_takes_and_without_a_defect(told):
    for content in told:
        assert content.isascii(), "not every relay takes more (RFC 6152)"
        assert b"\n" not in content.replace(b"\r\n", b"")
        head, _empty, body = content.partition(b"\r\n\r\n")
        # What may not be folded, such as a token, is as long as it is.
        assert max(len(line) for line in head.split(b"\r\n") if b" " in line.strip().partition(b" ")[2]) <= 78
        assert max(map(len, body.split(b"\r\n"))) <= 78
        mail = email.message_from_bytes(content, policy=STRICT)
        assert {part.get_content_type() for part in mail.walk() if not part.is_multipart()} >= {
            "text/plain", "text/html",
        }  # fmt: skip
        for name in ("Subject", "From", "To", "Date", "Message-ID", "MIME-Version"):
            assert len(mail.get_all(name)) == 1


def test_a_subject_has_words_on_its_first_line(told):
    for content in told:
        line = next(line for line in content.split(b"\r\n") if line.startswith(b"Subject:"))
        assert line.removeprefix(b"Subject:").strip()
        subject = email.message_from_bytes(content, policy=email.policy.default)["Subject"]
        assert isinstance(subject, UniqueUnstructuredHeader)
        assert str(subject) == str(subject).strip()


def plain(content):
    return email.message_from_bytes(content, policy=email.policy.default).get_body(("plain",))


def test_no_line_of_the_text_but_an_address_is_longer_than_a_terminal_is_wide(told):
    for content in told:
        for line in plain(content).get_content().splitlines():
            assert len(line) <= 78 or line.startswith("http://"), line


def test_a_program_that_knows_how_fills_its_own_lines(told):
    for content in told:
        part = plain(content)
        assert part["Content-Type"].params["format"] == "flowed"
        text = part.get_content().replace("\r\n", "\n")
        whole = text.replace("-- \n", "--\n").replace(" \n", " ").splitlines()
        assert any(len(line) > 78 and " " in line for line in whole), "a paragraph is one line again"
        assert all(line == line.strip() for line in whole)


def test_a_calendar_says_what_is_done_with_it_and_by_whom(told):
    methods = []
    for content in told[1:]:
        mail = email.message_from_bytes(content, policy=email.policy.default)
        part = next(one for one in mail.iter_attachments() if one.get_content_type() == "text/calendar")
        calendar = Calendar.from_ical(part.get_content())
        assert part["Content-Type"].params["method"] == str(calendar["method"]), "RFC 5545, section 3.7.2"
        for entry in calendar.walk("VEVENT"):
            assert str(entry["organizer"]) == "mailto:alerts@localhost", "RFC 5546, sections 3.2.1 and 3.2.5"
            assert entry["organizer"].params["cn"] == "TreatyWatch"
        methods.append(str(calendar["method"]))
    assert set(methods) == {"PUBLISH", "CANCEL"}


def test_folded_text_keeps_addresses_and_what_begins_a_line_like_a_mark_of_mail():
    address = "http://example.org/" + "a" * 90
    item = {"name": "From here on", "headline": "> quoted", "page": address, "caution": "From " * 30}
    lines = mail_text("single", {"entries": [{"item": item}]}).splitlines()
    assert address in lines
    assert {" From here on", " > quoted"} < set(lines)
    assert not [line for line in lines if line.startswith(("From ", ">"))]

"""The conversation with a relay, with its commands in one write and one by one: each answer belongs to its mail."""

from __future__ import annotations

import smtplib
import socket
import threading
from contextlib import contextmanager

import pytest

from alerts.smtp import AsleepError, SmtpTransport
from tests.other_session import PATIENCE

MAIL = b"Subject: one\r\n\r\nText\r\n"


@pytest.fixture(params=[True, False], ids=["one write", "one by one"])
def any_relay(relay, request):
    relay.pipelines = request.param
    return relay


@contextmanager
def scripted(settings, answers):
    """Stand in for a relay that offers PIPELINING and gives these answers, line after line; yields what it was told."""
    told, listener = [], socket.create_server(("127.0.0.1", 0))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", listener.getsockname()[1], PATIENCE

    def talk():
        line, _ = listener.accept()
        with line, line.makefile("rb") as lines:
            line.sendall(b"220 ready\r\n")
            for said in lines:
                told.append(said.decode().strip())
                if told[-1].startswith("ehlo"):
                    line.sendall(b"250-here\r\n250 PIPELINING\r\n")
                elif answers:
                    line.sendall(answers.pop(0).encode() + b"\r\n")

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    yield told
    thread.join(PATIENCE)
    listener.close()


def test_mails_follow_one_another_on_one_connection(any_relay):
    with SmtpTransport() as transport:
        for name in ("anna", "bert"):
            transport.send(f"{name}@example.org", MAIL)
    assert any_relay.addresses == ["anna@example.org", "bert@example.org"]


def test_a_refused_recipient_is_named_and_the_next_mail_arrives(any_relay):
    any_relay.refuse["gone@example.org"] = "550 5.1.1 no such mailbox"
    with SmtpTransport() as transport:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            transport.send("gone@example.org", MAIL)
        transport.send("anna@example.org", MAIL)
    assert refusal.value.recipients == {"gone@example.org": (550, b"5.1.1 no such mailbox")}
    assert any_relay.addresses == ["anna@example.org"]


def test_a_refused_message_blames_the_message_and_the_next_mail_arrives(any_relay):
    any_relay.answers = ["451 4.3.0 busy"]
    with SmtpTransport() as transport:
        with pytest.raises(smtplib.SMTPDataError, match="busy"):
            transport.send("anna@example.org", MAIL)
        transport.send("bert@example.org", MAIL)
    assert any_relay.addresses == ["bert@example.org"]


@pytest.mark.parametrize("moment", ["may_begin", "may_go"])
def test_a_mail_that_may_not_go_is_not_delivered(any_relay, moment):
    with SmtpTransport() as transport, pytest.raises(AsleepError):
        transport.send("anna@example.org", MAIL, **{moment: lambda: False})
    assert not any_relay.mails


def test_a_mark_that_fails_while_the_relay_considers_hangs_up_before_the_message(any_relay):
    def fail():
        raise ZeroDivisionError

    with SmtpTransport() as transport, pytest.raises(ZeroDivisionError):
        transport.send("anna@example.org", MAIL, may_begin=fail)
    assert not any_relay.mails


def test_a_relay_that_waits_for_a_message_to_nobody_is_sent_an_empty_one(settings):
    answers = ["250 ok", "550 no such mailbox", "354 go on", "554 no recipients", "250 reset", "250 ok", "250 ok"]
    with scripted(settings, [*answers, "354 go on", "221 bye"]) as told, SmtpTransport() as transport:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            transport.send("gone@example.org", MAIL)
        with pytest.raises(AsleepError):
            transport.send("anna@example.org", MAIL, may_go=lambda: False)
    assert told[4:6] == [".", "rset"]
    assert told[6:9] == ["MAIL FROM:<alerts@localhost>", "RCPT TO:<anna@example.org>", "DATA"]


def test_a_refused_sender_is_told_apart_from_what_follows_it(settings):
    answers = ["451 busy", "503 no sender", "503 no recipient", "250 reset", "221 bye"]
    with (
        scripted(settings, answers),
        SmtpTransport() as transport,
        pytest.raises(smtplib.SMTPSenderRefused) as refusal,
    ):
        transport.send("anna@example.org", MAIL)
    assert (refusal.value.smtp_code, refusal.value.smtp_error) == (451, b"busy")


def test_a_relay_that_refuses_the_sender_and_yet_waits_for_a_message_is_left(settings):
    with scripted(settings, ["451 busy", "250 ok", "354 go on"]) as told, SmtpTransport() as transport:
        with pytest.raises(smtplib.SMTPSenderRefused):
            transport.send("anna@example.org", MAIL)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            transport.send("bert@example.org", MAIL)
    assert told[1:] == ["MAIL FROM:<alerts@localhost>", "RCPT TO:<anna@example.org>", "DATA"]

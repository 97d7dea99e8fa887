"""A relay that speaks SMTP and answers as told."""

from __future__ import annotations

import email
import email.policy
import logging
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from redis import Redis

from tests.other_session import PATIENCE
from treatywatch.launcher.valkey import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)


@dataclass
class Relay:
    """What came in, and how to answer: by address, by turn, or "250"."""

    mails: list[email.message.EmailMessage] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    hang_up_after_data: int = 0
    pipelines: bool = True

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server, session, envelope, name, responses
    ):
        session.host_name = name
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelines else responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server, session, envelope, address, options
    ):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("2"):
            self.contents.append(envelope.content)
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self.addresses += envelope.rcpt_tos
            self.senders.append(envelope.mail_from)
        if self.hang_up_after_data:
            self.hang_up_after_data -= 1
            server.transport.abort()
        return answer

    def text(self, number=-1):
        return self.mails[number].get_body(("plain",)).get_content()


@pytest.fixture(autouse=True)
def nobody_has_asked_yet(settings):
    """Every test begins with unused limits, and with no task in the queues."""
    with Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.delete("celery", "mail")
        for key in valkey.scan_iter("LIMITS*"):
            valkey.delete(key)


@pytest.fixture
def relay(settings):
    """Stand in for the mail relay with a real SMTP conversation, and point the settings to it."""
    handler = Relay()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), ready_timeout=PATIENCE)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = PATIENCE
    yield handler
    controller.stop()

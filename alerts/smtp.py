"""The conversation with the mail relay: one message per call, and none by a worker that slept in the middle of it."""

from __future__ import annotations

import logging
import smtplib
from contextlib import suppress
from email.utils import parseaddr
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.core.mail import get_connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

logger = logging.getLogger(__name__)

_DONE = 250
_FORWARDED = 251
_GO_ON = 354
_CLOSING = 421


class AsleepError(Exception):
    """The worker held the mail for longer than its lease, so that another may be sending it."""


class Transport(Protocol):
    """Whatever takes a finished mail; raises as smtplib does."""

    def send(self, address: str, message: bytes, *, may_go: Callable[[], bool]) -> None:
        """Deliver one message to one address, unless `may_go` says no at the last moment.

        Raises:
            AsleepError: if it says no.

        """


class SmtpTransport:
    """One connection to the relay that the settings name."""

    def __init__(self) -> None:
        self._backend = get_connection("django.core.mail.backends.smtp.EmailBackend")
        self._sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    def __enter__(self) -> Self:
        self._backend.open()
        self._smtp: smtplib.SMTP = self._backend.connection
        self._smtp.ehlo_or_helo_if_needed()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._backend.close()
        except (smtplib.SMTPException, OSError):
            # Everything sent has been acknowledged by now; a relay that is gone cannot be told goodbye.
            logger.info("The relay was gone before we could take our leave")

    def send(self, address: str, message: bytes, *, may_go: Callable[[], bool] = lambda: True) -> None:
        """Deliver one message to one address, unless `may_go` says no right before the message itself."""
        smtp = self._smtp
        # Not by smtplib's `mail` and `rcpt`, which parse each address anew; ours are one line, as the database checks.
        code, words = smtp.docmd("MAIL", f"FROM:<{self._sender}>")
        if code != _DONE:
            self._give_up(code)
            raise smtplib.SMTPSenderRefused(code, words, self._sender)
        code, words = smtp.docmd("RCPT", f"TO:<{address}>")
        if code not in (_DONE, _FORWARDED):
            self._give_up(code)
            raise smtplib.SMTPRecipientsRefused({address: (code, words)})
        code, words = smtp.docmd("DATA")
        if code != _GO_ON:
            self._give_up(code)
            raise smtplib.SMTPDataError(code, words)
        if not may_go():
            # Without the final dot nothing is delivered.
            smtp.close()
            raise AsleepError
        smtp.send(_dotted(message))
        code, words = smtp.getreply()
        if code != _DONE:
            self._give_up(code)
            raise smtplib.SMTPDataError(code, words)

    def _give_up(self, code: int) -> None:
        if code == _CLOSING:
            self._smtp.close()
            return
        # The refusal stands, even if the relay hangs up after it; the next mail will find that out.
        with suppress(smtplib.SMTPServerDisconnected):
            self._smtp.rset()


def _dotted(message: bytes) -> bytes:
    """Return the message as it goes over the line (RFC 5321, section 4.5.2)."""
    first = b"." if message.startswith(b".") else b""
    last = b"" if message.endswith(b"\r\n") else b"\r\n"
    return first + message.replace(b"\r\n.", b"\r\n..") + last + b".\r\n"

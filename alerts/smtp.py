"""The conversation with the mail relay: one message per call, and none by a worker that slept in the middle of it."""

from __future__ import annotations

import logging
import smtplib
import socket
from contextlib import suppress
from email.utils import parseaddr
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.core.mail import get_connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import Self

logger = logging.getLogger(__name__)

_DONE = 250
_FORWARDED = 251
_GO_ON = 354
_CLOSING = 421


class AsleepError(Exception):
    """The worker may not send the mail any more: it has slept past its lease, or the fence says no."""


class Transport(Protocol):
    """Whatever takes a finished mail; raises as smtplib does."""

    def send(
        self, address: str, message: bytes, *, sender: str, may_begin: Callable[[], bool], may_go: Callable[[], bool]
    ) -> None:
        """Deliver one message to one address; `sender` is its envelope's, to which a bounce comes.

        `may_begin` is asked while the relay considers the envelope, `may_go` right before the message itself.

        Raises:
            AsleepError: if either says no.

        """


class SmtpTransport:
    """One connection to the relay that the settings name."""

    def __init__(self) -> None:
        self._backend = get_connection("django.core.mail.backends.smtp.EmailBackend")
        self._own_address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    def __enter__(self) -> Self:
        self._backend.open()
        self._smtp: smtplib.SMTP = self._backend.connection
        self._smtp.ehlo_or_helo_if_needed()
        self._pipelines = self._smtp.has_extn("pipelining")
        if self._smtp.sock:
            # The end of a message must not wait for the relay's receipt of its beginning.
            self._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._backend.close()
        except (smtplib.SMTPException, OSError):
            # Everything sent has been acknowledged by now; a relay that is gone cannot be told goodbye.
            logger.info("The relay was gone before we could take our leave")

    def send(
        self,
        address: str,
        message: bytes,
        *,
        sender: str = "",
        may_begin: Callable[[], bool] = lambda: True,
        may_go: Callable[[], bool] = lambda: True,
    ) -> None:
        """Deliver one message to one address; where the relay allows it, its envelope is one write (RFC 2920).

        `sender` is the envelope's; without one, the address that our mails come from.

        Raises:
            AsleepError: if `may_begin`, asked meanwhile, or `may_go`, asked right before the message, says no.

        """
        self._present(sender or self._own_address, address, may_begin)
        self._insist(may_go)
        self._smtp.send(_dotted(message))
        code, words = self._smtp.getreply()
        if code != _DONE:
            self._give_up(code)
            raise smtplib.SMTPDataError(code, words)

    def _present(self, sender: str, address: str, may_begin: Callable[[], bool]) -> None:
        # Not by smtplib's `mail` and `rcpt`, which parse each address anew; ours are one line, as the database checks.
        answers = self._answers([f"MAIL FROM:<{sender}>", f"RCPT TO:<{address}>", "DATA"], may_begin)
        code, words = next(answers)
        if code != _DONE:
            self._give_up(code, answers)
            raise smtplib.SMTPSenderRefused(code, words, sender)
        code, words = next(answers)
        if code not in (_DONE, _FORWARDED):
            self._give_up(code, answers)
            raise smtplib.SMTPRecipientsRefused({address: (code, words)})
        code, words = next(answers)
        if code != _GO_ON:
            self._give_up(code)
            raise smtplib.SMTPDataError(code, words)

    def _answers(self, commands: list[str], may_begin: Callable[[], bool]) -> Iterator[tuple[int, bytes]]:
        if not self._pipelines:
            self._insist(may_begin)
            for command in commands:
                yield self._smtp.docmd(command)
            return
        self._smtp.send("".join(f"{command}\r\n" for command in commands))
        self._insist(may_begin)
        for _ in commands:
            yield self._smtp.getreply()

    def _insist(self, may: Callable[[], bool]) -> None:
        """Hang up if it is not so, or cannot be told: without the final dot nothing is delivered."""
        try:
            allowed = may()
        except Exception:
            self._smtp.close()
            raise
        if not allowed:
            self._smtp.close()
            raise AsleepError

    def _give_up(self, code: int, answers: Iterable[tuple[int, bytes]] = ()) -> None:
        if code == _CLOSING:
            self._smtp.close()
            return
        # The refusal stands, even if the relay hangs up after it; the next mail will find that out.
        with suppress(smtplib.SMTPServerDisconnected):
            if self._pipelines:
                self._hear_out(answers)
            self._smtp.rset()

    def _hear_out(self, answers: Iterable[tuple[int, bytes]]) -> None:
        """Read what else the envelope is answered; a relay that waits for a message to nobody gets an empty one."""
        codes = [code for code, _words in answers]
        if _GO_ON not in codes:
            return
        if _DONE in codes:
            # It refused the sender and would take a message all the same: hang up, rather than mail an empty one.
            self._smtp.close()
            return
        self._smtp.send(".\r\n")
        self._smtp.getreply()


def _dotted(message: bytes) -> bytes:
    """Return the message as it goes over the line (RFC 5321, section 4.5.2)."""
    first = b"." if message.startswith(b".") else b""
    last = b"" if message.endswith(b"\r\n") else b"\r\n"
    return first + message.replace(b"\r\n.", b"\r\n..") + last + b".\r\n"

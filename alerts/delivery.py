"""Carrying claimed mails to the relay: one connection per batch, one message per call, a fence before each."""

from __future__ import annotations

import logging
import smtplib
from email.utils import parseaddr
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.core.mail import get_connection

from alerts import messages
from alerts.services import outbox
from alerts.wording import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from alerts.models import Alert
    from alerts.services.outbox import Claim

logger = logging.getLogger(__name__)

# "No such mailbox" and its kin: the address itself is bad. Other refusals blame the message, the quota or us.
_BAD_ADDRESS = {550, 551, 553}
_PERMANENT = 500
_CLOSING = 421


class Transport(Protocol):
    """Whatever takes a finished mail; raises as smtplib does."""

    def send(self, address: str, message: bytes) -> None:
        """Deliver one message to one address."""


class SmtpTransport:
    """One connection to the relay that the settings name."""

    def __init__(self) -> None:
        self._backend = get_connection("django.core.mail.backends.smtp.EmailBackend")
        self._sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

    def __enter__(self) -> Self:
        self._backend.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._backend.close()
        except (smtplib.SMTPException, OSError):
            # Everything sent has been acknowledged by now; a relay that is gone cannot be told goodbye.
            logger.info("The relay was gone before we could take our leave")

    def send(self, address: str, message: bytes) -> None:
        """Deliver one message to one address."""
        self._backend.connection.sendmail(self._sender, [address], message)


class ConnectionLostError(Exception):
    """The relay went away; the rest of the batch goes back to the outbox."""


def send_due(*, clock: Callable[[], datetime], batch_size: int) -> int:
    """Claim and send batches until nothing is due or the relay is gone; returns how many mails it took."""
    sent = 0
    while claim := _claim(clock, batch_size):
        delivered, goes_on = _send_batch(claim, clock)
        sent += delivered
        if not goes_on:
            break
    return sent


def _claim(clock: Callable[[], datetime], batch_size: int) -> Claim | None:
    claim = outbox.claim(at=clock(), limit=batch_size)
    return claim if claim.alerts else None


def _send_batch(claim: Claim, clock: Callable[[], datetime]) -> tuple[int, bool]:
    try:
        with SmtpTransport() as transport:
            return deliver(claim, transport, clock=clock), True
    except ConnectionLostError as error:
        outbox.release(claim.token, f"Another mail lost the connection: {error}", at=clock())
        return 0, False
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("The mail relay cannot be reached: %s", error)
        outbox.release(claim.token, f"The mail relay cannot be reached: {error}", at=clock())
        return 0, False


def deliver(claim: Claim, transport: Transport, *, clock: Callable[[], datetime], prefix: str = "") -> int:
    """Send what the claim holds, each behind its fence; returns how many the relay took.

    Raises:
        ConnectionLostError: if the connection broke; the mail at fault has been put back by then, the rest has not.

    """
    moulds = messages.Moulds()
    sent = 0
    for alert in claim.alerts:
        mail = _compose(alert, claim, moulds, at=clock(), prefix=prefix)
        if mail is not None:
            sent += _send_fenced(alert, mail, claim, transport, clock)
    return sent


def _compose(alert: Alert, claim: Claim, moulds: messages.Moulds, *, at: datetime, prefix: str) -> bytes | None:
    """Write the mail before its fence: nothing slow, and nothing that can fail, stands between the fence and SMTP."""
    try:
        common = moulds.get(alert.deadline, facts_of(alert, at=at))
        return messages.compose(alert, common, at=at, prefix=prefix)
    except Exception as error:
        # One mail that cannot be written must not hold up the others; it stays on the row for an editor to see.
        logger.exception("Alert %s could not be written", alert.pk)
        outbox.refuse(alert, claim.token, f"The mail could not be written: {error}", suppress=False)
        return None


def _send_fenced(alert: Alert, mail: bytes, claim: Claim, transport: Transport, clock: Callable[[], datetime]) -> bool:
    at = clock()
    if not outbox.fence(alert, claim.token, at=at):
        outbox.drop(alert, claim.token, at=at)
        return False
    try:
        transport.send(alert.subscriber.email, mail)
    except (smtplib.SMTPException, OSError) as error:
        _note_failure(alert, claim, error, at=clock())
        return False
    return outbox.mark_sent(alert, claim.token, at=clock())


def _note_failure(alert: Alert, claim: Claim, error: Exception, *, at: datetime) -> None:
    answer = _answer(error)
    if answer is None:
        outbox.postpone(alert, claim.token, f"Connection lost: {error}", at=at, ambiguous=True)
        raise ConnectionLostError(str(error)) from error
    code, words = answer
    sentence = f"The relay answered {code}: {words}"
    # A refused sender is our own fault, to be mended in the settings: no subscriber may pay for it.
    if code < _PERMANENT or isinstance(error, smtplib.SMTPSenderRefused):
        outbox.postpone(alert, claim.token, sentence, at=at, ambiguous=False)
    else:
        is_bad = isinstance(error, smtplib.SMTPRecipientsRefused) and code in _BAD_ADDRESS
        outbox.refuse(alert, claim.token, sentence, suppress=is_bad)
    if code == _CLOSING:
        raise ConnectionLostError(sentence) from error


def _answer(error: Exception) -> tuple[int, str] | None:
    """Return code and words of the relay's refusal; None if it did not answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return code, said.decode(errors="replace")
    if isinstance(error, smtplib.SMTPResponseException):
        said_so = error.smtp_error
        return error.smtp_code, said_so.decode(errors="replace") if isinstance(said_so, bytes) else said_so
    return None

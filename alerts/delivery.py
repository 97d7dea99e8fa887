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
    return sum(_deliver_one(alert, claim, transport, clock, prefix) for alert in claim.alerts)


def _deliver_one(alert: Alert, claim: Claim, transport: Transport, clock: Callable[[], datetime], prefix: str) -> bool:
    at = clock()
    # Composed before the fence: nothing slow, and nothing that can fail, stands between the fence and SMTP.
    common = messages.mould(alert.deadline, facts_of(alert, at=at))
    mail = messages.compose(alert, common, at=at, prefix=prefix)
    if not outbox.fence(alert, claim.token, at=at):
        outbox.drop(alert, claim.token, at=at)
        return False
    try:
        transport.send(alert.subscriber.email, mail)
    except smtplib.SMTPRecipientsRefused as refusal:
        code, reason = next(iter(refusal.recipients.values()))
        _refused(alert, claim, code, reason, at=clock())
    except smtplib.SMTPServerDisconnected as error:
        outbox.postpone(alert, claim.token, f"Connection lost: {error}", at=clock(), ambiguous=True)
        raise ConnectionLostError(str(error)) from error
    except smtplib.SMTPResponseException as error:
        _refused(alert, claim, error.smtp_code, error.smtp_error, at=clock(), about_address=False)
    except OSError as error:
        outbox.postpone(alert, claim.token, f"Connection lost: {error}", at=clock(), ambiguous=True)
        raise ConnectionLostError(str(error)) from error
    else:
        return outbox.mark_sent(alert, claim.token, at=clock())
    return False


def _refused(
    alert: Alert, claim: Claim, code: int, reason: bytes | str, *, at: datetime, about_address: bool = True
) -> None:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    error = f"The relay answered {code}: {words}"
    if code < _PERMANENT:
        outbox.postpone(alert, claim.token, error, at=at, ambiguous=False)
    else:
        outbox.refuse(alert, claim.token, error, suppress=about_address and code in _BAD_ADDRESS)

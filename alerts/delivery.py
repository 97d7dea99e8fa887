"""Carrying claimed mails to the relay: one connection per batch, one message per call, a fence before each."""

from __future__ import annotations

import logging
import smtplib
import time
from collections import deque
from datetime import timedelta
from functools import partial
from itertools import islice, takewhile
from math import inf
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from alerts import messages
from alerts.models import DIGEST, TEST
from alerts.refusals import refusal_of
from alerts.return_path import return_path
from alerts.services import digests, outbox, runs
from alerts.smtp import AsleepError, SmtpTransport

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from alerts.models import Alert
    from alerts.services.outbox import Claim
    from alerts.smtp import Transport

logger = logging.getLogger(__name__)

_CLOSING = 421
_PAUSE = 0.2  # seconds
# So many mails are asked for at once; the answer holds for a second, then the rest are asked for again.
_TOGETHER = 100
_ANSWER_HOLDS = timedelta(seconds=1)
_Written = TypeVar("_Written")
_Answer = TypeVar("_Answer")


class ConnectionLostError(Exception):
    """The relay went away, or we slept; the mail at fault is settled, the rest of the batch is still to be sent."""


class HungUpError(ConnectionLostError):
    """We went away ourselves, because a mail may not go now; the relay has no part in it."""


def send_due(*, clock: Callable[[], datetime], batch_size: int, seconds: float = inf) -> int:
    """Claim and send batches until nothing is due or the relay is gone; returns how many mails it took.

    A batch is of `batch_size` mails at most; the last ones are shared with other workers. After `seconds` no further
    batch is begun.
    """
    sent, end = 0, time.monotonic() + seconds
    while time.monotonic() < end and (claim := _claim_share(clock(), batch_size)).alerts:
        batch = Batch(claim, clock)
        goes_on = _send_batch(batch)
        sent += batch.sent
        if not goes_on:
            break
    return sent


def _claim_share(at: datetime, most: int) -> Claim:
    return outbox.claim(at=at, limit=outbox.share(at=at, most=most))


def _send_batch(batch: Batch) -> bool:
    """Send a batch over as many connections as the relay breaks; False if it takes none of our mails any more."""
    while batch.left:
        sent = batch.sent
        try:
            with SmtpTransport() as transport:
                batch.send(transport)
        except HungUpError:
            continue
        except ConnectionLostError as error:
            if batch.sent == sent:
                # Not in the relay's words, which may name the other mail's reader.
                logger.warning("The connection to the mail relay was lost: %s", type(error.__cause__ or error).__name__)
                batch.release("Another mail lost the connection; its row says how.")
                return False
        except (smtplib.SMTPException, OSError) as error:
            logger.warning("The mail relay cannot be reached: %s", error)
            batch.release(f"The mail relay cannot be reached: {error}")
            return False
    return True


def deliver(claim: Claim, transport: Transport, *, clock: Callable[[], datetime], prefix: str = "") -> int:
    """Send what the claim holds over one connection, each behind its fence; returns how many the relay took.

    Raises:
        ConnectionLostError: if the connection broke; the mail at fault has been put back by then, the rest has not.

    """
    batch = Batch(claim, clock, prefix=prefix)
    batch.send(transport)
    return batch.sent


class Batch:
    """The mails of one claim, on their way; `left` are those not begun, `sent` counts those that the relay took."""

    def __init__(self, claim: Claim, clock: Callable[[], datetime], *, prefix: str = "") -> None:
        self.left = deque(claim.alerts)
        self.sent = 0
        self._token, self._clock, self._prefix = claim.token, clock, prefix
        self._moulds = messages.Moulds(claim.alerts)
        # Taken by the relay and not yet noted: the next step notes it in the same statement.
        self._taken: Alert | None = None
        self._has_stepped = False

    def send(self, transport: Transport) -> None:
        """Send what is left, in order.

        Raises:
            ConnectionLostError: if the connection broke.

        """
        self._cast_moulds()
        try:
            while self.left:
                if _goes_alone(self.left[0]):
                    self._send_one(self.left.popleft(), transport)
                else:
                    self._send_together(transport)
        finally:
            self._settle()
        runs.end(self._token)

    def release(self, error: str) -> None:
        """Give back what was not begun."""
        outbox.release(self._token, error, at=self._clock())
        runs.end(self._token)

    def _cast_moulds(self) -> None:
        """Render ahead what the batch shares: nothing slow stands between a mail taken and its mark."""
        at, seen = self._clock(), set()
        for alert in list(self.left):
            subject = (alert.kind, alert.deadline_id, alert.event_id, alert.lead_days, alert.subscriber.language)
            # What a digest holds is known only when it is gathered.
            if alert.kind != DIGEST and subject not in seen:
                seen.add(subject)
                self._cast_mould(alert, at)

    def _cast_mould(self, alert: Alert, at: datetime) -> None:
        if self._written(alert, lambda one: self._moulds.of(one, [], at=at)) is None:
            self.left.remove(alert)

    def _send_one(self, alert: Alert, transport: Transport) -> None:
        # Gathering and rendering take their time: the mail before must not wait for its mark.
        self._settle()
        items = self._gathered(alert) if alert.kind == DIGEST else []
        if items is None:
            return
        # Written before its fence: nothing slow, and nothing that can fail, stands between the fence and SMTP.
        mail = self._written(alert, lambda one: self._composed(one, items, self._clock()))
        if mail is not None and self._passes(alert, items):
            self._carry(alert, mail, transport, may_begin=lambda: True)

    def _send_together(self, transport: Transport) -> None:
        """Send the next few, which one statement finds wanted; each still has a fence of its own."""
        together = list(takewhile(lambda one: not _goes_alone(one), islice(self.left, _TOGETHER)))
        # Writing them takes its time: the mail before must not wait for its mark.
        self._settle()
        written_at = self._clock()
        mails = {alert.pk: mail for alert in together if (mail := self._composed_or_none(alert, written_at))}
        asked_at = self._clock()
        wanted = runs.ask(together, self._token, at=asked_at)
        for alert in together:
            self.left.popleft()
            if alert.pk in mails:
                self._send_if_wanted(alert, mails[alert.pk], transport, wishes=wanted.get(alert.pk))
            if self._clock() - asked_at > _ANSWER_HOLDS:
                return

    def _send_if_wanted(self, alert: Alert, mail: bytes, transport: Transport, *, wishes: int | None) -> None:
        if wishes is not None:
            self._carry(alert, mail, transport, may_begin=partial(self._begins, alert, wishes))
        else:
            self._settle()
            outbox.drop(alert, self._token, at=self._clock())

    def _composed_or_none(self, alert: Alert, at: datetime) -> bytes | None:
        return self._written(alert, lambda one: self._composed(one, [], at))

    def _begins(self, alert: Alert, wishes: int) -> bool:
        """Note what was taken and pass the fence of a mail found wanted, while the relay considers its envelope."""
        self._has_stepped = True
        return self._told(
            lambda at: runs.step(self._token, at=at, taken=self._taken, alert=alert, wishes=wishes), self._clock()
        )

    def _carry(self, alert: Alert, mail: bytes, transport: Transport, *, may_begin: Callable[[], bool]) -> None:
        try:
            transport.send(
                alert.subscriber.email,
                mail,
                sender=return_path(alert.pk),
                may_begin=may_begin,
                may_go=lambda: self._is_ours(alert),
            )
        except AsleepError as error:
            self._stop(alert)
            raise HungUpError("The worker slept past its lease, or the mail was stopped.") from error
        except (smtplib.SMTPException, OSError) as error:
            self._note_failure(alert, error)
        else:
            self.sent += 1
            self._taken = alert

    def _stop(self, alert: Alert) -> None:
        self._settle()
        if alert.smtp_started_at is None:
            # Something about it or its reader has changed since it was asked for: it is asked for again, wholly.
            self.left.appendleft(alert)
        else:
            # Whoever took the row back decides what becomes of it.
            outbox.drop(alert, self._token, at=self._clock())

    def _gathered(self, digest: Alert) -> list[Alert] | None:
        """Return what the digest carries; None if it has nothing to say, and is given up."""
        items = digests.gather(digest, at=self._clock())
        if digests.is_worth_sending(digest, items):
            return items
        digests.give_up(digest, self._token)
        return None

    def _composed(self, alert: Alert, items: list[Alert], at: datetime) -> bytes:
        return messages.mail(alert, items, self._moulds, at=at, prefix=self._prefix)

    def _written(self, alert: Alert, write: Callable[[Alert], _Written]) -> _Written | None:
        try:
            return write(alert)
        except Exception as error:
            # One mail that cannot be written must not hold up the others; it stays on the row for an editor to see.
            logger.exception("Alert %s could not be written", alert.pk)
            outbox.refuse(alert, self._token, f"The mail could not be written: {error}", suppress=False)
            return None

    def _passes(self, alert: Alert, items: list[Alert]) -> bool:
        at = self._clock()
        passed = outbox.fence(alert, self._token, at=at, items=items)
        if not passed:
            outbox.drop(alert, self._token, at=at)
        return passed and self._is_ours(alert)

    def _settle(self) -> None:
        """Tell the outbox all that is known of the mails begun so far."""
        if self._taken is not None or self._has_stepped:
            self._told(self._fold, self._clock())
            self._has_stepped = False

    def _fold(self, at: datetime) -> None:
        runs.fold([self._token], at=at, taken=self._taken)

    def _told(self, tell: Callable[[datetime], _Answer], at: datetime) -> _Answer:
        """Let `tell` tell the database of the mail taken, at the instant `at`."""
        try:
            answer = tell(at)
        except (OperationalError, InterfaceError):
            self._settle_when_possible()
            raise
        self._taken = None
        return answer

    def _settle_when_possible(self) -> None:
        """Wait for the database, for as long as a lease: we alone know that the relay has this mail."""
        end = time.monotonic() + settings.ALERTS_LEASE_SECONDS
        while self._taken is not None and time.monotonic() < end:
            connection.close()
            try:
                self._fold(self._clock())
                self._taken = None
            except (OperationalError, InterfaceError):
                time.sleep(_PAUSE)
        if self._taken is not None:
            logger.error("Alert %s was taken by the relay, but the database could not be told", self._taken.pk)
            self._taken = None

    def _is_ours(self, alert: Alert) -> bool:
        return alert.lease_until is not None and self._clock() < alert.lease_until

    def _note_failure(self, alert: Alert, error: Exception) -> None:
        self._settle()
        at, refusal = self._clock(), refusal_of(error)
        if refusal is None:
            begun = alert.smtp_started_at is not None
            outbox.postpone(alert, self._token, f"Connection lost: {error}", at=at, ambiguous=begun)
            raise ConnectionLostError(str(error)) from error
        if refusal.is_for_good:
            outbox.refuse(alert, self._token, str(refusal), suppress=refusal.blames_address)
        else:
            outbox.postpone(alert, self._token, str(refusal), at=at, ambiguous=False)
        if refusal.code == _CLOSING:
            raise ConnectionLostError(str(refusal)) from error


def _goes_alone(alert: Alert) -> bool:
    return alert.kind in (DIGEST, TEST)

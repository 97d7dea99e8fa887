"""Answering what was asked for on forms, by a worker; one mail after the other, each tried until it is worthless."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from alerts.confirmation_mail import send_confirmation, send_link
from alerts.models import FormMail
from alerts.refusals import refusal_of
from alerts.services import bounces, form_mails

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

logger = logging.getLogger(__name__)


def answer_forms(*, clock: Callable[[], datetime]) -> int:
    """Mail what is due until nothing is, or the relay is gone; returns how many mails it took."""
    sent = 0
    while mail := form_mails.claim(at=clock()):
        try:
            sent += _answer(mail, at=clock())
        except OSError as error:
            if not _is_settled(mail, error, at=clock()):
                break
        else:
            form_mails.done(mail)
    return sent


def _answer(mail: FormMail, *, at: datetime) -> bool:
    """Send what is due; False if nothing is."""
    if mail.kind == FormMail.Kind.LINK:
        reader = form_mails.reader_of(mail)
        return bool(reader and send_link(mail, reader, at=at))
    wish = form_mails.wish_of(mail, at=at)
    return bool(wish and send_confirmation(mail, wish, at=at))


def _is_settled(mail: FormMail, error: OSError, *, at: datetime) -> bool:
    """Note why the mail was not sent; False if the relay takes no others either."""
    refusal = refusal_of(error)
    if refusal and refusal.is_for_good:
        # Not in the relay's words, which may name the address.
        logger.info("A mail that was asked for on a form was refused for good: %s %s", refusal.code, refusal.status)
        bounces.take_refusal(mail, refusal, at=at)
        return True
    form_mails.note_failure(mail, str(refusal or error))
    if refusal and refusal.is_of_recipient:
        return True
    logger.warning("A mail that was asked for on a form waits: %s", refusal.code if refusal else error)
    return False

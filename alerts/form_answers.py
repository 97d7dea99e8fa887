"""Answering what was asked for on forms, by a worker; one mail after the other, each tried until it is worthless."""

from __future__ import annotations

import logging
import smtplib
from typing import TYPE_CHECKING

from alerts.confirmation_mail import send_confirmation, send_link
from alerts.models import FormMail
from alerts.services import form_mails

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

logger = logging.getLogger(__name__)

_PERMANENT = 500


def answer_forms(*, clock: Callable[[], datetime]) -> int:
    """Mail what is due until nothing is, or the relay is gone; returns how many mails it took."""
    sent = 0
    while mail := form_mails.claim(at=clock()):
        try:
            sent += _answer(mail, at=clock())
        except smtplib.SMTPRecipientsRefused as error:
            _refused(mail, error)
        except OSError as error:
            logger.warning("A mail that was asked for on a form waits: %s", error)
            form_mails.note_failure(mail, str(error))
            break
        else:
            form_mails.done(mail)
    return sent


def _answer(mail: FormMail, *, at: datetime) -> bool:
    """Send what is due; False if nothing is."""
    if mail.kind == FormMail.Kind.LINK:
        reader = form_mails.reader_of(mail)
        return bool(reader and send_link(mail, reader))
    wish = form_mails.wish_of(mail, at=at)
    return bool(wish and send_confirmation(mail, wish))


def _refused(mail: FormMail, error: smtplib.SMTPRecipientsRefused) -> None:
    """Give up an address that does not exist, which nobody has confirmed; one that is busy is tried again."""
    codes = [code for code, _words in error.recipients.values()]
    if all(code >= _PERMANENT for code in codes):
        logger.info("A mail that was asked for on a form was refused for good: %s", codes)
        form_mails.done(mail)
    else:
        form_mails.note_failure(mail, f"The relay answered {codes}.")

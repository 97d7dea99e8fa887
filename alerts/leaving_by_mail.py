"""Leaving by a mail, for programs that know no better (RFC 2369): the subject brings the token of the link."""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

from alerts.models import Subscriber
from alerts.services.subscribing import unsubscribe
from alerts.tokens import TokenError, read_unsubscribe

if TYPE_CHECKING:
    from datetime import datetime

LEAVE_WORD = "unsubscribe"


def leave_by_mail(content: bytes, *, at: datetime) -> bool:
    """End everything for the subscriber whose token the mail's subject brings; False if it brings none of ours.

    The sender's address is not asked: it is easily forged, the token is not. Asking twice changes nothing.
    """
    subject = str(email.message_from_bytes(content, policy=email.policy.default)["Subject"] or "")
    word, _space, token = subject.partition(" ")
    if word.lower() != LEAVE_WORD:
        return False
    try:
        # Long subjects are folded on their way.
        left = read_unsubscribe("".join(token.split()))
    except TokenError:
        return False
    subscriber = Subscriber.objects.filter(key=left.subscriber_key).first()
    if subscriber:
        unsubscribe(subscriber, at=at)
    return True

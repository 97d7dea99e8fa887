"""Planning: the mails that are wanted at an instant become rows of the outbox, each once.

Every statement below is set-based, asks only "what is wanted at `at`?" (never "what changed since the last run?"),
and may be run twice, late, or by two processes at once: the unique key `alert_planned_once` makes one row of it.
"""

from __future__ import annotations

from email.utils import parseaddr
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from alerts.services import digests
from alerts.services.planning_statements import CANCELLATIONS, PLANS

if TYPE_CHECKING:
    from datetime import datetime

# How long after a change somebody who was not reached is still told of it, in days.
NEWS_DAYS = 7
CORRECTION_DAYS = 30
# A statement is news while it was made this many days ago at most; older ones are history that was entered.
SPOKEN_DAYS = 30
# A mail may leave this many days after it was due; a reminder's end is set by the next one instead.
WORTH_DAYS = 14


@transaction.atomic
def plan(*, at: datetime, only_subscriber: int | None = None) -> int:
    """Put every mail that is wanted at `at` into the outbox, cancel what is no longer; returns how many rows are new.

    `only_subscriber` restricts both to one subscriber's id, as the replay does.
    """
    values = {
        "at": at,
        "only": only_subscriber,
        "settle": settings.ALERTS_SETTLE_SECONDS,
        "hour": settings.ALERTS_MORNING_HOUR,
        "news": NEWS_DAYS,
        "correction": CORRECTION_DAYS,
        "spoken": SPOKEN_DAYS,
        "worth": WORTH_DAYS,
        "domain": mail_domain(),
    }
    planned = 0
    with connection.cursor() as cursor:
        for statement in CANCELLATIONS:
            cursor.execute(statement, values)
        for kind, statement in PLANS.items():
            cursor.execute(statement, {**values, "kind": kind})
            planned += cursor.rowcount
    return planned + digests.plan_digests(at=at, only_subscriber=only_subscriber, domain=mail_domain())


def mail_domain() -> str:
    """Return the domain of our sender's address, under which Message-IDs and the list's name are made."""
    return _domain_of(settings.DEFAULT_FROM_EMAIL)


@cache
def _domain_of(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"

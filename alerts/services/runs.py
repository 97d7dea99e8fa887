"""How far a worker has come with its claim: a group of mails is asked for at once, then each costs one small write.

The outbox's own rows are dear to write, with all that the database checks of them. A worker therefore notes in one row
of its own, the run, which mail is under way and which the relay has taken, each committed before the next message goes;
`fold` then tells the outbox of many mails at once. Whoever takes rows from a worker folds its run first, so that no
mail that was noted as taken is sent again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from alerts.services.wanted import IS_OURS_AND_IN_TIME, IS_WANTED
from treaties.asked import AskedByName

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from alerts.models import Alert

_BEGIN = "INSERT INTO alerts_deliveryrun (token, stepped_at, accepted) VALUES (%s, %s, '{}')"

# The whole question of several mails, with a new lease for those that may go, and the revision of their reader's
# wishes at which it holds.
_ASK = AskedByName(
    f"""
UPDATE alerts_alert a SET lease_until = %(lease)s
WHERE a.id = ANY(%(alerts)s) AND {IS_OURS_AND_IN_TIME} AND a.kind NOT IN ('digest', 'test') AND {IS_WANTED}
RETURNING a.id, (SELECT s.wishes_revision FROM alerts_subscriber s WHERE s.id = a.subscriber_id)
""",  # noqa: S608 - of constants
    alerts="bigint[]",
    token="uuid",  # noqa: S106 - a type
    at="timestamptz",
    lease="timestamptz",
)

# One statement, so that nothing can change between the question and the note: still ours, still within the lease,
# still worth sending, still true, and no wish of its reader changed since it was found wanted.
_STEP = AskedByName(
    f"""
UPDATE alerts_deliveryrun
SET stepped_at = %(at)s, accepted = accepted || %(taken)s, underway = (
    SELECT a.id FROM alerts_alert a
    WHERE a.id = %(alert)s AND {IS_OURS_AND_IN_TIME}
      AND EXISTS (
          SELECT FROM alerts_subscriber s WHERE s.id = a.subscriber_id AND s.wishes_revision = %(wishes)s
      )
      AND CASE WHEN a.event_id IS NULL
          THEN EXISTS (SELECT FROM events_deadline d WHERE d.id = a.deadline_id AND d.version = a.version)
          ELSE EXISTS (SELECT FROM events_event e WHERE e.id = a.event_id AND e.revision = a.version) END
)
WHERE token = %(token)s
RETURNING underway IS NOT NULL
""",  # noqa: S608 - of constants
    taken="bigint[]",
    alert="bigint",
    wishes="integer",
    token="uuid",  # noqa: S106 - a type
    at="timestamptz",
)

# A row that was taken back meanwhile, and not yet claimed again, is marked too: it has been sent, whoever waits for it.
# With a digest goes all that it carried. Of the mail under way its row learns that SMTP has begun; told twice, it
# counts as one try.
_FOLD = """
WITH run AS (
    SELECT token, stepped_at, underway, accepted, accepted || %(taken)s::bigint[] AS taken
    FROM alerts_deliveryrun WHERE token = ANY(%(tokens)s::uuid[]) ORDER BY token FOR UPDATE
), begun AS (
    UPDATE alerts_alert a SET smtp_started_at = run.stepped_at, attempts = a.attempts + 1
    FROM run
    WHERE a.id = run.underway AND NOT a.id = ANY(run.taken) AND a.claim_token = run.token
      AND a.smtp_started_at IS DISTINCT FROM run.stepped_at
), sent AS (
    UPDATE alerts_alert a
    SET state = 'sent', sent_at = CASE WHEN a.id = ANY(run.accepted) THEN run.stepped_at ELSE %(at)s END,
        smtp_started_at = COALESCE(a.smtp_started_at, run.stepped_at),
        attempts = a.attempts + (a.smtp_started_at IS NULL)::integer,
        last_error = '', reason = '', claim_token = NULL, lease_until = NULL
    FROM run
    WHERE a.id = ANY(run.taken) AND (a.claim_token = run.token OR a.state IN ('pending', 'held'))
    RETURNING a.id, a.sent_at
), carried AS (
    UPDATE alerts_alert a SET state = 'sent', sent_at = sent.sent_at
    FROM sent WHERE a.state = 'gathered' AND a.carrier_id = sent.id
)
UPDATE alerts_deliveryrun r SET accepted = '{}' FROM run WHERE r.token = run.token
"""
_OF_EXPIRED = "SELECT DISTINCT claim_token FROM alerts_alert WHERE state = 'claimed' AND lease_until < %s"
_OF_READER = "SELECT DISTINCT claim_token FROM alerts_alert WHERE subscriber_id = %s AND state = 'claimed'"
_OPEN = "SELECT token FROM alerts_deliveryrun WHERE accepted <> '{}' OR underway IS NOT NULL"
# A worker may sleep for long and still know of a mail that the relay took.
_FORGET = "DELETE FROM alerts_deliveryrun WHERE stepped_at < %s - interval '1 day' AND accepted = '{}'"


def lease_from(at: datetime) -> datetime:
    """Return until when a worker may hold a row that it takes, or goes on with, at the instant `at`."""
    return at + timedelta(seconds=settings.ALERTS_LEASE_SECONDS)


def begin(token: uuid.UUID, *, at: datetime) -> None:
    """Begin the run of a claim."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [str(token), at])


def ask(alerts: Sequence[Alert], token: uuid.UUID, *, at: datetime) -> dict[int, int]:
    """Return which of these mails, no digests, may go now: by id, the revision of the reader's wishes that says so.

    Their leases are renewed.
    """
    lease = lease_from(at)
    keys = [alert.pk for alert in alerts]
    wanted = dict(_ASK.rows({"alerts": keys, "token": str(token), "at": at, "lease": lease}))
    for alert in alerts:
        if alert.pk in wanted:
            alert.lease_until = lease
    return wanted


def step(token: uuid.UUID, *, at: datetime, taken: Alert | None, alert: Alert, wishes: int) -> bool:
    """Note that the relay has taken `taken`, and that SMTP begins for `alert`; False if that one must be asked anew.

    `alert` is one that `ask` has just let pass, at this revision of its reader's wishes. Asked again is what would
    make the mail a lie, another's or unwanted: its version, token, lease, worth and reader.
    """
    values = {
        "taken": [taken.pk] if taken else [],
        "alert": alert.pk,
        "wishes": wishes,
        "token": str(token),
        "at": at,
    }
    # A run that is gone is a day old: its mails have long been taken back.
    passed = any(row[0] for row in _STEP.rows(values))
    if passed:
        alert.smtp_started_at, alert.attempts = at, alert.attempts + 1
    return passed


def fold(tokens: Iterable[uuid.UUID], *, at: datetime, taken: Alert | None = None) -> None:
    """Tell the outbox what these runs have noted, and that the relay has taken `taken`; done twice, it is done once."""
    values: dict[str, Any] = {
        "tokens": [str(token) for token in tokens],
        "at": at,
        "taken": [taken.pk] if taken else [],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, values)


def fold_of_reader(subscriber_id: int, *, at: datetime) -> None:
    """Fold the runs that hold mail to this subscriber, who is about to be shown what was sent."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_READER, [subscriber_id])
        _fold_found(cursor, at)


def fold_open(*, at: datetime) -> None:
    """Fold the runs of all workers, for whoever is about to be shown what has become of any mail.

    There are as many as workers, and each costs what it would have cost its worker a moment later.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)
        _fold_found(cursor, at)


def fold_expired(*, at: datetime) -> None:
    """Fold the runs of workers that hold a row past its lease, and forget runs that nobody can still know of."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_EXPIRED, [at])
        _fold_found(cursor, at)
        cursor.execute(_FORGET, [at])


def _fold_found(cursor: CursorWrapper, at: datetime) -> None:
    """Fold the runs whose tokens this cursor has just found."""
    tokens = [token for (token,) in cursor.fetchall()]
    if tokens:
        fold(tokens, at=at)


def end(token: uuid.UUID) -> None:
    """End a run of which everything is folded."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM alerts_deliveryrun WHERE token = %s AND accepted = '{}'", [str(token)])

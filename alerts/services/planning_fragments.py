"""Pieces of SQL that every planning statement shares: how a row of the outbox is made."""

INSERT = """
INSERT INTO alerts_alert (subscriber_id, kind, {about}, lead_days, version, told_due, previous_due, state, planned_at,
                          due_at, not_after, attempts, ambiguous, sample_of, message_id, last_error, reason)
"""

# Random, so that nobody can name a mail that is not theirs, behind the microsecond of its planning, so that the names
# of many mails grow in order and their index at one place.
MESSAGE_ID = (
    "'<' || to_hex((extract(epoch FROM clock_timestamp()) * 1000000)::bigint) || '.' || gen_random_uuid() "
    "|| '@' || %(domain)s || '>'"
)

# The same for the mails of one planning statement, of which each subscriber gets one about each subject: a hash of both
# under a secret of the statement's own is as random to whoever has not got the secret, and asks the system for less.
_PLANNED_MESSAGE_ID = (
    "'<' || to_hex((date_part('epoch', clock_timestamp()) * 1000000)::bigint) || '.' || encode(substr(sha256("
    "decode(%(secret)s, 'hex') || int8send(subscriber_id) || int8send(id)), 1, 16), 'hex') "
    "|| ('@' || %(domain)s || '>')"
)

# The columns from `state` on; the rows selected name `in_digest`, `due_at` and `not_after`.
VALUES = f"""
       CASE WHEN in_digest THEN 'gathered' ELSE 'pending' END, %(at)s, due_at, not_after, 0, FALSE, '',
       {_PLANNED_MESSAGE_ID}, '', ''
"""

WORTH = "make_interval(days => %(worth)s)"
SETTLE = "make_interval(secs => %(settle)s)"

# Planners follow one another, so nobody plans the same mail between this question and the insert; the unique keys stand
# behind it. Without ON CONFLICT PostgreSQL need not ask every unique index before it inserts.
ALREADY_PLANNED = """
    SELECT FROM alerts_alert a
    WHERE a.{about} = wanted.id AND a.subscriber_id = wanted.subscriber_id AND a.kind = %(kind)s
      AND a.lead_days = {lead} AND a.version = wanted.version
"""
NOT_YET = f"NOT EXISTS ({ALREADY_PLANNED})"

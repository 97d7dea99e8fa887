"""Pieces of SQL that every planning statement shares: how a row of the outbox is made."""

INSERT = """
INSERT INTO alerts_alert (subscriber_id, kind, {about}, lead_days, version, told_due, previous_due, state, planned_at,
                          due_at, not_after, attempts, ambiguous, sample_of, message_id, last_error, reason)
"""

# The columns from `state` on; the rows selected name `in_digest`, `due_at` and `not_after`.
VALUES = """
       CASE WHEN in_digest THEN 'gathered' ELSE 'pending' END, %(at)s, due_at, not_after, 0, FALSE, '',
       '<' || gen_random_uuid() || '@' || %(domain)s || '>', '', ''
"""

WORTH = "make_interval(days => %(worth)s)"
SETTLE = "make_interval(secs => %(settle)s)"

"""Pieces of SQL that every planning statement shares: how a row of the outbox is made."""

INSERT = """
INSERT INTO alerts_alert (subscriber_id, kind, {about}, lead_days, version, told_due, previous_due, state, planned_at,
                          due_at, not_after, attempts, ambiguous, sample_of, last_error, reason)
"""

# The columns from `state` on; the rows selected name `in_digest`, `due_at` and `not_after`.
VALUES = """
       CASE WHEN in_digest THEN 'gathered' ELSE 'pending' END, %(at)s, due_at, not_after, 0, FALSE, '', '', ''
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

# The first morning of the subscriber on which it is {day} where the deadline counts its days: somebody east of it
# may have to wait for the next morning of their own, or the mail would count one day too many.
MORNING = """
JOIN LATERAL (
    SELECT COALESCE(MIN(m.instant), ({day})::timestamp AT TIME ZONE f.zone) AS morning
    FROM generate_series(-1, 1) AS shift,
         LATERAL (SELECT (({day}) + shift + make_interval(hours => %(hour)s)) AT TIME ZONE f.time_zone AS instant) m
    WHERE m.instant >= ({day})::timestamp AT TIME ZONE f.zone
      AND m.instant < (({day}) + 1)::timestamp AT TIME ZONE f.zone
) m ON TRUE
"""

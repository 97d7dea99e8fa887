"""The SQL of planning. Put together only from the constants in this file; every value is a parameter."""

# Who follows which clock, with their wishes; {candidates} bounds the clocks, so that a sweep costs what is due.
_FOLLOWERS = """
WITH candidate AS MATERIALIZED (
    SELECT d.id, d.version, d.state, d.zone, d.changed_at, d.opened_at, d.party_id, p.treaty_id,
           COALESCE(d.override_due, d.due_earliest) AS due,
           (%(at)s AT TIME ZONE d.zone)::date AS today
    FROM events_deadline d
    JOIN treaties_provision p ON p.id = d.provision_id
    JOIN treaties_treaty t ON t.id = p.treaty_id AND t.publication = 'published'
    WHERE {candidates}
), wish AS (
    SELECT c.*, w.subscriber_id, w.lead_days, w.kinds, w.confirmed_at
    FROM candidate c JOIN alerts_subscription w ON w.treaty_id = c.treaty_id AND w.state = 'active'
    UNION ALL
    SELECT c.*, w.subscriber_id, w.lead_days, w.kinds, w.confirmed_at
    FROM candidate c JOIN alerts_subscription w ON w.party_id = c.party_id AND w.state = 'active'
    UNION ALL
    SELECT c.*, w.subscriber_id, w.lead_days, w.kinds, w.confirmed_at
    FROM candidate c JOIN alerts_subscription w ON w.deadline_id = c.id AND w.state = 'active'
    UNION ALL
    SELECT c.*, w.subscriber_id, w.lead_days, w.kinds, w.confirmed_at
    FROM candidate c JOIN alerts_subscription w ON w.everything AND w.state = 'active'
), follower AS (
    SELECT wish.*, s.time_zone
    FROM wish JOIN alerts_subscriber s ON s.id = wish.subscriber_id AND s.state = 'active'
    WHERE %(kind)s = ANY(wish.kinds) AND (%(only)s::bigint IS NULL OR s.id = %(only)s)
)
"""

# The last date that a subscriber was told, or may have been told by a try that was cut off.
_TOLD = """
LEFT JOIN LATERAL (
    SELECT a.told_due, a.kind FROM alerts_alert a
    WHERE a.subscriber_id = f.subscriber_id AND a.deadline_id = f.id AND (a.state = 'sent' OR a.ambiguous)
    ORDER BY COALESCE(a.sent_at, a.smtp_started_at, a.planned_at) DESC LIMIT 1
) told ON TRUE
"""

_INSERT = """
INSERT INTO alerts_alert (subscriber_id, kind, deadline_id, lead_days, deadline_version, told_due, previous_due,
                          state, planned_at, due_at, not_after, attempts, ambiguous, message_id, last_error, reason)
"""

_VALUES = """
       'pending', %(at)s, due_at, not_after, 0, FALSE, '<' || gen_random_uuid() || '@' || %(domain)s || '>', '', ''
"""

# The first morning of the subscriber on which it is {day} where the deadline counts its days: somebody east of it
# may have to wait for the next morning of their own, or the mail would count one day too many.
_MORNING = """
JOIN LATERAL (
    SELECT COALESCE(MIN(m.instant), ({day})::timestamp AT TIME ZONE f.zone) AS morning
    FROM generate_series(-1, 1) AS shift,
         LATERAL (SELECT (({day}) + shift + make_interval(hours => %(hour)s)) AT TIME ZONE f.time_zone AS instant) m
    WHERE m.instant >= ({day})::timestamp AT TIME ZONE f.zone
      AND m.instant < (({day}) + 1)::timestamp AT TIME ZONE f.zone
) m ON TRUE
"""

_SETTLED = "f.changed_at + make_interval(secs => %(settle)s)"
_WORTH = "make_interval(days => %(worth)s)"

_STARTED = (
    _FOLLOWERS.format(
        # Nobody starts a date that comes again, nor one that a party has owed since it joined: reminders are enough.
        candidates="d.state = 'running' AND d.occurrence IS NULL AND d.act_id IS NULL "
        "AND d.opened_at > %(at)s - make_interval(days => %(news)s)"
    )
    + _INSERT
    + f"""
SELECT subscriber_id, %(kind)s, id, -1, version, due, NULL::date, {_VALUES}
FROM (
    SELECT DISTINCT ON (f.subscriber_id, f.id) f.subscriber_id, f.id, f.version, f.due, {_SETTLED} AS due_at,
           LEAST({_SETTLED} + {_WORTH}, (f.due + 1)::timestamp AT TIME ZONE f.zone) AS not_after
    FROM follower f {_TOLD}
    WHERE f.opened_at >= f.confirmed_at AND f.due >= f.today AND told.told_due IS NULL
) wanted
WHERE not_after > due_at
ON CONFLICT DO NOTHING
"""
)

_MOVED = (
    _FOLLOWERS.format(
        candidates="d.state IN ('running', 'took_effect') AND d.version > 1 "
        "AND d.changed_at > %(at)s - make_interval(days => %(correction)s)"
    )
    + _INSERT
    + f"""
SELECT subscriber_id, %(kind)s, id, -1, version, due, previous, {_VALUES}
FROM (
    SELECT DISTINCT ON (f.subscriber_id, f.id) f.subscriber_id, f.id, f.version, f.due, told.told_due AS previous,
           {_SETTLED} AS due_at, {_SETTLED} + {_WORTH} AS not_after
    FROM follower f {_TOLD}
    WHERE told.told_due IS NOT NULL AND told.told_due <> f.due
) wanted
ON CONFLICT DO NOTHING
"""
)

_WITHDRAWN = (
    _FOLLOWERS.format(
        candidates="d.state IN ('revoked', 'paused', 'superseded', 'withdrawn', 'undetermined') "
        "AND d.changed_at > %(at)s - make_interval(days => %(correction)s)"
    )
    + _INSERT
    + f"""
SELECT subscriber_id, %(kind)s, id, -1, version, NULL::date, previous, {_VALUES}
FROM (
    SELECT DISTINCT ON (f.subscriber_id, f.id) f.subscriber_id, f.id, f.version, told.told_due AS previous,
           {_SETTLED} AS due_at, {_SETTLED} + {_WORTH} AS not_after
    FROM follower f {_TOLD}
    WHERE told.told_due IS NOT NULL
) wanted
ON CONFLICT DO NOTHING
"""
)

# Of the leads that a subscriber wants, only the nearest one that has come; it ends where the next one begins.
# A clock that was opened or moved inside a lead is told with its days left by that mail, not by a second one.
_LEADS = (
    _FOLLOWERS.format(
        candidates="d.state = 'running' AND COALESCE(d.override_due, d.due_earliest) "
        ">= (%(at)s AT TIME ZONE d.zone)::date"
    )
    + """, lead AS (
    SELECT f.subscriber_id, f.id, f.version, f.due, f.today, f.zone, f.time_zone, f.changed_at,
           MIN(f.confirmed_at) AS confirmed_at,
           MIN(days) FILTER (WHERE days >= f.due - f.today) AS days,
           MAX(days) FILTER (WHERE days < f.due - f.today) AS next_days
    FROM follower f, unnest(f.lead_days) AS days
    GROUP BY f.subscriber_id, f.id, f.version, f.due, f.today, f.zone, f.time_zone, f.changed_at
)
"""
    + _INSERT
    + f"""
SELECT subscriber_id, %(kind)s, id, days, version, due, NULL::date, {_VALUES}
FROM (
    SELECT f.subscriber_id, f.id, f.days, f.version, f.due, GREATEST(m.morning, {_SETTLED}) AS due_at,
           (f.due - COALESCE(f.next_days, -1))::timestamp AT TIME ZONE f.zone AS not_after
    FROM lead f {_MORNING.format(day="f.due - f.days")}
    WHERE f.days IS NOT NULL
      AND GREATEST(m.morning, {_SETTLED}) <= %(at)s
      AND GREATEST(m.morning, f.changed_at) >= f.confirmed_at
      AND NOT EXISTS (
          SELECT FROM alerts_alert a
          WHERE a.subscriber_id = f.subscriber_id AND a.deadline_id = f.id AND a.deadline_version = f.version
            AND a.kind IN ('started', 'moved') AND a.state <> 'cancelled'
            AND f.due - f.days <= (a.due_at AT TIME ZONE f.zone)::date
      )
) wanted
WHERE not_after > due_at
ON CONFLICT DO NOTHING
"""
)

_TOOK_EFFECT = (
    _FOLLOWERS.format(
        candidates="d.state = 'took_effect' AND COALESCE(d.override_due, d.due_earliest) "
        "BETWEEN (%(at)s AT TIME ZONE d.zone)::date - %(news)s AND (%(at)s AT TIME ZONE d.zone)::date - 1"
    )
    + _INSERT
    + f"""
SELECT subscriber_id, %(kind)s, id, -1, version, due, NULL::date, {_VALUES}
FROM (
    SELECT DISTINCT ON (f.subscriber_id, f.id) f.subscriber_id, f.id, f.version, f.due,
           GREATEST(m.morning, {_SETTLED}) AS due_at, GREATEST(m.morning, {_SETTLED}) + {_WORTH} AS not_after
    FROM follower f {_TOLD} {_MORNING.format(day="f.due + 1")}
    WHERE f.confirmed_at < (f.due + 1)::timestamp AT TIME ZONE f.zone
      AND (told.told_due IS NULL OR told.told_due = f.due)
      AND GREATEST(m.morning, {_SETTLED}) <= %(at)s
      AND NOT EXISTS (
          SELECT FROM alerts_alert a
          WHERE a.subscriber_id = f.subscriber_id AND a.deadline_id = f.id AND a.kind = %(kind)s
            AND a.told_due = f.due AND a.state IN ('pending', 'claimed', 'sent', 'held')
      )
) wanted
ON CONFLICT DO NOTHING
"""
)

# In this order: a reminder asks whether a mail of its own moment is already on its way.
PLANS = {
    "started": _STARTED,
    "moved": _MOVED,
    "withdrawn": _WITHDRAWN,
    "lead": _LEADS,
    "took_effect": _TOOK_EFFECT,
}

CANCEL_SUPERSEDED = """
UPDATE alerts_alert a SET state = 'cancelled', reason = 'The clock changed before this was sent.'
FROM events_deadline d
WHERE a.state = 'pending' AND d.id = a.deadline_id AND d.version <> a.deadline_version
  AND (%(only)s::bigint IS NULL OR a.subscriber_id = %(only)s)
"""

CANCEL_LATE = """
UPDATE alerts_alert SET state = 'cancelled',
       reason = 'It could not be sent in time.' || CASE WHEN last_error = '' THEN '' ELSE ' ' || last_error END
WHERE state = 'pending' AND not_after <= %(at)s AND (%(only)s::bigint IS NULL OR subscriber_id = %(only)s)
"""

"""The SQL that cancels what waits and is no longer true or worth sending."""

# Of each clock with waiting mail only the oldest and the newest version are looked at, by an index: however much waits,
# a sweep in which no clock has changed reads little of it.
_CHANGED_CLOCKS = """
WITH RECURSIVE waiting (id) AS (
    (SELECT deadline_id FROM alerts_alert WHERE state = 'pending' ORDER BY deadline_id LIMIT 1)
    UNION ALL
    SELECT (SELECT a.deadline_id FROM alerts_alert a WHERE a.state = 'pending' AND a.deadline_id > waiting.id
            ORDER BY a.deadline_id LIMIT 1)
    FROM waiting WHERE waiting.id IS NOT NULL
), changed AS MATERIALIZED (
    SELECT d.id, d.version FROM waiting JOIN events_deadline d ON d.id = waiting.id,
         LATERAL (SELECT a.version FROM alerts_alert a WHERE a.state = 'pending' AND a.deadline_id = d.id
                  ORDER BY a.version LIMIT 1) oldest,
         LATERAL (SELECT a.version FROM alerts_alert a WHERE a.state = 'pending' AND a.deadline_id = d.id
                  ORDER BY a.version DESC LIMIT 1) newest
    WHERE oldest.version <> d.version OR newest.version <> d.version
)"""

_SUPERSEDED = f"""{_CHANGED_CLOCKS}
UPDATE alerts_alert a SET state = 'cancelled', reason = 'The clock changed before this was sent.'
FROM changed d
WHERE a.state = 'pending' AND d.id = a.deadline_id AND d.version <> a.version AND a.kind <> 'test'
  AND (%(only)s::bigint IS NULL OR a.subscriber_id = %(only)s)
"""

_REVISED = """
UPDATE alerts_alert a SET state = 'cancelled', reason = 'The statement changed before this was sent.'
FROM events_event e
WHERE a.state = 'pending' AND a.event_id IS NOT NULL AND a.event_id = e.id
  AND (e.revision <> a.version OR e.publication <> 'published')
  AND a.kind <> 'test' AND (%(only)s::bigint IS NULL OR a.subscriber_id = %(only)s)
"""

# What is worthless was due before that: an index by `due_at` finds it.
_LATE = """
UPDATE alerts_alert SET state = 'cancelled',
       reason = 'It could not be sent in time.' || CASE WHEN last_error = '' THEN '' ELSE ' ' || last_error END
WHERE state = 'pending' AND due_at < %(at)s AND not_after <= %(at)s
  AND (%(only)s::bigint IS NULL OR subscriber_id = %(only)s)
"""

CANCELLATIONS = [_SUPERSEDED, _REVISED, _LATE]

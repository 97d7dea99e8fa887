"""The SQL of digests. Put together only from constants; every value is a parameter."""

from alerts.services.wanted import CLOCK_IS_HELD, IS_WANTED

# The first of the subscriber's digest hours after `at`; where a clock change skips the hour, the one that follows it.
# Whoever has had a day's digest, and then moves the hour or the zone, has the next one on another day of theirs.
NEXT_SLOT = """(
    SELECT MIN(slot.instant)
    FROM generate_series(0, CASE s.rhythm WHEN 'daily' THEN 3 ELSE 15 END) AS shift,
         LATERAL (SELECT (%(at)s AT TIME ZONE s.time_zone)::date + shift AS day) on_day,
         LATERAL (
             SELECT (on_day.day + make_interval(hours => s.digest_hour)) AT TIME ZONE s.time_zone AS instant
         ) slot
    WHERE slot.instant > %(at)s AND (s.rhythm = 'daily' OR EXTRACT(isodow FROM on_day.day) = s.digest_weekday)
      AND NOT EXISTS (
          SELECT FROM alerts_alert a
          WHERE a.subscriber_id = s.id AND a.kind = 'digest' AND a.digest_day = on_day.day
      )
)"""

# Asks only whose hour has come, by an index; two planners share the work instead of waiting for each other.
PLAN_DIGESTS = f"""
WITH slot AS MATERIALIZED (
    SELECT s.id, s.state, s.rhythm, s.empty_digest, s.next_digest_at AS due_at, {NEXT_SLOT} AS next_at,
           (s.next_digest_at AT TIME ZONE s.time_zone)::date AS day
    FROM alerts_subscriber s
    WHERE s.rhythm <> 'immediate' AND s.next_digest_at <= %(at)s AND (%(only)s::bigint IS NULL OR s.id = %(only)s)
    FOR UPDATE OF s SKIP LOCKED
), scheduled AS (
    UPDATE alerts_subscriber s SET next_digest_at = slot.next_at FROM slot WHERE s.id = slot.id
)
INSERT INTO alerts_alert (subscriber_id, kind, digest_day, lead_days, version, state, planned_at, due_at, not_after,
                          attempts, ambiguous, sample_of, last_error, reason)
SELECT id, 'digest', day, -1, 0, 'pending', %(at)s, due_at, next_at, 0, FALSE, '', '', ''
FROM slot
WHERE state = 'active' AND (
    EXISTS (SELECT FROM alerts_alert a WHERE a.subscriber_id = slot.id AND a.state = 'gathered')
    OR rhythm = 'weekly' AND empty_digest
       AND EXISTS (SELECT FROM alerts_subscription w WHERE w.subscriber_id = slot.id AND w.state = 'active')
)
ON CONFLICT DO NOTHING
"""

# Counted on the subscriber's row only, so that a change of rhythm, hour or zone takes hold at once.
SCHEDULE = f"UPDATE alerts_subscriber s SET next_digest_at = {NEXT_SLOT} WHERE s.id = %(subscriber)s"

# Whether a row would come too late in its reader's next digest, as `_IN_DIGEST` asks when it is planned: asked anew if
# it was in none though its turn had come, or if the next one comes later than it was to.
_CANNOT_WAIT = """(
    s.rhythm = 'immediate' OR a.not_after <= s.next_digest_at
    OR EXISTS (
        SELECT FROM events_deadline d
        WHERE d.id = a.deadline_id
          AND LEAST(a.told_due, a.previous_due) >= (%(at)s AT TIME ZONE d.zone)::date
          AND LEAST(a.told_due, a.previous_due) < (GREATEST(s.next_digest_at, %(at)s) AT TIME ZONE d.zone)::date
    )
)"""
_SINGLY_OR_NEXT = f"CASE WHEN {_CANNOT_WAIT} THEN 'pending' ELSE 'gathered' END"

# What a digest that has failed or was cancelled had read goes singly or waits for the next one; what may have arrived
# does neither.
FREE = [
    """
UPDATE alerts_alert a SET state = 'cancelled', reason = 'It may have arrived in a digest that was not sent again.'
FROM alerts_alert c
WHERE a.state = 'gathered' AND a.carrier_id = c.id AND c.state IN ('failed', 'cancelled') AND a.ambiguous
""",
    f"""
UPDATE alerts_alert a SET carrier_id = NULL, state = {_SINGLY_OR_NEXT}
FROM alerts_alert c, alerts_subscriber s
WHERE a.state = 'gathered' AND a.carrier_id = c.id AND c.state IN ('failed', 'cancelled') AND s.id = a.subscriber_id
""",
]

# By the reader's choice, or because a digest has been written without it; what waits for a digest that is due goes in
# it.
SEND_SINGLY = f"""
UPDATE alerts_alert a SET state = 'pending'
FROM alerts_subscriber s
WHERE s.id = ANY(%(subscribers)s) AND a.subscriber_id = s.id AND a.state = 'gathered' AND a.carrier_id IS NULL
  AND {_CANNOT_WAIT}
  AND (s.rhythm = 'immediate' OR NOT EXISTS (
      SELECT FROM alerts_alert c
      WHERE c.subscriber_id = s.id AND c.kind = 'digest' AND c.state = ANY(%(awaited)s)
  ))
"""

# A plan that read the old rhythm, or the old hour, may commit after the reader has chosen another, or after the digest
# has been read: whoever is asked again is asked this, too. A digest that a worker holds may still be to be read, or
# not: one statement, which sees one state of it, either does not wait for it or has its reader asked once more.
SEND_SINGLY_OR_ASK_ONCE_MORE = f"""
WITH singly AS ({SEND_SINGLY})
INSERT INTO alerts_askagain (subscriber_id)
SELECT DISTINCT c.subscriber_id
FROM alerts_alert c
WHERE c.subscriber_id = ANY(%(subscribers)s) AND c.kind = 'digest' AND c.state = 'claimed' AND EXISTS (
    SELECT FROM alerts_alert a
    WHERE a.subscriber_id = c.subscriber_id AND a.state = 'gathered' AND a.carrier_id IS NULL
)
"""

# A digest in doubt repeats only what it held: its Message-ID is the same, so that a mail program may show it once.
GATHER = f"""
UPDATE alerts_alert a SET carrier_id = %(digest)s
WHERE a.subscriber_id = %(subscriber)s AND a.state = 'gathered'
  AND (a.carrier_id = %(digest)s OR a.carrier_id IS NULL AND NOT %(in_doubt)s)
  AND a.not_after > %(at)s AND (a.due_at <= %(at)s OR a.kind = 'lead' AND a.due_at < %(ends)s)
  AND (a.deadline_id IS NULL OR EXISTS (
      SELECT FROM events_deadline d
      WHERE d.id = a.deadline_id AND d.changed_at <= %(at)s - make_interval(secs => %(settle)s)
  ))
  AND {IS_WANTED}
"""

CANCEL_UNTRUE = f"""
UPDATE alerts_alert a SET state = 'cancelled', carrier_id = NULL, reason = CASE
    WHEN a.not_after <= %(at)s THEN 'It could not be sent in time.'
    WHEN EXISTS (SELECT FROM events_deadline d WHERE d.id = a.deadline_id AND d.version <> a.version)
        THEN 'The clock changed before this was sent.'
    WHEN EXISTS (SELECT FROM events_event e WHERE e.id = a.event_id AND e.revision <> a.version)
        THEN 'The statement changed before this was sent.'
    ELSE 'The subscriber no longer wants this, or it is no longer public.' END
WHERE a.subscriber_id = %(subscriber)s AND a.state = 'gathered'
  AND (a.carrier_id IS NULL OR a.carrier_id = %(digest)s)
  AND (a.not_after <= %(at)s OR NOT {IS_WANTED} AND NOT {CLOCK_IS_HELD})
"""

# A clock that is held now leaves the digest and waits for its release.
SET_ASIDE = f"""
UPDATE alerts_alert a SET carrier_id = NULL
WHERE a.carrier_id = %(digest)s AND a.state = 'gathered' AND {CLOCK_IS_HELD}
"""

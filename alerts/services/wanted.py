"""The SQL that asks of one row `a` of the outbox whether it is still true and still wanted; the fence's question."""

from alerts.services.planning_new_statements import ABOUT_PARTY, ABOUT_TREATY, IS_PUBLIC

_HOLDS_D = """EXISTS (
    SELECT FROM events_change h
    WHERE h.mail_held AND (h.id = d.change_id OR h.moves @> jsonb_build_array(jsonb_build_object('slug', d.slug)))
)"""
CLOCK_IS_HELD = f"EXISTS (SELECT FROM events_deadline d WHERE d.id = a.deadline_id AND {_HOLDS_D})"

HELD_QUESTION = f"SELECT {CLOCK_IS_HELD} FROM alerts_alert a WHERE a.id = %(alert)s"

CLOCK_IS_WANTED = f"""EXISTS (
    SELECT FROM events_deadline d
    JOIN treaties_provision p ON p.id = d.provision_id
    JOIN treaties_treaty t ON t.id = p.treaty_id AND t.publication = 'published'
    WHERE d.id = a.deadline_id AND d.version = a.version
      AND NOT {_HOLDS_D}
      AND EXISTS (
          SELECT FROM alerts_subscription w
          WHERE w.subscriber_id = a.subscriber_id AND w.state = 'active' AND a.kind = ANY(w.kinds)
            AND (a.kind <> 'lead' OR a.lead_days = ANY(w.lead_days))
            AND (w.everything OR w.treaty_id = p.treaty_id OR w.party_id = d.party_id OR w.deadline_id = d.id)
      )
      AND NOT EXISTS (
          SELECT FROM alerts_mute m
          WHERE m.subscriber_id = a.subscriber_id AND m.lifted_at IS NULL
            AND (m.treaty_id = p.treaty_id OR m.deadline_id = d.id)
      )
)"""

STATEMENT_IS_WANTED = f"""EXISTS (
    SELECT FROM events_event e
    JOIN alerts_subscription w ON w.subscriber_id = a.subscriber_id AND w.state = 'active' AND a.kind = ANY(w.kinds)
    WHERE e.id = a.event_id AND e.revision = a.version AND {IS_PUBLIC}
      AND (
          w.treaty_id IN ({ABOUT_TREATY})
          OR (w.everything OR w.party_id IN ({ABOUT_PARTY}))
          AND NOT EXISTS (
              SELECT FROM alerts_mute m
              WHERE m.subscriber_id = a.subscriber_id AND m.lifted_at IS NULL AND m.treaty_id IN ({ABOUT_TREATY})
          )
      )
)"""

IS_WANTED = f"(CASE WHEN a.event_id IS NOT NULL THEN {STATEMENT_IS_WANTED} ELSE {CLOCK_IS_WANTED} END)"

# An editor's test asks only that its subject is there to be read.
TEST_MAY_GO = """(
    EXISTS (
        SELECT FROM events_deadline d JOIN treaties_provision p ON p.id = d.provision_id
        JOIN treaties_treaty t ON t.id = p.treaty_id AND t.publication = 'published' WHERE d.id = a.deadline_id
    )
    OR EXISTS (SELECT FROM events_event e WHERE e.id = a.event_id AND e.publication = 'published')
)"""

# A digest may go while each row that was read into it is still bound to it, true and wanted.
DIGEST_IS_WANTED = f"""(
    SELECT COUNT(*) FROM alerts_alert a
    WHERE a.id = ANY(%(items)s::bigint[]) AND a.state = 'gathered' AND a.carrier_id = %(alert)s AND a.not_after > %(at)s
      AND {IS_WANTED}
) = cardinality(%(items)s::bigint[])"""

IS_OURS_AND_IN_TIME = """
a.state = 'claimed' AND a.claim_token = %(token)s AND a.lease_until > %(at)s AND a.not_after > %(at)s
  AND EXISTS (
      SELECT FROM alerts_subscriber s
      WHERE s.id = a.subscriber_id AND (s.state = 'active' OR a.kind = 'test' AND s.state <> 'suppressed')
  )
"""

# One statement, so that nothing can change between the question and the mark: still ours, still within the lease,
# still worth sending, still true, still wanted.
FENCE = f"""
UPDATE alerts_alert a
SET smtp_started_at = %(at)s, lease_until = %(lease)s, attempts = attempts + 1
WHERE a.id = %(alert)s AND {IS_OURS_AND_IN_TIME}
  AND CASE a.kind WHEN 'digest' THEN {DIGEST_IS_WANTED} WHEN 'test' THEN {TEST_MAY_GO} ELSE {IS_WANTED} END
RETURNING a.id
"""

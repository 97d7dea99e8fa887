"""The question about new statements: something said lately, published, about what somebody follows."""

from alerts.services.planning_fragments import INSERT, NOT_YET, SETTLE, VALUES, WORTH
from alerts.services.planning_questions import Question

# A statement is about its treaties, and about the party that spoke, those concerned and those it is aimed at.
ABOUT_PARTY = """
    SELECT e.actor_id AS party_id WHERE e.actor_id IS NOT NULL
    UNION SELECT party_id FROM events_event_parties WHERE event_id = e.id
    UNION SELECT party_id FROM events_statement_targets WHERE statement_id = e.id
"""
ABOUT_TREATY = """
    SELECT x.treaty_id FROM events_event_treaties x
    JOIN treaties_treaty t ON t.id = x.treaty_id AND t.publication = 'published' WHERE x.event_id = e.id
"""
# What concerns unpublished treaties only is not for readers yet.
IS_PUBLIC = f"""
    e.publication = 'published' AND EXISTS (SELECT FROM events_event_sources x WHERE x.event_id = e.id)
    AND (EXISTS ({ABOUT_TREATY}) OR NOT EXISTS (SELECT FROM events_event_treaties x WHERE x.event_id = e.id))
"""

_SPOKEN = f"""candidate AS MATERIALIZED (
    SELECT e.id, e.revision, e.published_at, e.latest, e.changed_at + {SETTLE} AS settled_at,
           ARRAY(SELECT treaty_id FROM ({ABOUT_TREATY}) about ORDER BY 1) AS treaties,
           ARRAY(SELECT party_id FROM ({ABOUT_PARTY}) about ORDER BY 1) AS parties
    FROM events_event e JOIN events_statement s ON s.event_ptr_id = e.id
    WHERE e.earliest >= (%(at)s)::date - %(spoken)s AND e.published_at > %(at)s - make_interval(days => %(news)s)
      AND {IS_PUBLIC}
)"""

_IS_LEFT = """EXISTS (
        SELECT FROM alerts_mute m
        WHERE m.subscriber_id = w.subscriber_id AND m.lifted_at IS NULL AND m.treaty_id = ANY(c.treaties)
    )"""

_LISTENERS = f"""wish AS (
    SELECT c.*, w.subscriber_id, w.kinds, w.confirmed_at
    FROM asked c, unnest(c.treaties) about
    JOIN alerts_subscription w ON w.treaty_id = about AND w.state = 'active' AND {{treaty}}
    UNION ALL
    SELECT c.*, w.subscriber_id, w.kinds, w.confirmed_at
    FROM asked c, unnest(c.parties) about
    JOIN alerts_subscription w ON w.party_id = about AND w.state = 'active' AND {{party}}
    WHERE NOT {_IS_LEFT}
    UNION ALL
    SELECT c.*, w.subscriber_id, w.kinds, w.confirmed_at
    FROM asked c JOIN alerts_subscription w ON w.everything AND w.state = 'active' AND {{everything}}
    WHERE NOT {_IS_LEFT}
)"""

NEW_STATEMENTS = Question(
    _SPOKEN,
    _LISTENERS,
    f"""{INSERT.format(about="event_id")}
SELECT subscriber_id, %(kind)s, id, -1, version, NULL::date, NULL::date, {VALUES}
FROM (
    SELECT DISTINCT ON (f.subscriber_id, f.id) f.subscriber_id, f.id, f.revision AS version, f.settled_at AS due_at,
           f.published_at + {SETTLE} + {WORTH} AS not_after, s.rhythm <> 'immediate' AS in_digest
    FROM wish f JOIN alerts_subscriber s ON s.id = f.subscriber_id AND s.state = 'active'
    WHERE %(kind)s = ANY(f.kinds)
      AND f.latest >= (f.confirmed_at AT TIME ZONE s.time_zone)::date AND f.published_at >= f.confirmed_at
      AND NOT EXISTS (
          SELECT FROM alerts_alert a
          WHERE a.subscriber_id = f.subscriber_id AND a.event_id = f.id AND a.kind = %(kind)s
            AND (a.state <> 'cancelled' OR a.ambiguous)
      )
) wanted
WHERE {NOT_YET.format(about="event_id", lead="-1")}
""",
)

"""The database's own upkeep of claims, for the migration that brings it.

Trigger functions find their tables by name when they run, so that later changes of those tables stay possible.
"""

FUNCTIONS = """
-- What was said in the claims made under these treaties, each statement in its part:
-- an accusation alleges; what answers an allegation and comes from the accused, or from anybody where nobody was
-- named, denies it or charges in return; a denial that answers no allegation on record goes with the claims of its own
-- treaties about the same obligation, made by others against its speaker or against nobody.
CREATE FUNCTION claims_words(treaties bigint[])
RETURNS TABLE (treaty bigint, key text, accused bigint, obligation text, event bigint, said_on date, part text)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    RETURN QUERY
    WITH said AS NOT MATERIALIZED (
        SELECT e.id, e.earliest, e.actor_id AS actor, s.stance, s.responds_to_id AS answers,
            -- Without the case that is made after the colon.
            btrim(split_part(s.obligation, ':', 1)) AS obligation
        FROM events_statement s JOIN events_event e ON e.id = s.event_ptr_id
        WHERE s.stance IN ('accuses', 'denies') AND e.publication = 'published'
            AND EXISTS (SELECT FROM events_event_sources l WHERE l.event_id = e.id)
    ), alleged AS (
        SELECT l.treaty_id AS treaty, lower(a.obligation) AS key, t.party_id AS accused, a.obligation, a.id,
            a.earliest, a.actor
        FROM events_event_treaties l
        JOIN said a ON a.id = l.event_id AND a.stance = 'accuses'
        LEFT JOIN events_statement_targets t ON t.statement_id = a.id
        WHERE l.treaty_id = ANY(treaties)
    ), answered AS (
        SELECT DISTINCT w.treaty, w.key, w.accused, r.id, r.earliest, r.stance
        FROM alleged w JOIN said r ON r.answers = w.id
        WHERE w.accused IS NULL OR w.accused = r.actor
    ), denied AS (
        SELECT DISTINCT w.treaty, w.key, w.accused, d.id, d.earliest
        FROM events_event_treaties l
        JOIN said d ON d.id = l.event_id AND d.stance = 'denies'
        JOIN alleged w ON w.treaty = l.treaty_id AND w.key = lower(d.obligation)
            AND (w.accused IS NULL OR w.accused = d.actor) AND w.actor IS DISTINCT FROM d.actor
        WHERE l.treaty_id = ANY(treaties) AND NOT EXISTS (
            SELECT FROM said a
            WHERE a.id = d.answers AND a.stance = 'accuses'
                AND EXISTS (SELECT FROM events_event_treaties k WHERE k.event_id = a.id)
                AND (d.actor IN (SELECT t.party_id FROM events_statement_targets t WHERE t.statement_id = a.id)
                    OR NOT EXISTS (SELECT FROM events_statement_targets t WHERE t.statement_id = a.id))
        )
    )
    SELECT w.treaty, w.key, w.accused, w.obligation, w.id, w.earliest, 'alleged' FROM alleged w
    UNION ALL SELECT w.treaty, w.key, w.accused, '', w.id, w.earliest, 'denied' FROM answered w WHERE w.stance = 'denies'
    UNION ALL SELECT w.treaty, w.key, w.accused, '', w.id, w.earliest, 'denied' FROM denied w
    UNION ALL SELECT w.treaty, w.key, w.accused, '', w.id, w.earliest, 'countered' FROM answered w
        WHERE w.stance = 'accuses' AND NOT EXISTS (
            SELECT FROM alleged a
            WHERE (a.id, a.treaty, a.key) = (w.id, w.treaty, w.key) AND a.accused IS NOT DISTINCT FROM w.accused
        );
END $$;

-- A claim keeps its row as long as anybody alleges it, so that an address that goes on after it stays good.
CREATE FUNCTION claims_refresh(treaties bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- Of two who write under one treaty, the second reads what the first has written.
    PERFORM FROM treaties_treaty WHERE id = ANY(treaties) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO events_claim AS c (treaty_id, obligation_key, accused_id, obligation, made_on, denied_on, countered_on)
    SELECT w.treaty, w.key, w.accused, (array_agg(w.obligation ORDER BY w.said_on, w.event)
            FILTER (WHERE w.part = 'alleged'))[1], min(w.said_on) FILTER (WHERE w.part = 'alleged'),
        min(w.said_on) FILTER (WHERE w.part = 'denied'), min(w.said_on) FILTER (WHERE w.part = 'countered')
    FROM claims_words(treaties) w GROUP BY w.treaty, w.key, w.accused
    ON CONFLICT (treaty_id, obligation_key, accused_id) DO UPDATE SET obligation = excluded.obligation,
        made_on = excluded.made_on, denied_on = excluded.denied_on, countered_on = excluded.countered_on
    WHERE (c.obligation, c.made_on, c.denied_on, c.countered_on)
        IS DISTINCT FROM (excluded.obligation, excluded.made_on, excluded.denied_on, excluded.countered_on);
    WITH wanted AS MATERIALIZED (
        SELECT c.id AS claim_id, w.event AS event_id, w.part, w.said_on FROM claims_words(treaties) w
        JOIN events_claim c ON c.treaty_id = w.treaty AND c.obligation_key = w.key
            AND c.accused_id IS NOT DISTINCT FROM w.accused
    ), gone AS (
        DELETE FROM events_claimword x USING events_claim c
        WHERE c.id = x.claim_id AND c.treaty_id = ANY(treaties)
            AND NOT EXISTS (
                SELECT FROM wanted w WHERE (w.claim_id, w.event_id, w.part) = (x.claim_id, x.event_id, x.part)
            )
    )
    INSERT INTO events_claimword AS x (claim_id, event_id, part, said_on)
    SELECT claim_id, event_id, part, said_on FROM wanted
    ON CONFLICT (claim_id, event_id, part) DO UPDATE SET said_on = excluded.said_on
    WHERE x.said_on <> excluded.said_on;
    DELETE FROM events_claim c WHERE c.treaty_id = ANY(treaties)
        AND NOT EXISTS (SELECT FROM events_claimword x WHERE x.claim_id = c.id AND x.part = 'alleged');
END $$;

-- Called with a query for the events among the rows just "changed".
CREATE FUNCTION claims_follow() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    events bigint[];
    treaties bigint[];
BEGIN
    EXECUTE 'SELECT array_agg(DISTINCT ' || TG_ARGV[0] || ') FROM changed' INTO events;
    -- Where they and their answers belong, where they stood before, and where what they answer stands.
    SELECT array_agg(DISTINCT found.treaty_id) INTO treaties FROM (
        SELECT l.treaty_id FROM events_statement s JOIN events_event_treaties l ON l.event_id = s.event_ptr_id
        WHERE (s.event_ptr_id = ANY(events) OR s.responds_to_id = ANY(events)) AND s.stance IN ('accuses', 'denies')
        UNION ALL
        SELECT c.treaty_id FROM events_claimword x JOIN events_claim c ON c.id = x.claim_id
        WHERE x.event_id = ANY(events)
        UNION ALL
        SELECT c.treaty_id FROM events_statement s JOIN events_claimword x ON x.event_id = s.responds_to_id
        JOIN events_claim c ON c.id = x.claim_id
        WHERE s.event_ptr_id = ANY(events)
    ) found;
    IF treaties IS NOT NULL THEN
        PERFORM claims_refresh(treaties);
    END IF;
    RETURN NULL;
END $$;
"""

# Table → its column that names the event.
FOLLOWED = {
    "events_event": "id",
    "events_statement": "event_ptr_id",
    "events_event_sources": "event_id",
    "events_event_treaties": "event_id",
    "events_statement_targets": "statement_id",
}
_CHANGED = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}

TRIGGERS = "\n".join(
    f"CREATE TRIGGER claims_{operation.lower()} AFTER {operation} ON {table} "
    f"REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION claims_follow('{column}');"
    for table, column in FOLLOWED.items()
    for operation, rows in _CHANGED.items()
)

# What was on record before, a thousand treaties at a time.
FILL = """
SELECT claims_refresh(array_agg(under.treaty_id)) FROM (
    SELECT l.treaty_id, row_number() OVER () / 1000 AS batch
    FROM events_event_treaties l JOIN events_statement s ON s.event_ptr_id = l.event_id
    WHERE s.stance = 'accuses' GROUP BY l.treaty_id
) under GROUP BY under.batch;
"""

REMOVE = (
    "\n".join(f"DROP TRIGGER claims_{operation.lower()} ON {table};" for table in FOLLOWED for operation in _CHANGED)
    + "\nDROP FUNCTION claims_follow, claims_refresh, claims_words;"
)

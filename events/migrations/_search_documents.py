"""The database's own upkeep of the search documents, for the migration that brings it.

Trigger functions find their tables by name when they run, so that later changes of those tables stay possible.
"""

# Accents are ignored; English words by their stem. The plain configuration keeps whole words, for beginnings of words.
CONFIGURATIONS = """
CREATE TEXT SEARCH CONFIGURATION treatywatch (COPY = english);
ALTER TEXT SEARCH CONFIGURATION treatywatch
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION treatywatch_whole (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION treatywatch_whole
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""

FUNCTIONS = """
-- A name as people type it: small letters, no accents, no punctuation.
CREATE FUNCTION search_name(text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT
RETURN btrim(regexp_replace(lower(unaccent($1)), '[^[:alnum:]]+', ' ', 'g'));

-- A Bloom filter of words: two bits for each, and one for its first three letters. A row whose filter lacks a bit
-- of a word does not hold the word; one that has them all must still be read. "^abc" stands for a beginning.
CREATE FUNCTION search_signature(words text[]) RETURNS bit(512) LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    word text;
    digest integer;
    bits bit(512) := 0::bit(512);
BEGIN
    FOREACH word IN ARRAY words LOOP
        IF left(word, 1) <> '^' THEN
            digest := ('x' || left(md5(word), 8))::bit(32)::integer;
            bits := set_bit(set_bit(bits, digest & 511, 1), (digest >> 9) & 511, 1);
        END IF;
        IF word !~ '^[~:]' THEN
            digest := ('x' || left(md5('^' || left(ltrim(word, '^'), 3)), 8))::bit(32)::integer;
            bits := set_bit(bits, digest & 511, 1);
        END IF;
    END LOOP;
    RETURN bits;
END $$;

-- Words of the heading weigh most and are kept once more with "~" before them; ":…" are the marks of the filters.
CREATE FUNCTION search_vector(heading text, body text, marks text[]) RETURNS tsvector
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
    head tsvector := to_tsvector('treatywatch', heading);
    whole tsvector := to_tsvector('treatywatch_whole', heading || ' ' || body);
BEGIN
    RETURN setweight(head, 'A') || setweight(to_tsvector('treatywatch', body), 'C') || array_to_tsvector(
        marks || tsvector_to_array(whole) || ARRAY(SELECT '~' || word FROM unnest(tsvector_to_array(head)) word)
    );
END $$;

-- Everything that is published, of these kinds and with these keys.
CREATE FUNCTION search_sources(kinds text[], keys bigint[])
RETURNS TABLE (
    kind text, row_id bigint, day date, last_day date, title text, strong text, body text, address text,
    names text[], marks text[]
) LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    RETURN QUERY
    SELECT 'treaty', t.id, date '9999-12-31', date '9999-12-31',
        t.short_name::text, concat_ws(' ', array_to_string(t.aliases, ' '), t.official_name),
        concat_ws(' ', t.official_name, t.scope, t.summary), '/treaties/' || t.slug || '/',
        array_cat(ARRAY[t.short_name, t.official_name, t.slug]::text[], t.aliases::text[]), ARRAY[':t' || t.id]
    FROM treaties_treaty t
    WHERE 'treaty' = ANY(kinds) AND t.id = ANY(keys) AND t.publication = 'published'
    UNION ALL
    SELECT 'provision', p.id, date '9999-12-31', date '9999-12-31',
        t.short_name || ', ' || CASE WHEN p.article = '' THEN p.effect_title
            ELSE 'Article ' || p.article || CASE WHEN p.paragraph = '' OR p.paragraph LIKE '(%'
                THEN p.paragraph ELSE '(' || p.paragraph || ')' END END,
        concat_ws(' ', array_to_string(t.aliases, ' '), replace(p.kind, '_', ' ')),
        concat_ws(' ', p.quotation, replace(p.effect_title, '{party}', ''), p.recipients, p.reasons,
            p.armed_conflict, p.survival, p.precedent),
        '/treaties/' || t.slug || '/', '{}'::text[], ARRAY[':t' || t.id]
    FROM treaties_provision p JOIN treaties_treaty t ON t.id = p.treaty_id
    WHERE 'provision' = ANY(kinds) AND p.id = ANY(keys) AND t.publication = 'published'
        AND p.publication = 'published'
    UNION ALL
    SELECT 'party', y.id, date '9999-12-31', date '9999-12-31', y.name::text, array_to_string(y.aliases, ' '),
        concat_ws(', ', VARIADIC y.aliases::text[]), '/parties/' || y.slug || '/',
        array_cat(ARRAY[y.name, y.slug, nullif(y.iso_code, '')]::text[], y.aliases::text[]), ARRAY[':p' || y.id]
    FROM treaties_party y
    WHERE 'party' = ANY(kinds) AND y.id = ANY(keys)
    UNION ALL
    SELECT 'official', o.id, date '9999-12-31', date '9999-12-31', o.name::text, o.office::text, concat_ws(', ', o.office, y.name),
        '/parties/' || y.slug || '/', ARRAY[o.name]::text[], ARRAY[':p' || y.id]
    FROM treaties_official o JOIN treaties_party y ON y.id = o.party_id
    WHERE 'official' = ANY(kinds) AND o.id = ANY(keys)
    UNION ALL
    SELECT CASE WHEN s.event_ptr_id IS NULL THEN 'event' ELSE 'statement' END, e.id, e.earliest, e.latest,
        e.title::text, '',
        concat_ws(' ', s.quotation, e.summary, s.obligation, s.body, o.name, o.office, e.place),
        '/events/' || e.slug || '/', '{}'::text[],
        ARRAY(SELECT ':t' || l.treaty_id FROM events_event_treaties l WHERE l.event_id = e.id) || ARRAY(
            SELECT ':p' || party FROM (
                SELECT e.actor_id AS party
                UNION SELECT l.party_id FROM events_event_parties l WHERE l.event_id = e.id
                UNION SELECT l.party_id FROM events_statement_targets l WHERE l.statement_id = e.id
            ) named WHERE party IS NOT NULL
        )
    FROM events_event e
    LEFT JOIN events_statement s ON s.event_ptr_id = e.id
    LEFT JOIN treaties_official o ON o.id = s.speaker_id
    WHERE kinds && ARRAY['event', 'statement'] AND e.id = ANY(keys) AND e.publication = 'published'
        AND EXISTS (SELECT FROM events_event_sources l WHERE l.event_id = e.id);
END $$;

CREATE FUNCTION search_refresh(kinds text[], keys bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM events_searchdocument d
    WHERE d.kind = ANY(kinds) AND d.row_id = ANY(keys)
        AND NOT EXISTS (SELECT FROM search_sources(ARRAY[d.kind::text], ARRAY[d.row_id]) s WHERE s.kind = d.kind);
    INSERT INTO events_searchdocument AS d (kind, row_id, day, last_day, title, body, address, names, vector)
    SELECT s.kind, s.row_id, s.day, s.last_day, s.title, s.body, s.address,
        ARRAY(SELECT DISTINCT search_name(name) FROM unnest(s.names) name WHERE search_name(name) <> ''),
        search_vector(s.title || ' ' || s.strong, s.body, s.marks || (':k' || s.kind))
    FROM search_sources(kinds, keys) s
    ON CONFLICT (kind, row_id) DO UPDATE SET day = excluded.day, last_day = excluded.last_day, title = excluded.title,
        body = excluded.body, address = excluded.address, names = excluded.names, vector = excluded.vector
    WHERE (d.day, d.last_day, d.title, d.body, d.address, d.names, d.vector) IS DISTINCT FROM (excluded.day,
        excluded.last_day, excluded.title, excluded.body, excluded.address, excluded.names, excluded.vector);
END $$;

-- Called with the kinds that depend on the table, and a query for their keys among the rows just "changed".
CREATE FUNCTION search_follow() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    keys bigint[];
BEGIN
    EXECUTE 'SELECT array_agg(DISTINCT key) FROM (' || TG_ARGV[1] || ') found(key)' INTO keys;
    IF keys IS NOT NULL THEN
        PERFORM search_refresh(TG_ARGV[0]::text[], keys);
    END IF;
    RETURN NULL;
END $$;
"""

# The walk from the newest to the oldest reads this index alone, as long as vacuum keeps up.
WALK = """
ALTER TABLE events_searchdocument
    ADD COLUMN signature bit(512) GENERATED ALWAYS AS (search_signature(tsvector_to_array(vector))) STORED;
CREATE INDEX search_newest_first ON events_searchdocument (day DESC, id DESC) INCLUDE (signature, last_day);
CREATE INDEX search_by_likeness ON events_searchdocument USING gin (title gin_trgm_ops)
    WHERE kind IN ('treaty', 'party', 'official');
ALTER TABLE events_searchdocument ALTER COLUMN vector SET STATISTICS 1000;
ALTER TABLE events_searchdocument SET (
    autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.05
);
"""

_EVENTS = "{event,statement}"
# Table → what depends on it, and how to its keys.
FOLLOWED = {
    "treaties_treaty": [
        ("{treaty}", "SELECT id FROM changed"),
        ("{provision}", "SELECT p.id FROM treaties_provision p JOIN changed c ON c.id = p.treaty_id"),
    ],
    "treaties_provision": [("{provision}", "SELECT id FROM changed")],
    "treaties_party": [
        ("{party}", "SELECT id FROM changed"),
        ("{official}", "SELECT o.id FROM treaties_official o JOIN changed c ON c.id = o.party_id"),
    ],
    "treaties_official": [
        ("{official}", "SELECT id FROM changed"),
        (_EVENTS, "SELECT s.event_ptr_id FROM events_statement s JOIN changed c ON c.id = s.speaker_id"),
    ],
    "events_event": [(_EVENTS, "SELECT id FROM changed")],
    "events_statement": [(_EVENTS, "SELECT event_ptr_id FROM changed")],
    "events_event_sources": [(_EVENTS, "SELECT event_id FROM changed")],
    "events_event_treaties": [(_EVENTS, "SELECT event_id FROM changed")],
    "events_event_parties": [(_EVENTS, "SELECT event_id FROM changed")],
    "events_statement_targets": [(_EVENTS, "SELECT statement_id FROM changed")],
}
_CHANGED = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def triggers() -> str:
    """Return the statements that make every table of `FOLLOWED` report the rows that a statement changed, at once."""
    return "\n".join(
        f"CREATE TRIGGER search_{operation.lower()}_{number} AFTER {operation} ON {table} "
        f"REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION search_follow('{kinds}', '{query}');"
        for table, dependents in FOLLOWED.items()
        for number, (kinds, query) in enumerate(dependents)
        for operation, rows in _CHANGED.items()
    )


# What was on record before there was a search.
FILL = """
SELECT search_refresh('{treaty}', ARRAY(SELECT id FROM treaties_treaty));
SELECT search_refresh('{provision}', ARRAY(SELECT id FROM treaties_provision));
SELECT search_refresh('{party}', ARRAY(SELECT id FROM treaties_party));
SELECT search_refresh('{official}', ARRAY(SELECT id FROM treaties_official));
SELECT search_refresh('{event,statement}', ARRAY(SELECT id FROM events_event));
"""

REMOVE = (
    "\n".join(
        f"DROP TRIGGER search_{operation.lower()}_{number} ON {table};"
        for table, dependents in FOLLOWED.items()
        for number in range(len(dependents))
        for operation in _CHANGED
    )
    + """
ALTER TABLE events_searchdocument DROP COLUMN signature;
DROP INDEX IF EXISTS search_newest_first, search_by_likeness;
DROP FUNCTION search_follow, search_refresh, search_sources, search_vector, search_signature, search_name;
DROP TEXT SEARCH CONFIGURATION treatywatch, treatywatch_whole;
"""
)

"""What makes the search as quick for common words as for rare ones, for the migration that brings it.

Each document bears marks of its day, coarse and fine, so that the index itself answers "these words, in these months";
and each two neighbouring words are kept as one, so that a phrase of common words is as quick as a rare word.
"""

from events.migrations import _search_documents as documents

# All that is read by the functions below stays as it was; what they replace is in _search_documents.
FUNCTIONS = """
-- The periods in which a day lies, from the century to the day itself; ":o" for each year that a coarse date touches.
CREATE FUNCTION search_periods(day date, last_day date) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    written text := to_char(day, 'YYYY-MM-DD');
    periods text[] := ARRAY[
        ':c' || left(written, 2), ':x' || left(written, 3), ':y' || left(written, 4), ':m' || left(written, 7),
        ':d' || written
    ];
BEGIN
    IF last_day > day THEN
        FOR year IN extract(year FROM day)::int .. extract(year FROM last_day)::int LOOP
            periods := periods || (':o' || year);
        END LOOP;
    END IF;
    RETURN periods;
END $$;

-- Each two words that stand side by side. Stop words leave a gap, and are no neighbours.
CREATE FUNCTION search_pairs(words tsvector) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(
    SELECT pair FROM (
        SELECT CASE lead(place) OVER spoken WHEN place + 1 THEN lexeme || ' ' || lead(lexeme) OVER spoken END AS pair
        FROM (SELECT lexeme, unnest(positions) AS place FROM unnest(words)) placed
        WINDOW spoken AS (ORDER BY place)
    ) neighbours WHERE pair IS NOT NULL
);

CREATE OR REPLACE FUNCTION search_vector(heading text, body text, marks text[]) RETURNS tsvector
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
    head tsvector := to_tsvector('treatywatch', heading);
    spoken tsvector := setweight(head, 'A') || setweight(to_tsvector('treatywatch', body), 'C');
BEGIN
    RETURN spoken || array_to_tsvector(
        marks || tsvector_to_array(to_tsvector('treatywatch_whole', heading || ' ' || body)) || search_pairs(spoken)
        || ARRAY(SELECT '~' || word FROM unnest(tsvector_to_array(head)) word)
    );
END $$;

-- The documents of these rows. What has no date stands after all dates, in years of which there are no dates, spread
-- over them by its key, so that a period never holds too much.
CREATE FUNCTION search_rows(kinds text[], keys bigint[])
RETURNS TABLE (
    kind text, row_id bigint, day date, last_day date, title text, body text, address text, names text[],
    vector tsvector
) LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    RETURN QUERY
    SELECT s.kind, s.row_id, placed.day, placed.last_day, s.title, s.body, s.address,
        ARRAY(SELECT DISTINCT search_name(name) FROM unnest(s.names) name WHERE search_name(name) <> ''),
        search_vector(s.title || ' ' || s.strong, s.body,
            s.marks || (':k' || s.kind) || search_periods(placed.day, placed.last_day))
    FROM search_sources(kinds, keys) s,
        LATERAL (SELECT date '9000-01-01' + (s.row_id % 30000)::int AS undated) spread,
        LATERAL (SELECT CASE s.day WHEN '9999-12-31' THEN undated ELSE s.day END AS day,
            CASE s.day WHEN '9999-12-31' THEN undated ELSE s.last_day END AS last_day) placed;
END $$;

CREATE OR REPLACE FUNCTION search_refresh(kinds text[], keys bigint[]) RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $$
    WITH found AS MATERIALIZED (SELECT * FROM search_rows(kinds, keys)), gone AS (
        DELETE FROM events_searchdocument d WHERE d.kind = ANY(kinds) AND d.row_id = ANY(keys)
            AND NOT EXISTS (SELECT FROM found f WHERE f.kind = d.kind AND f.row_id = d.row_id)
    )
    INSERT INTO events_searchdocument AS d (kind, row_id, day, last_day, title, body, address, names, vector)
    SELECT f.kind, f.row_id, f.day, f.last_day, f.title, f.body, f.address, f.names, f.vector FROM found f
    ON CONFLICT (kind, row_id) DO UPDATE SET day = excluded.day, last_day = excluded.last_day, title = excluded.title,
        body = excluded.body, address = excluded.address, names = excluded.names, vector = excluded.vector
    WHERE (d.day, d.last_day, d.title, d.body, d.address, d.names, d.vector) IS DISTINCT FROM (excluded.day,
        excluded.last_day, excluded.title, excluded.body, excluded.address, excluded.names, excluded.vector);
$$;
"""

# Emptied, and the index of words built after it is filled again: many times quicker than row by row.
REFILL = f"""
DROP INDEX search_newest_first, search_by_word;
ALTER TABLE events_searchdocument DROP COLUMN signature;
DROP FUNCTION search_signature;
TRUNCATE events_searchdocument;
{documents.FILL}
CREATE INDEX search_by_word ON events_searchdocument USING gin (vector) WITH (fastupdate = off);
"""

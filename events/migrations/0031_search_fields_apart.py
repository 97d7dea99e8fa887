from django.db import migrations

# An excerpt tells where one field ends and the next begins; a clause is named as its page names it, by paragraph or
# chapter where its document is cited so; and what happens on its day is a sentence, whoever {party} stands for.
APART = """
DO $$
DECLARE
    written text := pg_get_functiondef('search_sources(text[], bigint[])'::regprocedure);
    change text[];
BEGIN
    FOREACH change SLICE 1 IN ARRAY ARRAY[
        ARRAY[
            'concat_ws('' '', t.official_name, t.scope, t.summary)',
            'search_fields(t.official_name, t.scope, t.summary)'
        ],
        ARRAY[
            'btrim(replace(p.effect_title, ''{party}'', ''''))',
            'search_effect(p.effect_title, '''')'
        ],
        ARRAY[
            'ELSE ''Article '' || p.article || CASE WHEN p.paragraph = '''' OR p.paragraph LIKE ''(%''
                THEN p.paragraph ELSE ''('' || p.paragraph || '')'' END END',
            'ELSE search_clause(p.article || CASE WHEN p.paragraph = '''' OR p.paragraph LIKE ''(%''
                THEN p.paragraph ELSE ''('' || p.paragraph || '')'' END, p.rule ->> ''citation'') END'
        ],
        ARRAY[
            'concat_ws('' '', p.quotation, replace(p.effect_title, ''{party}'', ''''), p.recipients, p.reasons,
            p.armed_conflict, p.survival, p.precedent)',
            'search_fields(p.quotation, search_effect(p.effect_title, CASE
                WHEN p.kind NOT IN (''entry_into_force_for_state'', ''elimination'', ''reporting'')
                    OR p.effect_title LIKE ''%under the {party}%'' THEN t.short_name
                ELSE ''a party'' END), p.recipients, p.reasons, p.armed_conflict, p.survival, p.precedent)'
        ],
        ARRAY[
            'concat_ws('' '', s.quotation, e.summary, s.obligation, s.body, o.name, o.office, e.place)',
            'search_fields(s.quotation, e.summary, s.obligation, s.body, o.name, o.office, e.place)'
        ]
    ] LOOP
        IF strpos(written, change[1]) = 0 THEN
            RAISE EXCEPTION 'search_sources does not hold: %', change[1];
        END IF;
        written := replace(written, change[1], change[2]);
    END LOOP;
    EXECUTE written;
END $$;
"""

FUNCTIONS = """
-- Fields one after another, each told from the next; those that say nothing are left out.
CREATE FUNCTION search_fields(VARIADIC fields text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_string(array_remove(fields, ''), ' · ');

-- What happens on the day of a clause; without whom it happens to where that is empty, as part of a title.
CREATE FUNCTION search_effect(title text, whom text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE whom WHEN '' THEN told ELSE upper(left(told, 1)) || substr(told, 2) END FROM (
        SELECT btrim(replace(
            CASE WHEN whom = '' THEN regexp_replace(title, ' (under the|of|for) {party}', '', 'g')
                ELSE replace(title, '{party} withdrawal', 'withdrawal') END,
            '{party}', whom
        ))
    ) written(told);
END;

-- "Article XV(2)", or "Paragraph 34(v)" where the document is cited by paragraph or chapter.
CREATE FUNCTION search_clause(number text, citation text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN right(citation, length(number) + 12) = ', paragraph ' || number THEN 'Paragraph '
    WHEN right(citation, length(number) + 10) = ', chapter ' || number THEN 'Chapter '
    ELSE 'Article '
END || number;
"""

REFRESH = """
SELECT search_refresh('{treaty}', ARRAY(SELECT id FROM treaties_treaty));
SELECT search_refresh('{provision}', ARRAY(SELECT id FROM treaties_provision));
SELECT search_refresh('{event,statement}', ARRAY(SELECT id FROM events_event));
"""


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0030_zones_of_deadlines'),
    ]

    operations = [migrations.RunSQL(FUNCTIONS + APART + REFRESH, migrations.RunSQL.noop)]

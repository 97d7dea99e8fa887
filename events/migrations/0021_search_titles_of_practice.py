from django.db import migrations

# A clause that no article says is found under what happens on the day, in which {party} stands for whichever party.
NAMED = """
DO $$ BEGIN
    EXECUTE replace(pg_get_functiondef('search_sources(text[], bigint[])'::regprocedure),
        'THEN p.effect_title', 'THEN btrim(replace(p.effect_title, ''{party}'', ''''))');
END $$;
SELECT search_refresh('{provision}', ARRAY(SELECT id FROM treaties_provision WHERE article = ''));
"""


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0020_search_windows'),
    ]

    operations = [migrations.RunSQL(NAMED, migrations.RunSQL.noop)]

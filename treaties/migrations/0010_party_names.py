import django.contrib.postgres.indexes
import treaties.querysets
from django.db import migrations

# One function for what is stored and for what is asked. It uses built-ins only, so that a restore finds them; their
# results do not depend on the locale but for lower(), which both sides go through. NFKD parts letters from accents,
# U+0300 to U+036F, which are dropped with spaces, punctuation and the word "the".
CREATE = r"""
CREATE FUNCTION party_names(name text, slug text, iso_code text, aliases text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT array_agg(DISTINCT folded)
FROM unnest(array[name, slug, iso_code] || aliases) AS one,
     regexp_replace(lower(normalize(one, NFKD)), '[\u0300-\u036f]', '', 'g') AS bare,
     regexp_replace(bare, '(^|[ (])the([ )]|$)', '\1\2', 'g') AS without_article,
     regexp_replace(without_article, '[[:space:].,()''`’ʼ/-]', '', 'g') AS folded
WHERE folded <> ''
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('treaties', '0009_archived_copies'),
    ]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION party_names(text, text, text, text[])"),
        migrations.AddIndex(
            model_name='party',
            index=django.contrib.postgres.indexes.GinIndex(treaties.querysets.PartyNames('name', 'slug', 'iso_code', 'aliases'), name='party_by_any_name'),
        ),
    ]

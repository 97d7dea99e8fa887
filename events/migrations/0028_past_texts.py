from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper

# What the database knew of the words of past versions; the indexes tell it as much.
_PAST_TEXTS = """
CREATE STATISTICS event_history_text ON (upper(title::text)), (upper(summary)) FROM events_eventhistory;
CREATE STATISTICS statement_history_text ON (upper(quotation)) FROM events_statementhistory;
"""
_NO_PAST_TEXTS = "DROP STATISTICS event_history_text, statement_history_text"


class Migration(migrations.Migration):
    # Editors go on entering while the indexes are made, which takes minutes for a million statements.
    atomic = False

    dependencies = [
        ('events', '0027_published_of_actor'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('treaties', '0015_past_in_order'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='eventhistory',
            index=models.Index(fields=['-changed_at', 'pgh_obj'], name='event_history_latest_change'),
        ),
        AddIndexConcurrently(
            model_name='eventhistory',
            index=GinIndex(
                OpClass(Upper('title'), name='gin_trgm_ops'),
                OpClass(Upper('summary'), name='gin_trgm_ops'),
                fastupdate=False,
                name='event_history_by_part_of_text',
            ),
        ),
        AddIndexConcurrently(
            model_name='statementhistory',
            index=GinIndex(
                OpClass(Upper('quotation'), name='gin_trgm_ops'),
                fastupdate=False,
                name='statement_history_by_part',
            ),
        ),
        migrations.RunSQL(_NO_PAST_TEXTS, _PAST_TEXTS),
        # Of the words that are now indexed nothing is known until the next one.
        migrations.RunSQL('ANALYZE events_eventhistory, events_statementhistory', migrations.RunSQL.noop),
    ]

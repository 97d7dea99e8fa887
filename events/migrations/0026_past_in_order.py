from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# No index tells in which past versions a text occurs; these let the database guess in how many.
_PAST_TEXTS = """
CREATE STATISTICS event_history_text ON (upper(title::text)), (upper(summary)) FROM events_eventhistory;
CREATE STATISTICS statement_history_text ON (upper(quotation)) FROM events_statementhistory;
"""
_NO_PAST_TEXTS = "DROP STATISTICS event_history_text, statement_history_text"
_TABLES = "events_event, events_statement, events_eventhistory, events_statementhistory"


class Migration(migrations.Migration):
    # Editors go on entering while the index is made.
    atomic = False

    dependencies = [
        ('events', '0025_text_of_events'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='eventhistory',
            index=models.Index(fields=['-earliest', '-latest', 'slug'], name='event_history_in_order'),
        ),
        migrations.RunSQL(_PAST_TEXTS, _NO_PAST_TEXTS),
        # Of what is indexed or kept statistics of since the last one, nothing is known until the next.
        migrations.RunSQL(f"ANALYZE {_TABLES}", migrations.RunSQL.noop),
    ]

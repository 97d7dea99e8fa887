from django.db import migrations

# How many events lie where in time; of their first and last days apart, nothing follows for both together.
_SPANS = "CREATE STATISTICS event_spans ON (daterange(earliest, latest, '[]')) FROM events_event"
_NO_SPANS = "DROP STATISTICS event_spans"


class Migration(migrations.Migration):
    dependencies = [
        ('events', '0028_past_texts'),
    ]

    operations = [
        migrations.RunSQL(_SPANS, _NO_SPANS),
        # Nothing is known until the next one.
        migrations.RunSQL('ANALYZE events_event', migrations.RunSQL.noop),
    ]

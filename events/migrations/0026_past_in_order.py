from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


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
    ]

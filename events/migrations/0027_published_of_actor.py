from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Editors go on entering while the index is made.
    atomic = False

    dependencies = [
        ('events', '0026_past_in_order'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='event',
            index=models.Index(
                condition=models.Q(('publication', 'published')),
                fields=['actor', 'id'],
                name='event_published_of_actor',
            ),
        ),
        RemoveIndexConcurrently(
            model_name='event',
            name='event_published_by_actor',
        ),
    ]

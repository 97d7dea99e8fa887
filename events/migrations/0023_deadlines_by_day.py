from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Mails go out while the indexes are made.
    atomic = False

    dependencies = [
        ('events', '0022_search_by_day'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='deadline',
            index=models.Index(fields=['due_latest', 'slug'], name='deadline_by_last_day'),
        ),
        AddIndexConcurrently(
            model_name='deadline',
            index=models.Index(fields=['-changed_at', '-slug'], name='deadline_latest_change'),
        ),
    ]

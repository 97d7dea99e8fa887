from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Editors go on entering while the index is made.
    atomic = False

    dependencies = [
        ('treaties', '0014_known_zones'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='treatyhistory',
            index=models.Index(fields=['short_name', 'slug'], name='treaty_history_in_order'),
        ),
    ]

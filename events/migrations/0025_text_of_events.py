from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    # Editors go on entering while the indexes are made, which takes minutes for a million statements.
    atomic = False

    dependencies = [
        ('events', '0024_known_zones'),
        ('treaties', '0014_known_zones'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='event',
            index=GinIndex(
                OpClass(Upper('title'), name='gin_trgm_ops'),
                OpClass(Upper('summary'), name='gin_trgm_ops'),
                fastupdate=False,
                name='event_by_any_part_of_text',
            ),
        ),
        AddIndexConcurrently(
            model_name='statement',
            index=GinIndex(
                OpClass(Upper('quotation'), name='gin_trgm_ops'),
                fastupdate=False,
                name='statement_by_part_of_quotation',
            ),
        ),
    ]

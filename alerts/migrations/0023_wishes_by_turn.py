from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.deletion import PROTECT

_INDEXES = {
    'treaty': ('treaties.treaty', 'alerts_subscription_treaty_id_7a767359'),
    'party': ('treaties.party', 'alerts_subscription_party_id_04be4ae1'),
    'deadline': ('events.deadline', 'alerts_subscription_deadline_id_7d3537d9'),
}


def add(followed):
    return AddIndexConcurrently(
        model_name='subscription',
        index=models.Index(
            condition=models.Q((f'{followed}__isnull', False)),
            fields=[followed, 'state', 'time_zone', 'lead_days'],
            name=f'subscription_of_{followed}',
        ),
    )


def remove_former(followed, to, index):
    # Django itself would check every row's reference anew, and keep wishes from being changed meanwhile.
    return migrations.RunSQL(
        f'DROP INDEX CONCURRENTLY IF EXISTS {index}',
        f'CREATE INDEX CONCURRENTLY {index} ON alerts_subscription ({followed}_id)',
        state_operations=[
            migrations.AlterField(
                model_name='subscription',
                name=followed,
                field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=PROTECT, related_name='subscriptions', to=to),
            ),
        ],
    )


class Migration(migrations.Migration):
    # Readers go on choosing while the indexes are made.
    atomic = False

    dependencies = [
        ('alerts', '0022_zones_of_wishes'),
        ('events', '0027_published_of_actor'),
        ('treaties', '0015_past_in_order'),
    ]

    operations = [
        *(add(followed) for followed in _INDEXES),
        AddIndexConcurrently(
            model_name='subscription',
            index=models.Index(
                condition=models.Q(('everything', True)),
                fields=['state', 'time_zone', 'lead_days'],
                name='subscription_of_everything',
            ),
        ),
        *(remove_former(followed, *one) for followed, one in _INDEXES.items()),
        RemoveIndexConcurrently(
            model_name='subscription',
            name='subscription_to_everything',
        ),
    ]

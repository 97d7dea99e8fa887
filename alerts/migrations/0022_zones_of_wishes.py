from django.db import migrations, transaction
from django.db.models import Max

from alerts.migrations import _readers_zone

_SIZE = 5000


def fill(apps, schema_editor):
    last = apps.get_model('alerts', 'Subscription').objects.aggregate(last=Max('pk'))['last'] or 0
    for after in range(0, last, _SIZE):
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.execute(_readers_zone.FILL, {'after': after, 'size': _SIZE})


class Migration(migrations.Migration):
    # Each few thousand wishes are committed by themselves; broken off, it begins anew and changes what is left.
    atomic = False

    dependencies = [
        ('alerts', '0021_readers_zone'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

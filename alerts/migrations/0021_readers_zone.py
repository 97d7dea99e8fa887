from django.db import migrations, models

from alerts.migrations import _readers_zone


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0020_readers_in_order'),
    ]

    operations = [
        migrations.AddField(
            model_name='subscription',
            name='time_zone',
            field=models.CharField(db_default='UTC', default='UTC', editable=False, help_text="Its reader's, kept so by the database.", max_length=60),
        ),
        migrations.RunSQL(_readers_zone.INSTALL, _readers_zone.REMOVE),
    ]

from django.db import migrations, models

from events.migrations import _search_windows as windows


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0019_latest_change'),
    ]

    operations = [
        migrations.RunSQL(windows.FUNCTIONS + windows.REFILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='searchdocument',
            name='day',
            field=models.DateField(help_text="The first day of the row's date; one after the year 9000 for what has none."),
        ),
    ]

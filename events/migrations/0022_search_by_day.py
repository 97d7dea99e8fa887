from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0021_search_titles_of_practice'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='searchdocument',
            index=models.Index(fields=['day'], name='search_by_day'),
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('treaties', '0013_by_name'),
    ]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION knows_zone(name text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
            BEGIN
                PERFORM TIMESTAMPTZ 'epoch' AT TIME ZONE name;
                RETURN TRUE;
            EXCEPTION WHEN invalid_parameter_value THEN
                RETURN FALSE;
            END $$;
            """,
            "DROP FUNCTION knows_zone(text);",
        ),
    ]

"""Time zones that the database knows: it counts days and everybody's mornings, and has its own list of zones."""

from __future__ import annotations

from django.db import connection, models


class KnowsZone(models.Func):
    """Whether the database can tell the time in a zone of this name."""

    function = "knows_zone"
    output_field = models.BooleanField()


def is_known_zone(name: str) -> bool:
    """Say whether the database knows a zone of this name: Python's own list may have others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT knows_zone(%s)", [name])
        return bool(cursor.fetchone()[0])

"""The record's generation: a name that changes in the very transaction that changes anything a reader can see.

Pages, feeds and pictures are kept under it. The database's own triggers move it, so that edits, imports and bare SQL
all do; a reader who sees the new generation sees the new record, and the other way round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection

if TYPE_CHECKING:
    from django.db.models import Model

_TRIGGER = "record_moves"
# Always, also in sessions that switch ordinary triggers off for a bulk load.
_INSTALL = """
CREATE TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION record_moves();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}
"""
_READ = "SELECT COALESCE(SUM(moves), 0), COALESCE(MAX(transaction), 0) FROM events_recordmove"
# One statement, so that no reader sees the sum without the folded rows or with them twice.
_FOLD = """
WITH folded AS (DELETE FROM events_recordmove RETURNING transaction, moves)
INSERT INTO events_recordmove (transaction, moves)
SELECT MAX(transaction), SUM(moves) FROM folded HAVING COUNT(*) > 0
"""
_FEW = 100
# From zone to zone by the index: every edit asks, and to list them all would be to read every deadline.
_ZONES = """
WITH RECURSIVE zones(zone) AS (
    (SELECT zone FROM events_deadline ORDER BY zone LIMIT 1)
    UNION ALL
    SELECT (SELECT d.zone FROM events_deadline d WHERE d.zone > zones.zone ORDER BY d.zone LIMIT 1)
    FROM zones WHERE zones.zone IS NOT NULL
)
SELECT zone FROM zones WHERE zone IS NOT NULL
"""


def generation() -> str:
    """Return the generation of the record as this transaction sees it."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        moves, last = cursor.fetchone()
    return f"{moves}-{last}"


def zones_in_use() -> list[str]:
    """Return the IANA zones by whose calendars days are counted somewhere on the record."""
    with connection.cursor() as cursor:
        cursor.execute(_ZONES)
        return sorted({"UTC", *(zone for (zone,) in cursor.fetchall())})


def fold() -> None:
    """Put the rows of many transactions together, which leaves the generation as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM events_recordmove")
        if cursor.fetchone()[0] > _FEW:
            cursor.execute(_FOLD)


def record_tables() -> list[str]:
    """Return the tables that hold what readers see: all of `treaties` and `events` but history and these counts."""
    found = [model for app in ("treaties", "events") for model in apps.get_app_config(app).get_models(True)]
    return sorted({model._meta.db_table for model in found if _is_seen(model)})


def _is_seen(model: type[Model]) -> bool:
    # A history row comes only with a write to the row that it is the history of.
    return model._meta.managed and not model.__name__.endswith("History") and model.__name__ != "RecordMove"


def watch_tables(**_signal: Any) -> None:
    """Give every table of the record its trigger; called after migrations, so that a new table is never forgotten."""
    with connection.cursor() as cursor:
        for table in sorted(set(record_tables()) & _unwatched(cursor)):
            cursor.execute(_INSTALL.format(trigger=_TRIGGER, table=connection.ops.quote_name(table)))


def _unwatched(cursor: Any) -> set[str]:
    """Return the tables without the trigger; none before the function behind it exists."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace "
        "AND EXISTS (SELECT FROM pg_proc WHERE proname = %s) "
        "AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgname = %s)",
        [_TRIGGER, _TRIGGER],
    )
    return {table for (table,) in cursor.fetchall()}

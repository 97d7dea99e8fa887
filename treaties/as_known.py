"""What the record itself said at a past instant: every question asked within `as_known` is answered from history.

For each table with a history there is a view of the same name in a schema of its own, which shows the rows as they
stood at the instant that the transaction names. Within `as_known` that schema comes first in the search path, so
that the same pages, filters and counts read the past without a line of their own.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db import models

SCHEMA = "record_as_known"
_INSTANT = "current_setting('treatywatch.known_at')::timestamptz"
# The last version by the instant, unless that version says that the row is gone. Conditions on the columns, and on
# the key, reach the history's own indexes: nothing here keeps the planner from pushing them down. OFFSET 0 keeps it
# from joining the later versions of everything: whether there is one is asked of each row by itself.
_VIEW = """
CREATE VIEW {schema}.{table} AS SELECT {columns} FROM {history} version
WHERE version.pgh_created_at <= {instant} AND version.pgh_label <> 'delete' AND NOT EXISTS (
    SELECT FROM {history} later
    WHERE later.pgh_obj_id = version.pgh_obj_id AND later.pgh_id > version.pgh_id
    AND later.pgh_created_at <= {instant}
    OFFSET 0
)
"""
_COLUMNS = """
SELECT column_name, format_type(atttypid, atttypmod)
FROM information_schema.columns
JOIN pg_attribute ON attrelid = to_regclass(quote_ident(table_name)) AND attname = column_name
WHERE table_schema = current_schema AND table_name = %s ORDER BY ordinal_position
"""
# What is asked of each row by itself counts as dear: compiling it first would take longer than most answers.
_ENTER = f"""
SELECT set_config('treatywatch.known_at', %s, true), set_config('jit', 'off', true),
       set_config('search_path', '{SCHEMA}, ' || current_setting('search_path'), true),
       current_setting('search_path'), to_regclass('{SCHEMA}.treaties_treaty') IS NOT NULL
"""
_SET_PATH = "SELECT set_config('search_path', %s, true)"


@contextmanager
def as_known(instant: datetime) -> Iterator[None]:
    """Answer every question to the record, within this block, as it stood at the end of the instant.

    Nothing may be written within it. Rows of models without history are seen as they are now.

    Raises:
        RuntimeError: if the database was not migrated to the end, so that the past cannot be read.

    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        (path,) = cursor.fetchone()
        cursor.execute(_ENTER, [instant.isoformat()])
        is_there = cursor.fetchone()[-1]
        if not is_there:
            raise RuntimeError("The views of the past are missing: run manage.py migrate.")
        yield
        # An outer transaction goes on, in the present; after a fault, what is undone takes the path back with it.
        if not connection.needs_rollback:
            cursor.execute(_SET_PATH, [path])


@contextmanager
def in_the_present() -> Iterator[None]:
    """Ask the record as it is now from within `as_known`: what became of what was known then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        (path,) = cursor.fetchone()
        cursor.execute(_SET_PATH, [path.removeprefix(f"{SCHEMA}, ")])
        yield
        cursor.execute(_SET_PATH, [path])


def tracked_models() -> list[tuple[type[models.Model], type[models.Model]]]:
    """Return each model with a history, and the model of its history."""
    return [(tracked, model) for model in apps.get_models() if (tracked := getattr(model, "pgh_tracked_model", None))]


def drop_views(**_signal: Any) -> None:
    """Take the views away before a migration changes the tables on which they rest."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def make_views(**_signal: Any) -> None:
    """Make the views anew from the tables as they now are."""
    drop_views()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for model, history in tracked_models():
            _make_view(cursor, model, history)


def _make_view(cursor: Any, model: type[models.Model], history: type[models.Model]) -> None:
    table, kept = model._meta.db_table, history._meta.db_table
    columns, known = _columns(cursor, table), _columns(cursor, kept)
    if not columns or not known:  # a migration to a past state has not made them yet
        return
    key = model._meta.pk.column if model._meta.pk else ""
    shown = [_shown(name, kind, key=key, is_known=name in known) for name, kind in columns.items()]
    cursor.execute(
        _VIEW.format(
            schema=SCHEMA,
            table=connection.ops.quote_name(table),
            columns=", ".join(shown),
            history=connection.ops.quote_name(kept),
            instant=_INSTANT,
        )
    )


def _columns(cursor: Any, table: str) -> dict[str, str]:
    cursor.execute(_COLUMNS, [table])
    return dict(cursor.fetchall())


def _shown(name: str, kind: str, *, key: str, is_known: bool) -> str:
    quoted = connection.ops.quote_name(name)
    if name == key:
        return f"version.pgh_obj_id AS {quoted}"
    # What no history keeps, such as an index for searching, is not known of the past.
    return f"version.{quoted}" if is_known else f"NULL::{kind} AS {quoted}"

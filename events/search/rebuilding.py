"""The whole index of the search made anew, for after a restore or a change of what is indexed.

Several connections put the documents together beside the index that is in use; when all are there, they take its place
in one transaction. Until then the search answers from the old index. Whoever saves something waits, so that nothing
is missed; an interruption leaves everything as it was.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from events.models import Event
from treaties.models import Official, Party, Provision, Treaty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_COLUMNS = "kind, row_id, day, last_day, title, body, address, names, vector"
_SOURCES = (
    ("{treaty}", Treaty),
    ("{provision}", Provision),
    ("{party}", Party),
    ("{official}", Official),
    ("{event,statement}", Event),
)
_AT_ONCE = 10_000
# Any number that nothing else locks.
_LOCK = 7_203_911


class RebuildError(Exception):
    """The index cannot be made anew now."""


def rebuild(workers: int, told: Callable[[int, int], None]) -> int:
    """Make the index anew and return how many documents it has; `told` hears how many of all portions are read.

    To be called outside of any transaction.

    Raises:
        RebuildError: if it is being made anew already.

    """
    with _beside(), transaction.atomic():
        _execute("LOCK TABLE events_searchdocument IN SHARE ROW EXCLUSIVE MODE")
        # Each portion is read in a transaction that begins after the lock: it sees all that was written before it.
        _read_all(workers, told)
        count = _take_over(workers)
    _execute("VACUUM ANALYZE events_searchdocument")
    return count


@contextmanager
def _beside() -> Iterator[None]:
    """Keep a table for the new documents, of which nothing remains: neither of this rebuilding nor of a broken one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise RebuildError(_("The search is being indexed anew already."))
    try:
        _execute("DROP TABLE IF EXISTS search_rebuilt")
        _execute(f"CREATE UNLOGGED TABLE search_rebuilt AS SELECT {_COLUMNS} FROM events_searchdocument LIMIT 0")  # noqa: S608
        yield
    finally:
        _execute("DROP TABLE IF EXISTS search_rebuilt")
        _execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _read_all(workers: int, told: Callable[[int, int], None]) -> None:
    portions = list(_portions())
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(_read, *portion) for portion in portions]
        try:
            for done, one in enumerate(as_completed(running), start=1):
                one.result()
                told(done, len(portions))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _portions() -> Iterator[tuple[str, str, int]]:
    """Return the portions of what may be found: (kinds, table, first key)."""
    for kinds, model in _SOURCES:
        last = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
        for first in range(1, last + 1, _AT_ONCE):
            yield kinds, model._meta.db_table, first


def _read(kinds: str, table: str, first: int) -> None:
    """Put the documents of one portion into the table beside, on a connection of its own."""
    with closing(connection.copy()) as own, own.cursor() as cursor:
        cursor.execute(
            # The names are our own; values are parameters.
            f"INSERT INTO search_rebuilt SELECT {_COLUMNS} FROM search_rows(%s, ARRAY("  # noqa: S608
            f"SELECT id FROM {table} WHERE id BETWEEN %s AND %s))",
            [kinds, first, first + _AT_ONCE - 1],
        )


def _take_over(workers: int) -> int:
    """Put what was read in the place of the old index; its own indexes are built when all is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "
            "AND tablename = 'events_searchdocument' AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint WHERE conrelid = 'events_searchdocument'::regclass)"
        )
        indexes = cursor.fetchall()
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL work_mem = '256MB'")
        cursor.execute("SELECT set_config('max_parallel_maintenance_workers', %s, true)", [str(workers)])
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("TRUNCATE events_searchdocument")
        # Neighbours in time become neighbours on the disk: the newest, which most answers show, take few pages.
        cursor.execute(
            f"INSERT INTO events_searchdocument ({_COLUMNS}) SELECT {_COLUMNS} FROM search_rebuilt ORDER BY day DESC"  # noqa: S608
        )
        count: int = cursor.rowcount
        for _name, definition in indexes:
            cursor.execute(definition)
    return count


def _execute(statement: str, values: list[int] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

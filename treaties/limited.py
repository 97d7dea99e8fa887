"""How long the database may think about one question of a public page, so that one greedy address starves no others."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

# What held before is asked first: the columns of a row are made from the left.
_LIMIT = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)"


@contextmanager
def limited() -> Iterator[None]:
    """Have each question asked within this block ended by the database after PUBLIC_STATEMENT_SECONDS.

    It is one transaction: the limit is gone with it, also where a pooler lends its connection to somebody else next.

    Raises:
        OperationalError: from the question that took too long; its cause is psycopg2's QueryCanceled.

    """
    is_part_of_another = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LIMIT, [f"{settings.PUBLIC_STATEMENT_SECONDS}s"])
        before, _now = cursor.fetchone()
        yield
        if is_part_of_another:
            cursor.execute(_LIMIT, [before])

"""How the search asks the database: each question is planned once for all values, and takes no longer than allowed.

One plan fits all values, because the way is chosen before the question is asked (see finding.py): what a plan for these
very words would tell is known by then, and to make it takes as long as to answer.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

# No search holds a connection for long, and the planner is kept to the index of words. Rows that are read one here and
# one there are had sooner by reading than by asking others to read ahead.
_CAREFULLY = (
    "SET LOCAL statement_timeout = '2s'; SET LOCAL jit = off; SET LOCAL enable_seqscan = off; "
    "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL effective_io_concurrency = 0; "
    "SET LOCAL plan_cache_mode = force_generic_plan"
)


@contextmanager
def carefully() -> Iterator[None]:
    """Ask everything within this block so that it neither takes long nor goes astray."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CAREFULLY)
        yield
        # Nothing was written; going back takes the settings back too where this is part of another transaction.
        transaction.set_rollback(True)

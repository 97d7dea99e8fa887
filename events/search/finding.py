"""The documents that hold what is wanted, newest first, at the same speed for rare and for common words.

Where few rows match, all of them are read and sorted. Where many do, that would be far more than anybody will see:
then the newest weeks, months or years are asked for first, as many as are likely to hold enough, and older ones after
them until there is enough. Words and days are in one index, so that no other rows are read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from events.search.wanted import quoted
from events.search.windows import UNDATED, Spread, read_spread

if TYPE_CHECKING:
    from collections.abc import Callable

# So many rows are read faster than a stretch of days that holds the newest of them is found.
READ_AT_MOST = 400
_READ_TRIED = 1500
# A stretch is chosen to hold more than is asked for: the next one costs as much again.
_AMPLE = 1.5
# The index gathers every row of a beginning before anything else: of so many, the rows of the stretch are read instead.
GATHERED_AT_MOST = 60_000
_WIDER = 2
_LEAST, _MOST = 0.5, 8

# Things themselves come before what was said of them; the parameter is the tsquery.
SCORE = """
round(1e6 * ts_rank(vector, %s::tsquery) * CASE kind
    WHEN 'treaty' THEN 1.6 WHEN 'party' THEN 1.5 WHEN 'provision' THEN 1.2 WHEN 'official' THEN 1.2 ELSE 1
END)::bigint"""


@dataclass(frozen=True)
class Stretch:
    """The days between which to look, and the place (day, key) after which to go on; None where there is no bound."""

    since: date | None = None
    until: date | None = None
    after: tuple[date, int] | None = None

    @property
    def top(self) -> date:
        """Return the last day on which a document may begin."""
        bounds = [self.until, self.after[0] if self.after else None, UNDATED if self.since else None]
        return min((one for one in bounds if one), default=date.max)

    def conditions(self) -> tuple[str, list[Any]]:
        """Return the SQL of the bounds, and its parameters."""
        bounds: list[tuple[str, list[Any]]] = []
        if self.since:
            bounds.append(("last_day >= %s AND day < %s", [self.since, UNDATED]))
        if self.until:
            bounds.append(("day <= %s", [self.until]))
        if self.after:
            bounds.append(("(day, id) < (%s, %s)", list(self.after)))
        return "".join(f" AND {sql}" for sql, _ in bounds), [value for _, values in bounds for value in values]


@dataclass(frozen=True)
class Match:
    """A document that matches: how well, and its place in the list."""

    score: int
    day: date
    key: int


@dataclass(frozen=True)
class Matches:
    """The newest matches and how many there are: `counted`, or more than that if not `is_whole`."""

    newest: list[Match]
    counted: int
    is_whole: bool


def newest_matches(
    query: str, expected: int, stretch: Stretch, most: int, spread: Callable[[], Spread] = read_spread
) -> Matches:
    """Return the newest `most` documents that match the tsquery; things without a date come first.

    `expected` is how many the database expects, and `spread` how they lie; both decide the way, not the answer.
    """
    if expected <= READ_AT_MOST:
        rows, count = _read(query, stretch, [], most)
        # The planner takes words for independent; those that go together are found far more often than it expects.
        if count <= _READ_TRIED:
            return Matches(rows, count, is_whole=True)
        expected = count
    return _by_stretches(query, expected, stretch, most, spread())


def _by_stretches(query: str, expected: int, stretch: Stretch, most: int, spread: Spread) -> Matches:
    is_read = ":*" in query and expected > GATHERED_AT_MOST
    share = ample = _AMPLE * most / max(expected, 1)
    last, found, seen = stretch.top, list[Match](), 0
    bottom = stretch.since or date.min
    while (last := spread.reached(last)) >= bottom:
        first = max(spread.below(last, share), bottom)
        rows, count = _read(
            query, stretch, spread.marks(first, last), most - len(found), _limit(first, last), is_read=is_read
        )
        while count > _READ_TRIED and first < last:
            # All that is read of a stretch must be all that is in it: its newest may be the last to be read.
            share /= _WIDER
            # What has no date is then read by itself.
            shorter = UNDATED if last >= UNDATED else spread.below(last, share)
            first = _later(shorter, first, last)
            rows, count = _read(
                query, stretch, spread.marks(first, last), most - len(found), _limit(first, last), is_read=is_read
            )
        found, seen = found + rows, seen + count
        if len(found) >= most:
            return Matches(found, seen, is_whole=False)
        if first == date.min:
            break
        last, share = (
            first - timedelta(days=1),
            ample if first == UNDATED else _next_share(share, count, most - len(found)),
        )
    before, count = _that_began_before(query, stretch, most - len(found))
    return Matches(found + before, seen + count, is_whole=True)


def _next_share(share: float, found: int, missing: int) -> float:
    """Return the share in which the rest should lie, by what lay in the last one."""
    return share * min(max(_AMPLE * missing / max(found, 1), _LEAST), _MOST)


def _later(first: date, before: date, last: date) -> date:
    """Return the first day of a shorter stretch: as advised, or by days where that has not made it shorter."""
    return first if first > before else last - (last - before) // _WIDER


def _limit(first: date, last: date) -> int | None:
    """Return how many are read of a stretch before it is taken for too long; a single day cannot be made shorter."""
    return _READ_TRIED if first < last else None


def _that_began_before(query: str, stretch: Stretch, most: int) -> tuple[list[Match], int]:
    """Return what began before the first day asked for and was, for all that is known, not over on it."""
    if stretch.since is None:
        return [], 0
    narrowed = replace(stretch, until=min(stretch.since - timedelta(days=1), stretch.until or date.max))
    return _read(query, narrowed, [f":o{stretch.since.year}"], most, None)


def _read(
    query: str,
    stretch: Stretch,
    marks: list[str],
    most: int,
    limit: int | None = _READ_TRIED,
    *,
    is_read: bool = False,
) -> tuple[list[Match], int]:
    """Return the newest that bear one of the marks (any, if there are none), and how many there are, up to `limit`.

    If `is_read`, the index is asked for the marks alone, and the query is held against each of their rows.
    """
    bounds, values = stretch.conditions()
    borne = " | ".join(quoted(one) for one in marks)
    if is_read:
        indexed, bounds, values = borne, f"{bounds} AND (vector @@ %s::tsquery) IS TRUE", [*values, query]
    else:
        indexed = f"({query}) & ({borne})" if marks else query
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH found AS MATERIALIZED (
                SELECT day, id FROM events_searchdocument WHERE vector @@ %s::tsquery{bounds} LIMIT %s
            ), newest AS MATERIALIZED (SELECT id FROM found ORDER BY day DESC, id DESC LIMIT %s)
            SELECT {SCORE}, day, id, (SELECT count(*) FROM found) FROM events_searchdocument
            WHERE id = ANY(ARRAY(SELECT id FROM newest)) ORDER BY day DESC, id DESC
            """,
            [indexed, *values, limit + 1 if limit else None, most, query],
        )
        rows = cursor.fetchall()
    return [Match(score, day, key) for score, day, key, _ in rows], rows[0][3] if rows else 0


def expected_matches(*queries: str) -> list[int]:
    """Return how many rows the planner expects to match each of the tsqueries."""
    each = "SELECT FROM events_searchdocument WHERE vector @@ %s::tsquery"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {' UNION ALL '.join([each] * len(queries))}", queries)
        plan = cursor.fetchone()[0]
    top = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return [int(one["Plan Rows"]) for one in (top["Plans"] if len(queries) > 1 else [top])]


def named_matches(keys: tuple[int, ...], query: str) -> list[Match]:
    """Return the documents of these keys that match, with a score above all others."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {SCORE} + 1000000000, day, id FROM events_searchdocument
            WHERE id = ANY(%s) AND vector @@ %s::tsquery
            """,
            [query, list(keys), query],
        )
        return [Match(*row) for row in cursor]

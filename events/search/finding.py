"""The documents that hold what is wanted, newest first, at the same speed for rare and for common words.

Two ways lead to the newest matches. Where few rows match, the index of words names them all, and they are sorted.
Where many do, that would read far more rows than anybody will see: then the rows are walked through from the newest
on, until enough have matched. The walk stays in an index that holds each row's signature, a Bloom filter of its
words, and reads only the rows that may match.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

# So many matches are sorted faster than the newest hundred are found by walking; measured at a million rows.
SORTED_AT_MOST = 3000
_SORTED_TRIED = 6000


@dataclass(frozen=True)
class Stretch:
    """The days between which to look, and the place (day, key) after which to go on; None where there is no bound."""

    since: date | None = None
    until: date | None = None
    after: tuple[date, int] | None = None

    def conditions(self) -> tuple[str, list[Any]]:
        """Return the SQL of the bounds, and its parameters."""
        bounds: list[tuple[str, list[Any]]] = []
        if self.since:
            bounds.append(("last_day >= %s AND day < %s", [self.since, date.max]))
        if self.until:
            bounds.append(("day <= %s", [self.until]))
        if self.after:
            bounds.append(("(day, id) < (%s, %s)", list(self.after)))
        return "".join(f" AND {sql}" for sql, _ in bounds), [value for _, values in bounds for value in values]


@dataclass(frozen=True)
class Matches:
    """The newest matches as (day, key), and how many there are; `is_estimate` if that was not counted."""

    newest: list[tuple[date, int]]
    count: int
    is_estimate: bool


def newest_matches(query: str, signatures: tuple[tuple[str, ...], ...], stretch: Stretch, most: int) -> Matches:
    """Return the newest `most` documents that match the tsquery `query`; things without a date come first."""
    expected = _expected(query)
    if expected <= SORTED_AT_MOST:
        rows = _rows(*_sorted(query, stretch), most)
        count = rows[0][2] if rows else 0
        # The planner takes words for independent; those that go together are found far more often than it expects.
        if count <= _SORTED_TRIED:
            return Matches(_places(rows), count, is_estimate=False)
        expected = count
    rows = _rows(*_walked(query, signatures, stretch), most)
    is_whole = len(rows) < most
    return Matches(_places(rows), len(rows) if is_whole else max(expected, most), is_estimate=not is_whole)


def _rows(sql: str, parameters: list[Any], most: int) -> list[tuple[date, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {most:d}", parameters)
        return cursor.fetchall()


def _places(rows: list[tuple[date, int, int]]) -> list[tuple[date, int]]:
    return [(day, key) for day, key, _ in rows]


def _sorted(query: str, stretch: Stretch) -> tuple[str, list[Any]]:
    bounds, values = stretch.conditions()
    sql = (
        "WITH found AS MATERIALIZED "
        f"(SELECT day, id FROM events_searchdocument WHERE vector @@ %s::tsquery{bounds} LIMIT {_SORTED_TRIED + 1}) "
        "SELECT day, id, (SELECT count(*) FROM found) FROM found ORDER BY day DESC, id DESC"
    )
    return sql, [query, *values]


def _walked(query: str, signatures: tuple[tuple[str, ...], ...], stretch: Stretch) -> tuple[str, list[Any]]:
    bounds, values = stretch.conditions()
    sieve = " OR ".join("signature & search_signature(%s::text[]) = search_signature(%s::text[])" for _ in signatures)
    sql = (
        # OFFSET 0 keeps the two steps apart: the index alone first, then the rows that it lets pass.
        f"SELECT may.day, may.id, 0 FROM (SELECT day, id FROM events_searchdocument WHERE ({sieve}){bounds} "
        "ORDER BY day DESC, id DESC OFFSET 0) may, LATERAL (SELECT FROM events_searchdocument read "
        "WHERE read.id = may.id AND read.vector @@ %s::tsquery OFFSET 0) does"
    )
    return sql, [words for way in signatures for words in (list(way), list(way))] + [*values, query]


def _expected(query: str) -> int:
    """Return how many rows the planner expects to match."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) SELECT FROM events_searchdocument WHERE vector @@ %s::tsquery", [query])
        plan = cursor.fetchone()[0]
    return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])


def scores(keys: list[int], named: tuple[int, ...], query: str) -> list[tuple[int, date, int]]:
    """Return (score, day, key) of the documents, the best first.

    Those that the question names outright come first, and things themselves before what was said of them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT round(1e6 * ts_rank(vector, %(query)s::tsquery) * CASE kind WHEN 'treaty' THEN 1.6
                    WHEN 'party' THEN 1.5 WHEN 'provision' THEN 1.2 WHEN 'official' THEN 1.2 ELSE 1 END)::bigint
                + CASE WHEN id = ANY(%(named)s) THEN 1000000000 ELSE 0 END AS score, day, id
            FROM events_searchdocument
            WHERE id = ANY(%(keys)s) OR id = ANY(%(named)s) AND vector @@ %(query)s::tsquery
            ORDER BY score DESC, day DESC, id DESC
            """,
            {"query": query, "keys": keys, "named": list(named)},
        )
        return cursor.fetchall()

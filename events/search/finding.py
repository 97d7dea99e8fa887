"""The documents that hold what is wanted, newest first, at the same speed for rare and for common words.

Where few rows match, all of them are read and sorted. Where many do, that would be far more than anybody will see:
then the newest weeks, months or years are asked for first, as many as are likely to hold enough, and older ones after
them until there is enough. Words and days are in one index, so that no other rows are read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from events.search.wanted import quoted
from events.search.windows import UNDATED, Spread, read_spread
from treaties.asked import Asked

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

# Things themselves come before what was said of them.
_SCORE = """
round(1e6 * ts_rank(vector, {query}) * CASE kind
    WHEN 'treaty' THEN 1.6 WHEN 'party' THEN 1.5 WHEN 'provision' THEN 1.2 WHEN 'official' THEN 1.2 ELSE 1
END)::bigint"""


def _newest(condition: str) -> Asked:
    """Return the question for the newest of the rows that meet the condition, those headed by the words, and the count.

    Its values are the query, the periods, the first and the last day, the place (day, key) to go on after, how many are
    read and how many wanted, the query for headings, and how many so headed are wanted.
    """
    return Asked(
        f"""
        WITH found AS MATERIALIZED (
            SELECT day, id, $9 IS NOT NULL AND vector @@ $9 AS is_headed FROM events_searchdocument
            WHERE {condition} AND ($3 IS NULL OR last_day >= $3 AND day < '{UNDATED}') AND ($4 IS NULL OR day <= $4)
                AND ($5 IS NULL OR (day, id) < ($5, $6))
            LIMIT $7
        ), chosen AS MATERIALIZED (
            (SELECT id FROM found ORDER BY day DESC, id DESC LIMIT $8)
            UNION (SELECT id FROM found WHERE is_headed ORDER BY day DESC, id DESC LIMIT $10)
        )
        SELECT {_SCORE.format(query="$1")}, day, id,
            CASE WHEN vector @@ $9 THEN {_SCORE.format(query="$9")} END, (SELECT count(*) FROM found)
        FROM events_searchdocument WHERE id = ANY(ARRAY(SELECT id FROM chosen)) ORDER BY day DESC, id DESC
        """,
        *("tsquery", "tsquery", "date", "date", "date", "bigint", "bigint", "bigint", "tsquery", "bigint"),
    )


_OF_ANY_DAY = _newest("vector @@ $1")
# As two conditions, so that the index leaps from the one to the other: in one, it would read all of the periods.
_OF_PERIODS = _newest("vector @@ $1 AND vector @@ $2")
_READ_IN_PERIODS = _newest("vector @@ $2 AND (vector @@ $1) IS TRUE")
_NAMED = Asked(
    f"SELECT {_SCORE.format(query='$2')} + 1000000000, day, id FROM events_searchdocument "
    "WHERE id = ANY($1) AND vector @@ $2",
    *("bigint[]", "tsquery"),
)


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

    @property
    def bounds(self) -> tuple[date | None, date | None, date | None, int | None]:
        """Return the bounds as the database is told them: first and last day, day and key to go on after."""
        return self.since, self.until, *(self.after or (None, None))


class Match(NamedTuple):
    """A document that matches: how well, and its place in the list."""

    score: int
    day: date
    key: int


@dataclass(frozen=True)
class Matches:
    """The newest matches and how many there are: `counted`, or more than that if not `is_whole`.

    `headed` are the newest that also meet the query for headings, scored by that, of all that were counted.
    """

    newest: list[Match]
    counted: int
    is_whole: bool
    headed: list[Match]

    def and_older(self, older: Matches, *, is_whole: bool) -> Matches:
        """Return these with older ones after them."""
        return Matches(self.newest + older.newest, self.counted + older.counted, is_whole, self.headed + older.headed)


@dataclass(frozen=True)
class Sought:
    """What is looked for: the tsquery, how many rows the database expects, the days, and how many of the newest.

    `heading` is the tsquery of those to tell apart, and `most_headed` how many of them. `spread` tells how everything
    lies in time; it and `expected` decide the way, not the answer.
    """

    query: str
    expected: int
    stretch: Stretch
    most: int
    spread: Callable[[], Spread] = read_spread
    heading: str = ""
    most_headed: int = 0
    # Where it matters only whether there are any, nothing more is read once there are so many.
    enough: int | None = None


def newest_matches(sought: Sought) -> Matches:
    """Return the newest documents that match; things without a date come first."""
    if sought.expected <= READ_AT_MOST:
        found = _read(sought, [])
        # The planner takes words for independent; those that go together are found far more often than it expects.
        if found.counted <= _READ_TRIED:
            return found
        sought = replace(sought, expected=found.counted)
    return _by_stretches(sought, sought.spread())


def _by_stretches(sought: Sought, spread: Spread) -> Matches:
    share = ample = _AMPLE * sought.most / max(sought.expected, 1)
    last, found = sought.stretch.top, Matches([], 0, is_whole=False, headed=[])
    bottom = sought.stretch.since or date.min
    while (last := spread.reached(last)) >= bottom:
        first = max(spread.below(last, share), bottom)
        rest = replace(sought, most=sought.most - len(found.newest))
        part = _read(rest, spread.marks(first, last), _limit(first, last))
        while part.counted > _READ_TRIED and first < last:
            # All that is read of a stretch must be all that is in it: its newest may be the last to be read.
            share /= _WIDER
            # What has no date is then read by itself.
            shorter = UNDATED if last >= UNDATED else spread.below(last, share)
            first = _later(shorter, first, last)
            part = _read(rest, spread.marks(first, last), _limit(first, last))
        found = found.and_older(part, is_whole=False)
        if len(found.newest) >= (sought.enough or sought.most):
            return found
        if not found.counted and READ_AT_MOST < sought.expected <= _READ_TRIED:
            # The words do not go together as the planner takes for granted: there may be none at all.
            return newest_matches(replace(sought, expected=READ_AT_MOST))
        if first == date.min:
            break
        last, share = (
            first - timedelta(days=1),
            ample if first == UNDATED else _next_share(share, part.counted, sought.most - len(found.newest)),
        )
    rest = replace(sought, most=sought.most - len(found.newest))
    return found.and_older(_that_began_before(rest), is_whole=True)


def _next_share(share: float, found: int, missing: int) -> float:
    """Return the share in which the rest should lie, by what lay in the last one."""
    return share * min(max(_AMPLE * missing / max(found, 1), _LEAST), _MOST)


def _later(first: date, before: date, last: date) -> date:
    """Return the first day of a shorter stretch: as advised, or by days where that has not made it shorter."""
    return first if first > before else last - (last - before) // _WIDER


def _limit(first: date, last: date) -> int | None:
    """Return how many are read of a stretch before it is taken for too long; a single day cannot be made shorter."""
    return _READ_TRIED if first < last else None


def _that_began_before(sought: Sought) -> Matches:
    """Return what began before the first day asked for and was, for all that is known, not over on it."""
    stretch = sought.stretch
    if stretch.since is None:
        return Matches([], 0, is_whole=True, headed=[])
    narrowed = replace(stretch, until=min(stretch.since - timedelta(days=1), stretch.until or date.max))
    return _read(replace(sought, stretch=narrowed), [f":o{stretch.since.year}"], None)


def _read(sought: Sought, marks: list[str], limit: int | None = _READ_TRIED) -> Matches:
    """Return the newest that bear one of the marks (any, if there are none), counted up to `limit`."""
    borne = " | ".join(quoted(one) for one in marks)
    rows = _asked(sought, marks)(
        *(sought.query, borne or None, *sought.stretch.bounds, limit + 1 if limit else None, sought.most),
        *(sought.heading or None, sought.most_headed),
    )
    return Matches(
        newest=[Match(score, day, key) for score, day, key, _, _ in rows[: sought.most]],
        counted=rows[0][-1] if rows else 0,
        is_whole=True,
        headed=[Match(score, day, key) for _, day, key, score, _ in rows if score is not None][: sought.most_headed],
    )


def _asked(sought: Sought, marks: list[str]) -> Asked:
    if not marks:
        return _OF_ANY_DAY
    is_gathered = ":*" not in sought.query or sought.expected <= GATHERED_AT_MOST
    return _OF_PERIODS if is_gathered else _READ_IN_PERIODS


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
    return [Match(*row) for row in _NAMED(list(keys), query)]

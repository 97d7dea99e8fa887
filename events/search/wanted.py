"""A question in the database's terms: a tsquery, one for headings, and the signatures that a row must have."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from events.search.names import Name
    from events.search.terms import Term

# A question with more ways to be met is walked through without signatures.
_MOST_SIGNATURES = 4


@dataclass(frozen=True)
class Wanted:
    """What a row must hold.

    `query` and `heading` are tsqueries; each of `signatures` is a list of words, all of which one way of meeting the
    question needs. `words` is the tsquery of the words alone, to mark them in a text.
    """

    query: str
    heading: str
    words: str
    signatures: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Way:
    """One way to meet a part of the question: as a tsquery, the same for headings, and the words that it needs."""

    query: str
    heading: str
    needs: tuple[str, ...]


def wanted(terms: list[Term], names: tuple[Name, ...], marks: list[str]) -> Wanted | None:
    """Return what the terms ask for, a name being met by its words or by a link; None if only stop words are left.

    `marks` must all be on the row: they are the filters by kind, treaty and party.
    """
    ways = [_of_term(term, *read) for term, read in zip(terms, _lexemes(terms), strict=True)]
    read = list(zip(terms, ways, strict=True))
    parts = [
        part for part in (_alternatives(read[first:end], found) for first, end, found in _runs(terms, names)) if part
    ]
    if not parts:
        return None
    limits = "".join(f" & !({way.query})" for term, way in read if term.is_unwanted and way)
    limits += "".join(f" & {_quoted(mark)}" for mark in marks)
    headings = [one.heading for part in parts for one in part if one.heading]
    return Wanted(
        query=" & ".join(f"({' | '.join(one.query for one in part)})" for part in parts) + limits,
        heading=" & ".join(headings) + limits if headings else "",
        words=" | ".join(f"({way.query})" for term, way in read if way and not term.is_unwanted),
        signatures=_signatures([[one.needs for one in part] for part in parts], marks),
    )


def _runs(terms: list[Term], names: tuple[Name, ...]) -> list[tuple[int, int, tuple[str, ...]]]:
    """Return the terms in runs, as (first, end, marks): each name is one, and every other term by itself."""
    within = {place for one in names for place in range(one.first, one.end)}
    single: tuple[str, ...] = ()
    runs = [(place, place + 1, single) for place in range(len(terms)) if place not in within]
    return sorted(runs + [(one.first, one.end, one.marks) for one in names])


def _alternatives(run: list[tuple[Term, _Way | None]], marks: tuple[str, ...]) -> list[_Way]:
    """Return the ways to meet a run of terms: all of its words, or one of the marks."""
    words = [way for term, way in run if way and not term.is_unwanted]
    return ([_all(words)] if words else []) + [_Way(_quoted(mark), "", (mark,)) for mark in marks]


def _signatures(needs: list[list[tuple[str, ...]]], marks: list[str]) -> tuple[tuple[str, ...], ...]:
    kept: list[list[tuple[str, ...]]] = [[tuple(marks)]]
    ways = 1
    # The parts that can be met in fewest ways first: they sift best.
    for part in sorted(needs, key=len):
        if ways * len(part) <= _MOST_SIGNATURES:
            kept.append(part)
            ways *= len(part)
    return tuple(tuple(word for words in way for word in words) for way in product(*kept))


def _all(run: list[_Way]) -> _Way:
    return _Way(
        " & ".join(f"({one.query})" for one in run),
        " & ".join(f"({one.heading})" for one in run),
        tuple(word for one in run for word in one.needs),
    )


def _of_term(term: Term, words: list[str], query: str, name: str) -> _Way | None:
    """Return how a term is met; None for one of stop words only."""
    if term.is_beginning:
        begin = name.rsplit(" ", maxsplit=1)[-1]
        return _Way(f"{_quoted(begin)}:*", f"{_quoted('~' + begin)}:*", (f"^{begin[:3]}",) if len(begin) > 2 else ())  # noqa: PLR2004
    if not words:
        return None
    heading = " & ".join(_quoted(f"~{word}") for word in words)
    # Words of a heading are kept without their places, so that a phrase must be found in the whole as well.
    return _Way(query, f"{heading} & ({query})" if term.is_phrase else heading, tuple(words))


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _lexemes(terms: list[Term]) -> list[tuple[list[str], str, str]]:
    """Return for each term its words as the index has them, its tsquery, and its text as a name."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tsvector_to_array(to_tsvector('treatywatch', text)),
                CASE WHEN is_phrase THEN phraseto_tsquery('treatywatch', text)
                     ELSE plainto_tsquery('treatywatch', text) END::text,
                search_name(text)
            FROM unnest(%s::text[], %s::boolean[]) WITH ORDINALITY AS asked(text, is_phrase, place) ORDER BY place
            """,
            [[one.text for one in terms], [one.is_phrase for one in terms]],
        )
        return cursor.fetchall()

"""A question in the database's terms: a tsquery, one for headings, and one to mark the words in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from treaties.asked import Asked

if TYPE_CHECKING:
    from events.search.names import Name
    from events.search.terms import Term

_LEXEMES = Asked(
    """
    SELECT tsvector_to_array(vector), search_pairs(vector),
        CASE WHEN is_phrase THEN phraseto_tsquery('treatywatch', text)
             ELSE plainto_tsquery('treatywatch', text) END::text,
        search_name(text)
    FROM unnest($1, $2) WITH ORDINALITY AS asked(text, is_phrase, place),
        to_tsvector('treatywatch', text) vector
    ORDER BY place
    """,
    "text[]",
    "boolean[]",
)


@dataclass(frozen=True)
class Wanted:
    """What a row must hold.

    `query` and `heading` are tsqueries; `words` is the tsquery of the words alone, to mark them in a text. `likely`
    is met by as many rows as `query`, but says so to the planner, who does not know how often words stand together;
    `likely_heading` by as many as `heading`, or by more. `is_told_by_heading` says that whatever meets `heading` meets
    `query`.
    """

    query: str
    heading: str
    words: str
    likely: str
    likely_heading: str
    is_told_by_heading: bool


@dataclass(frozen=True)
class _Way:
    """One way to meet a part of the question: as tsqueries, each as in `Wanted`."""

    query: str
    heading: str
    likely: str
    likely_heading: str
    words: str = ""


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
    limits += "".join(f" & {quoted(mark)}" for mark in marks)
    headed = [one for part in parts for one in part if one.heading]
    query = " & ".join(f"({' | '.join(one.query for one in part)})" for part in parts) + limits
    return Wanted(
        query=query,
        likely=" & ".join(f"({' | '.join(one.likely for one in part)})" for part in parts) + limits,
        heading=" & ".join(one.heading for one in headed) + limits if headed else "",
        likely_heading=" & ".join(one.likely_heading for one in headed) + limits if headed else "",
        # Words of a heading are kept without their places: it does not tell that they stand together.
        is_told_by_heading=len(headed) == len(parts) and "<" not in query,
        words=" | ".join(f"({way.words})" for term, way in read if way and not term.is_unwanted),
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
    return ([_all(words)] if words else []) + [_Way(quoted(mark), "", quoted(mark), "") for mark in marks]


def _all(run: list[_Way]) -> _Way:
    return _Way(
        " & ".join(f"({one.query})" for one in run),
        " & ".join(f"({one.heading})" for one in run),
        " & ".join(f"({one.likely})" for one in run),
        " & ".join(f"({one.likely_heading})" for one in run),
    )


def _of_term(term: Term, words: list[str], pairs: list[str], query: str, name: str) -> _Way | None:
    """Return how a term is met; None for one of stop words only."""
    if term.is_beginning:
        begin = name.rsplit(" ", maxsplit=1)[-1]
        written = f"{quoted(begin)}:*"
        heading = f"{quoted('~' + begin)}:*"
        return _Way(written, heading, written, heading, written)
    if not words:
        return None
    heading = _together([f"~{word}" for word in words])
    if not term.is_phrase:
        return _Way(query, heading, query, heading, query)
    # A pair is found at once where each of its words is in half of all rows. It is the whole phrase if that has but
    # two words; of longer ones the phrase itself tells the rest.
    likely = _together(pairs or words)
    phrase = likely if len(pairs) == 1 and len(words) == 2 else f"{likely} & ({query})"  # noqa: PLR2004
    # Words of a heading are kept without their places, so that a phrase must be found in the whole as well.
    return _Way(phrase, f"{heading} & {phrase}", likely, likely, query)


def _together(words: list[str]) -> str:
    return " & ".join(quoted(word) for word in words)


def quoted(word: str) -> str:
    """Return a word as it stands in a tsquery."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _lexemes(terms: list[Term]) -> list[tuple[list[str], list[str], str, str]]:
    """Return for each term its words as the index has them, its pairs of words, its tsquery, and its text as a name."""
    return _LEXEMES([one.text for one in terms], [one.is_phrase for one in terms])

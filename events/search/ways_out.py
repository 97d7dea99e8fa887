"""What a reader is offered when nothing matches: names and words like what was typed, and shorter questions."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from django.db import OperationalError

from events.models import SearchDocument
from events.search.answering import Question
from events.search.asking import carefully
from events.search.finding import Sought, expected_matches, newest_matches
from events.search.names import read_names
from events.search.terms import Term, read_terms, written
from events.search.wanted import wanted
from events.search.windows import read_spread
from treaties.asked import Asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from events.search.windows import Spread

_MOST_SHORTER = 4
_MOST_WORDS = 2
# To see whether there is any answer, a stretch is read that should hold some.
_SOME = 10
_NAMES_LIKE = Asked(
    """
    SELECT title FROM events_searchdocument
    WHERE kind IN ('treaty', 'party', 'official') AND (title % $1 OR $1 <% title)
    ORDER BY similarity(title, $1) DESC, title LIMIT 3
    """,
    "text",
)
# The database itself lists the most common words, to plan by. Few who mistype a word mistake its first letter, and to
# compare only the words with the same one is many times as fast.
_WORDS_LIKE = Asked(
    """
    SELECT word, word = asked FROM pg_stats, search_name($3) asked, unnest(most_common_elems::text::text[]) word
    WHERE schemaname = current_schema() AND tablename = $1 AND attname = $2
        AND CASE WHEN left(word, 1) = left(asked, 1) THEN word % asked AND word ~ '^[[:alpha:]]+$' END
    ORDER BY similarity(word, asked) DESC, word LIMIT 12
    """,
    *("name", "name", "text"),
)


@dataclass
class WaysOut:
    """Names and words that may have been meant, and shorter questions that have an answer."""

    alike: list[str] = field(default_factory=list)
    shorter: list[str] = field(default_factory=list)


def ways_out(question: Question) -> WaysOut:
    """Return what may be asked instead of a question that has no answer."""
    found = WaysOut()
    terms = read_terms(question.text)
    spread = cache(read_spread)
    # What takes too long is not offered.
    with suppress(OperationalError), carefully():
        text = " ".join(one.text for one in terms if not one.is_unwanted)
        found.alike += [name for (name,) in _NAMES_LIKE(text)]
        if not found.alike and len(terms) == 1:
            words = _words_like(terms[0])
            found.alike += [one for one in words if _has_answer(Question(one), [Term(one)], spread)]
        found.shorter += [written(rest) for rest in _shorter(terms) if _has_answer(question, rest, spread)]
    return found


def _words_like(term: Term) -> list[str]:
    """Return the words of the record most like one, without stems of words that are more like it."""
    if term.is_phrase or term.is_beginning:
        return []
    found = _WORDS_LIKE(SearchDocument._meta.db_table, "vector", term.text)
    if any(is_same for _word, is_same in found):
        # It is no mistake: the filters leave nothing.
        return []
    words = [word for word, _is_same in found]
    whole = [one for place, one in enumerate(words) if not any(liker.startswith(one) for liker in words[:place])]
    return whole[:_MOST_WORDS]


def _shorter(terms: list[Term]) -> list[list[Term]]:
    """Return the terms without one of them, for each in turn, as long as there is something to look for."""
    without = [[one for one in terms if one is not left_out] for left_out in terms]
    return [rest for rest in without[:_MOST_SHORTER] if any(not one.is_unwanted for one in rest)]


def _has_answer(question: Question, terms: list[Term], spread: Callable[[], Spread]) -> bool:
    asked = wanted(terms, read_names(terms).names, question.marks())
    if asked is None:
        return False
    [expected] = expected_matches(asked.likely)
    sought = Sought(asked.query, expected, question.stretch(), _SOME, spread, enough=1)
    return bool(newest_matches(sought).newest)

"""The search of the desk's own lists: by the index of words, where a list would otherwise be read from end to end."""

from __future__ import annotations

from dataclasses import replace

from events.models import SearchDocument
from events.search.finding import Sought, Stretch, expected_matches, newest_matches
from events.search.terms import read_terms
from events.search.wanted import wanted

_SHORTEST_BEGINNING = 2
MOST = 500


def newest_rows(text: str) -> list[int]:
    """Return the keys of the newest published events and statements that hold the words, `MOST` at most.

    Words may still be typed: each is taken as a beginning.

    Raises:
        FilterError: if nothing can be looked for.

    """
    terms = [
        one if one.is_phrase or len(one.text) < _SHORTEST_BEGINNING else replace(one, is_beginning=True)
        for one in read_terms(text)
    ]
    asked = wanted(terms, (), []) if terms else None
    if asked is None:
        return []
    expected = expected_matches(asked.likely)[0]
    found = newest_matches(Sought(asked.query, expected, Stretch(), MOST)).newest
    documents = SearchDocument.objects.filter(pk__in=[one.key for one in found], kind__in=["event", "statement"])
    return list(documents.values_list("row_id", flat=True))

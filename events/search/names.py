"""Names within a question: who writes NPT means the treaty, and everything that is linked to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.models import SearchDocument
from treaties.asked import Asked

if TYPE_CHECKING:
    from events.search.terms import Term

# "Treaty on the Non-Proliferation of Nuclear Weapons" and its like.
_LONGEST_NAME = 9
_SHORT = 2
_MARKS = {SearchDocument.Kind.TREATY: ":t", SearchDocument.Kind.PARTY: ":p"}

_KNOWN = Asked(
    """
    WITH asked AS MATERIALIZED (SELECT text, search_name(text) AS name FROM unnest($1) text)
    SELECT asked.text, d.id, d.kind::text, d.row_id FROM asked
    JOIN events_searchdocument d ON d.names @> ARRAY[asked.name] AND asked.name <> ''
    """,
    "text[]",
)


@dataclass(frozen=True)
class Name:
    """Some neighbouring terms, from `first` up to but without `end`, that are the name of treaties or parties."""

    first: int
    end: int
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """What the names in a question stand for: the documents named by the whole of it, and names in its parts."""

    documents: tuple[int, ...]
    names: tuple[Name, ...]


def read_names(terms: list[Term]) -> Named:
    """Return the names in a question; of overlapping ones the longest, and the first of equally long ones."""
    spans = _spans(terms)
    whole = " ".join(one.text for one in terms)
    known = _known({text for text, _, _ in spans} | {whole})
    names: list[Name] = []
    for text, first, end in sorted(spans, key=lambda span: (span[1] - span[2], span[1])):
        marks = tuple(mark for asked, _, mark in known if asked == text and mark)
        if marks and not any(first < one.end and one.first < end for one in names):
            names.append(Name(first, end, marks))
    return Named(tuple(key for text, key, _ in known if text == whole), tuple(names))


def _spans(terms: list[Term]) -> list[tuple[str, int, int]]:
    """Return every run of plain terms that could be a name, as (text, first, end)."""
    spans = []
    for first in range(len(terms)):
        for end in range(first + 1, min(first + _LONGEST_NAME, len(terms)) + 1):
            run = terms[first:end]
            if any(one.is_unwanted or one.is_beginning for one in run):
                break
            text = " ".join(one.text for one in run)
            # “no” and “it” are words; NO and IT are Norway and Italy.
            if len(text) > _SHORT or text.isupper():
                spans.append((text, first, end))
    return spans


def _known(texts: set[str]) -> list[tuple[str, int, str]]:
    """Return which of the texts are names: (text, document, mark of what is linked to it)."""
    return [
        (text, key, f"{_MARKS[kind]}{row}" if kind in _MARKS else "") for text, key, kind, row in _KNOWN(sorted(texts))
    ]

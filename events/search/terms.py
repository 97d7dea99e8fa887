"""What a reader typed, taken apart: words, “phrases”, beginnings*, and -unwanted words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from events.filters import FilterError

LONGEST = 200
MOST_TERMS = 12
_SHORTEST_BEGINNING = 2
_QUOTES = str.maketrans("“”„«»", '"""""')
_PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_HAS_LETTERS = re.compile(r"\w")


@dataclass(frozen=True)
class Term:
    """One thing that must be found, or must not be."""

    text: str
    is_phrase: bool = False
    is_beginning: bool = False
    is_unwanted: bool = False


def read_terms(text: str) -> list[Term]:
    """Return the terms of what was typed; none for an empty text.

    Raises:
        FilterError: if it is too long, names nothing to look for, or asks for all that begins with one letter.

    """
    if len(text) > LONGEST:
        raise FilterError(_("Please search for fewer than %(number)d letters at once.") % {"number": LONGEST})
    found = [_term(match) for match in _PART.finditer(text.translate(_QUOTES).replace("\0", " "))]
    terms = [one for one in found if _HAS_LETTERS.search(one.text)]
    if len(terms) > MOST_TERMS:
        raise FilterError(_("Please search for at most %(number)d words at once.") % {"number": MOST_TERMS})
    if terms and all(one.is_unwanted for one in terms):
        raise FilterError(_("Add a word to look for: so far there are only words to leave out."))
    if any(one.is_beginning and len(one.text) < _SHORTEST_BEGINNING for one in terms):
        raise FilterError(_("Write at least two letters before *."))
    return terms


def _term(match: re.Match[str]) -> Term:
    is_unwanted = bool(match["minus"])
    if match["word"] is None:
        return Term(match["phrase"] or "", is_phrase=True, is_unwanted=is_unwanted)
    return Term(match["word"].rstrip("*"), is_beginning=match["word"].endswith("*"), is_unwanted=is_unwanted)


def written(terms: list[Term]) -> str:
    """Return the terms as one would type them."""
    return " ".join(_written(one) for one in terms)


def _written(term: Term) -> str:
    text = f'"{term.text}"' if term.is_phrase else term.text
    return ("-" if term.is_unwanted else "") + text + ("*" if term.is_beginning else "")

"""What the record says of clauses again and again, in the reader's language: how a clause is cited, standing phrases.

A citation and a phrase stand in a clock's rule as text of the record. What is known of them is told in the language
that is active; whatever else an editor has written there is shown as written.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.standing_phrases import STANDING
from treaties.record_language import LANGUAGE

# How a citation ends, and how the same is said in the reader's language; `number` is the article's.
_ENDS = (
    (re.compile(r", Article (?P<number>\S+)$"), _(", Article %(number)s")),
    (re.compile(r", paragraph (?P<number>\S+)$"), _(", paragraph %(number)s")),
    (re.compile(r", chapter (?P<number>\S+)$"), _(", chapter %(number)s")),
    (re.compile(r", as practised$"), _(", as practised")),
    (re.compile(r", final clauses$"), _(", final clauses")),
)


def citation_words(citation: str) -> str:
    """Return the citation of a clause: "INF Treaty, Article XV(2)", in French "INF Treaty, article XV(2)"."""
    for form, words in _ENDS:
        match = form.search(citation)
        if match:
            return citation[: match.start()] + str(words) % match.groupdict()
    return citation


def phrase_words(text: str) -> str:
    """Return what the record says of a clause or an end, in the reader's language if it is a standing phrase."""
    return gettext(text) if text in STANDING else text


def phrase_language(text: str) -> str:
    """Return the language of what `phrase_words` returns where it need not be the reader's; else empty."""
    return "" if text in STANDING else LANGUAGE


def unless_words(citation: str, stop: str) -> str:
    """Return on which clause a coming date rests, and what would stop it."""
    told = {"citation": citation_words(citation), "stop": phrase_words(stop)}
    if not stop:
        return gettext("%(citation)s, unless something on record stops it.") % told
    return gettext("%(citation)s, unless %(stop)s") % told

"""What the record says of clauses again and again, in the reader's language: how a clause is cited, standing phrases.

A citation and a phrase stand in a clock's rule as text of the record. What is known of them is told in the language
that is active; whatever else an editor has written there is shown as written.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# How a citation ends, and how the same is said in the reader's language; `number` is the article's.
_ENDS = (
    (re.compile(r", Article (?P<number>\S+)$"), _(", Article %(number)s")),
    (re.compile(r", paragraph (?P<number>\S+)$"), _(", paragraph %(number)s")),
    (re.compile(r", as practised$"), _(", as practised")),
    (re.compile(r", final clauses$"), _(", final clauses")),
)
_PHRASES = {
    "the notice is withdrawn before that day.": _("the notice is withdrawn before that day."),
    "the notice is withdrawn before that day. A state engaged in an armed conflict when the period ends stays bound "
    "until the conflict is over.": _(
        "the notice is withdrawn before that day. A state engaged in an armed conflict when the period ends stays "
        "bound until the conflict is over."
    ),
    "the Security Council decides to continue the lifting of the sanctions.": _(
        "the Security Council decides to continue the lifting of the sanctions."
    ),
    "The treaty is of unlimited duration.": _("The treaty is of unlimited duration."),
    "It has no clause on withdrawal.": _("It has no clause on withdrawal."),
    "It has no ordinary clause on withdrawal.": _("It has no ordinary clause on withdrawal."),
}


def citation_words(citation: str) -> str:
    """Return the citation of a clause: "INF Treaty, Article XV(2)", in French "INF Treaty, article XV(2)"."""
    for form, words in _ENDS:
        match = form.search(citation)
        if match:
            return citation[: match.start()] + str(words) % match.groupdict()
    return citation


def phrase_words(text: str) -> str:
    """Return what a clock's rule says to readers, such as what would stop it; only standing phrases are translated."""
    return str(_PHRASES[text]) if text in _PHRASES else text


def unless_words(citation: str, stop: str) -> str:
    """Return on which clause a coming date rests, and what would stop it."""
    told = {"citation": citation_words(citation), "stop": phrase_words(stop)}
    if not stop:
        return gettext("%(citation)s, unless something on record stops it.") % told
    return gettext("%(citation)s, unless %(stop)s") % told

"""What stance a statement takes, from its verb and from what was said."""

from __future__ import annotations

import re

from events.intake.lexicon import PERFORMATIVES, STANCE_OF_CONTENT

_CONTENT = [(re.compile(pattern, re.IGNORECASE), stance) for pattern, stance in STANCE_OF_CONTENT]
_PERFORMATIVES = [(re.compile(pattern), stance) for pattern, stance in PERFORMATIVES]
_ALLEGATION = re.compile(r"\b(?:accusation|allegation|charge|claim|violat|breach|blame|assertion)", re.IGNORECASE)
_REFINED = {"suspends", "withdraws"}
KIND_OF_STANCE = {
    "accuses": "accusation",
    "denies": "denial",
    "appeals": "appeal",
    "announces": "announcement",
    "suspends": "announcement",
    "withdraws": "announcement",
}
_DONE = re.compile(r"\b(?:has|have|had)\s+(?:\w+\s+)?suspended\b|\bso we will suspend\b", re.IGNORECASE)


def stance_of(verb_stance: str, content: str) -> str:
    """Return the stance that verb and content tell together; "remarks" where they tell none.

    "" as the verb's stance means a neutral verb such as "said". A rejected allegation is a denial, a rejected
    proposal is opposition; an announcement of suspension or withdrawal is named as such.
    """
    if verb_stance == "rejects":
        return "denies" if _ALLEGATION.search(content) else "opposes"
    if verb_stance == "announces":
        acts = (stance for pattern, stance in _CONTENT if stance in _REFINED and pattern.search(content))
        return next(acts, "announces")
    return verb_stance or of_content(content)


def of_content(content: str) -> str:
    """Return the stance that the words themselves take."""
    content = re.sub(r"[\"“”]", "", content)
    outright = [(match.start(), stance) for pattern, stance in _PERFORMATIVES if (match := pattern.search(content))]
    if outright:
        return min(outright)[1]
    return next((stance for pattern, stance in _CONTENT if pattern.search(content)), "remarks")


def kind_of(stance: str, content: str) -> str:
    """Return the kind of event that a statement of this stance is on the record."""
    if stance == "suspends" and _DONE.search(content):
        return "suspension"
    return KIND_OF_STANCE.get(stance, "statement")

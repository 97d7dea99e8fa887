"""Which proposals are on the record already: the same party, near the same day, on the same treaty, saying the same."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from events.dates import span
from events.intake.names import fold
from events.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from events.intake import Found

_NEAR = timedelta(days=2)
_ENOUGH = 1.0
_LITTLE_WORDS = frozenset((
    "the", "and", "for", "with", "that", "this", "its", "she", "they", "from", "was", "has", "had", "will",
))  # fmt: skip


def twins_of(found: Sequence[Found]) -> list[Event | None]:
    """Return for each proposal the entry that says the same (a draft too) or None; in a constant number of queries."""
    events = _candidates(found)
    taken: set[int] = set()
    return [_twin(one, events, taken) for one in found]


def _candidates(found: Sequence[Found]) -> list[Event]:
    days = [day for one in found for day in span(one.date)]
    if not days:
        return []
    treaties = {slug for one in found for slug in one.treaties}
    rows = Event.objects.exclude(publication="withdrawn").filter(treaties__slug__in=treaties)
    near = rows.filter(earliest__lte=max(days) + _NEAR, latest__gte=min(days) - _NEAR).distinct()
    return list(near.for_timeline().with_treaties())


def _twin(one: Found, events: Iterable[Event], taken: set[int]) -> Event | None:
    scored = [(_likeness(one, event), event) for event in events if _can_be(one, event)]
    score, best = max(scored, key=lambda pair: (pair[0], pair[1].pk not in taken), default=(0.0, None))
    if best is None or score < _ENOUGH:
        return None
    taken.add(best.pk)
    return best


def _can_be(one: Found, event: Event) -> bool:
    first, last = span(one.date)
    if event.earliest > last + _NEAR or event.latest < first - _NEAR:
        return False
    if not {treaty.slug for treaty in event.listed_treaties} & set(one.treaties):
        return False
    named = {event.actor.slug} if event.actor else {party.slug for party in event.listed_parties}
    return not one.actor.party or not named or one.actor.party in named or one.kind in {"meeting", "talks"}


def _likeness(one: Found, event: Event) -> float:
    """Return how much an entry looks like the proposal: the same quotation alone is enough, a kind or stance helps."""
    statement = getattr(event, "statement", None)
    score = 0.0
    if statement and one.quote and _shares_quotation(one.quote, statement.quotation):
        score += 2.0
    if statement and statement.speaker and one.actor.official:
        score += 0.3 if statement.speaker.name == one.actor.name else -1.0
    if statement and statement.stance == one.stance:
        score += 0.5
    if event.kind == one.kind:
        score += 0.6 if not one.stance else 0.2
    text = " ".join([event.title, event.summary, statement.obligation if statement else ""])
    return score + 2 * _overlap(one.content or one.passage, text) - 0.1 * abs((event.earliest - _first(one)).days)


def _first(one: Found) -> date:
    return span(one.date)[0]


def _shares_quotation(quote: str, recorded: str) -> bool:
    ours, theirs = fold(quote), fold(recorded)
    return bool(theirs) and (ours in theirs or theirs in ours)


def _overlap(text: str, other: str) -> float:
    ours, theirs = (_stems(part) for part in (text, other))
    return len(ours & theirs) / max(1, min(len(ours), len(theirs)))


def _stems(text: str) -> set[str]:
    """Return the first five letters of each word that matters: "deploys" and "deployment" are about one thing."""
    return {word[:5] for word in re.findall(r"[^\W\d_]{3,}", fold(text)) if word not in _LITTLE_WORDS}

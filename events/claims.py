"""Claims and counter-claims: who says that whom broke what, what was answered, and who had the last word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from events.filters import ORDERS
from events.models import Event, Statement
from events.parameters import Choice, Named, Parameter, all_parties, published_treaties
from events.timeline import entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from events.parameters import Asked
    from events.timeline import Entry
    from treaties.models import Party, Treaty

ANSWERS = {"none": _("Unanswered on record"), "denied": _("Denied"), "countered": _("Counter-charged")}
PARAMETERS = (
    Named("treaty", _("Treaty"), rows=published_treaties),
    Named("party", _("Accused or accusing"), rows=all_parties),
    Choice("answer", choices=ANSWERS),
    Parameter("q", _("Obligation")),
    Choice("order", choices=ORDERS, default="new"),
)
# The newest so many statements are laid out; the filters reach the rest.
MOST = 2000
_Key = tuple[int, str, int]
_NOBODY = 0


@dataclass
class Claim:
    """One claim: that a party breaks an obligation under a treaty; with all that was said for and against it."""

    treaty: Treaty
    obligation: str
    accused: Party | None
    allegations: list[Entry] = field(default_factory=list)
    denials: list[Entry] = field(default_factory=list)
    counters: list[Entry] = field(default_factory=list)

    @property
    def last_word(self) -> Entry:
        """Return the latest of all that was said."""
        said = [*self.allegations, *self.denials, *self.counters]
        return max(said, key=lambda one: (one.event.latest, one.event.earliest, one.event.pk))

    @property
    def answer(self) -> str:
        """Return how the claim was answered: "denied", "countered" or "none"."""
        if self.denials:
            return "denied"
        return "countered" if self.counters else "none"


def claims(asked: Asked, day: date) -> list[Claim]:
    """Return the claims made by the day that the address asks for, the one with the latest word first."""
    said = [entry(one, by=day) for one in _statements(asked, day)]
    laid_out = _laid_out(said, asked["treaty"])
    kept = [one for one in laid_out if _fits(one, asked)]
    return sorted(
        kept, key=lambda one: (one.last_word.event.latest, one.last_word.event.pk), reverse=asked["order"] == "new"
    )


def _statements(asked: Asked, day: date) -> Iterable[Event]:
    rows = Event.objects.published().by(day).filter(statement__stance__in=["accuses", "denies"])
    if asked["treaty"]:
        rows = rows.filter(treaties=asked["treaty"])
    if asked["party"]:
        rows = rows.concerning(asked["party"])
    return rows.for_timeline().with_treaties()[:MOST]


def _fits(claim: Claim, asked: Asked) -> bool:
    text = asked["q"].casefold()
    return (not text or text in claim.obligation.casefold()) and asked["answer"] in ("", claim.answer)


def _laid_out(said: list[Entry], only: Treaty | None) -> list[Claim]:
    by_key: dict[_Key, Claim] = {}
    of_event: dict[int, list[Claim]] = {}
    for one in said:
        if one.statement and one.statement.stance == Statement.Stance.ACCUSES:
            for treaty in one.event.listed_treaties:
                if only in (None, treaty):
                    _accuse(one, treaty, by_key, of_event)
    for one in said:
        _answer(one, by_key, of_event)
    return list(by_key.values())


def _accuse(one: Entry, treaty: Treaty, by_key: dict[_Key, Claim], of_event: dict[int, list[Claim]]) -> None:
    obligation = obligation_of(one)
    named: Sequence[Party | None] = one.statement.listed_targets if one.statement else ()
    for accused in named or (None,):
        key = (treaty.pk, obligation.casefold(), accused.pk if accused else _NOBODY)
        claim = by_key.setdefault(key, Claim(treaty, obligation, accused))
        claim.allegations.append(one)
        of_event.setdefault(one.event.pk, []).append(claim)


def _answer(one: Entry, by_key: dict[_Key, Claim], of_event: dict[int, list[Claim]]) -> None:
    """Put a denial, or a charge made in answer to another, beside the claim that it answers."""
    if one.statement is None:
        return
    answered = of_event.get(one.statement.responds_to_id or 0, [])
    answered = [claim for claim in answered if claim.accused in (None, one.event.actor)]
    if one.statement.stance == Statement.Stance.ACCUSES:
        for claim in answered:
            if one not in claim.allegations:
                claim.counters.append(one)
        return
    for claim in answered or _denied(one, by_key):
        claim.denials.append(one)


def _denied(one: Entry, by_key: dict[_Key, Claim]) -> list[Claim]:
    """Return the claims that a denial names by treaty and obligation: made against its speaker, or against nobody."""
    obligation = obligation_of(one).casefold()
    treaties = [treaty.pk for treaty in one.event.listed_treaties]
    keys = [(treaty, obligation, party) for treaty in treaties for party in (one.event.actor_id or -1, _NOBODY)]
    found = [by_key[key] for key in keys if key in by_key]
    return [claim for claim in found if any(told.event.actor_id != one.event.actor_id for told in claim.allegations)]


def obligation_of(one: Entry) -> str:
    """Return the obligation that a statement concerns, without the case that it makes after the colon."""
    return one.statement.obligation.partition(":")[0].strip() if one.statement else ""

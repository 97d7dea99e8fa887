"""Claims and counter-claims: who says that whom broke what, what was answered, and who had the last word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from events.filters import ORDERS
from events.models import Claim, ClaimWord
from events.paging import Order
from events.parameters import Choice, Named, Parameter, all_parties, published_treaties
from events.timeline import entry
from treaties.compiled import array_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

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
# Of each claim the latest so many allegations, denials and counter-charges are shown.
_MOST = 12
_NEWEST_FIRST = Order(("-made_on", "-pk"))
_PARTS = ClaimWord.Part


@dataclass(frozen=True)
class LaidOutClaim:
    """One claim with what was said for and against it by a day, the latest first; `more` is how much is not shown."""

    treaty: Treaty
    obligation: str
    accused: Party | None
    answer: str
    allegations: list[Entry]
    denials: list[Entry]
    counters: list[Entry]
    more: dict[str, int]

    @property
    def last_word(self) -> Entry:
        """Return the latest of all that was said."""
        said = [*self.allegations, *self.denials, *self.counters]
        return max(said, key=lambda one: (one.event.latest, one.event.earliest, one.event.pk))


def order_of(asked: Asked) -> Order:
    """Return the order asked for: by the day on which a claim was first made."""
    return _NEWEST_FIRST if asked["order"] == "new" else _NEWEST_FIRST.reverse()


def claims(asked: Asked, day: date) -> QuerySet[Claim]:
    """Return the claims made by the day that the address asks for, each with its words by then in a list for each part.

    The number of queries does not depend on how many claims or words there are.
    """
    rows = Claim.objects.filter(made_on__lte=day, treaty__publication="published")
    if asked["treaty"]:
        rows = rows.filter(treaty=asked["treaty"])
    if asked["party"]:
        rows = rows.filter(pk__any=array_of(_concerning(asked["party"], day)))
    if asked["q"]:
        rows = rows.filter(obligation__icontains=asked["q"])
    rows = rows.filter(_answered(asked["answer"], day)) if asked["answer"] else rows
    return rows.select_related("treaty", "accused").prefetch_related(*(_words(part, day) for part in _PARTS))


def _concerning(party: Party, day: date) -> list[int]:
    """Return the keys of the claims against the party, and of those that it makes itself."""
    # Only what is published is in a claim; so said, the index of the published finds it.
    its = ClaimWord.objects.filter(event__actor=party, event__publication="published")
    made = its.filter(part=_PARTS.ALLEGED, said_on__lte=day).order_by().values("claim")
    # Put together, not asked for each claim in turn: each half is answered by its index. Asked once, not for the page
    # and for its number.
    return [row["pk"] for row in Claim.objects.filter(accused=party).order_by().values("pk").union(made)]


def _answered(answer: str, day: date) -> Q:
    denied, countered = Q(denied_on__isnull=False, denied_on__lte=day), Q(countered_on__isnull=False)
    countered &= Q(countered_on__lte=day)
    return {"denied": denied, "countered": countered & ~denied, "none": ~countered & ~denied}[answer]


def _words(part: str, day: date) -> Prefetch:
    said = ClaimWord.objects.filter(part=part, said_on__lte=day).order_by("-said_on", "-pk")
    return Prefetch(
        "words", said.select_related("event__actor", "event__statement__speaker")[:_MOST], to_attr=f"words_{part}"
    )


def laid_out(rows: Iterable[Claim], day: date) -> list[LaidOutClaim]:
    """Return the claims as the page shows them, in the order in which they come."""
    rows = list(rows)
    numbers = _numbers([one for one in rows if _may_have_more(one)], day)
    return [_laid_out(one, day, numbers) for one in rows]


def _may_have_more(claim: Claim) -> bool:
    return any(len(_shown(claim, part)) == _MOST for part in _PARTS)


def _shown(claim: Claim, part: str) -> list[ClaimWord]:
    shown: list[ClaimWord] = getattr(claim, f"words_{part}")
    return shown


def _numbers(rows: list[Claim], day: date) -> dict[tuple[int, str], int]:
    said = ClaimWord.objects.filter(claim__in=[one.pk for one in rows], said_on__lte=day).order_by()
    counted = said.values_list("claim", "part").annotate(number=Count("pk"))
    return {(claim, part): number for claim, part, number in counted}


def _laid_out(claim: Claim, day: date, numbers: dict[tuple[int, str], int]) -> LaidOutClaim:
    entries = {part: [entry(one.event) for one in _shown(claim, part)] for part in _PARTS}
    return LaidOutClaim(
        treaty=claim.treaty,
        obligation=claim.obligation,
        accused=claim.accused,
        answer=_answer(claim, day),
        allegations=entries[_PARTS.ALLEGED],
        denials=entries[_PARTS.DENIED],
        counters=entries[_PARTS.COUNTERED],
        more={part: max(0, numbers.get((claim.pk, part), 0) - len(entries[part])) for part in _PARTS},
    )


def _answer(claim: Claim, day: date) -> str:
    if claim.denied_on and claim.denied_on <= day:
        return "denied"
    return "countered" if claim.countered_on and claim.countered_on <= day else "none"

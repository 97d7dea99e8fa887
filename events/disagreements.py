"""Where sources disagree on the day of a party's act: every day that is given, and who gives it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Exists, OuterRef, Q, prefetch_related_objects
from django.utils.translation import gettext as _

from events.clause_words import citation_words
from events.derived_acts import derivations
from treaties.compiled import Compiled
from treaties.models import Participation, ParticipationAct
from treaties.querysets import JOINING_KINDS, LEAVING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import Field, QuerySet

    from events.derived_acts import ActDerivation, DerivedAct
from treaties.models import Party, Source, Treaty

_Kind = ParticipationAct.Kind
# Acts that a party does once in each time as a party; of reservations and suspensions there may well be several.
ONCE = (_Kind.SIGNATURE, *JOINING_KINDS, _Kind.ENTRY_INTO_FORCE, _Kind.NOTICE_OF_WITHDRAWAL, _Kind.WITHDRAWAL_EFFECT)


@dataclass(frozen=True)
class Claim:
    """One of the days given for an act: by a source, or by the clause with its computation as the reason."""

    day: date
    source: Source | None
    reason: str = ""


@dataclass(frozen=True)
class Disagreement:
    """An act of a party with the days that are given for it, the earliest first."""

    participation: Participation
    kind: str
    claims: tuple[Claim, ...]

    @property
    def kind_label(self) -> str:
        """Return the act in words."""
        return str(_Kind(self.kind).label)


def disagreements(
    *, day: date, treaties: Iterable[Treaty] | None = None, party: Party | None = None
) -> list[Disagreement]:
    """Return where sources disagree on acts by the day, of some treaties, of one party, or of one party in some.

    Different days at several depositaries are no disagreement, if the acts say with which depositary they were done.
    """
    asked: dict[str, Any] = {} if treaties is None else {"treaty__pk__any": [one.pk for one in treaties]}
    asked |= {"party": party.pk} if party else {}
    found = _question(tuple(asked))(**asked)
    if not found:
        return []
    prefetch_related_objects(found, "acts__source")
    derivation = derivations({one.treaty for one in found})
    return [
        one
        for participation in found
        for one in of_participation(participation, derivation[participation.treaty_id], day=day)
    ]


_FIELDS: dict[str, Field[Any, Any]] = {"treaty__pk__any": ArrayField(BigIntegerField()), "party": BigIntegerField()}


@cache
def _question(names: tuple[str, ...]) -> Compiled:
    # A party is in few treaties or in most.
    return Compiled(_participations, plans_vary=True, **{name: _FIELDS[name] for name in names})


def _participations(**narrowed: Any) -> QuerySet[Participation]:
    rows = Participation.objects.select_related("party", "treaty").filter(**narrowed)
    rows = rows.filter(treaty__publication="published").order_by("treaty__short_name", "party__name")
    return rows.filter(sources_may_disagree())


def sources_may_disagree() -> Q:
    """Return the condition that one act of a participation is given twice, or also follows from a clause; few do."""
    given = ParticipationAct.objects.filter(kind__in=ONCE).exclude(basis=ParticipationAct.Basis.DERIVED)
    own = given.filter(participation=OuterRef("pk"))
    twin = given.filter(participation=OuterRef("participation"), kind=OuterRef("kind")).exclude(date=OuterRef("date"))
    follows = [_Kind.ENTRY_INTO_FORCE, _Kind.WITHDRAWAL_EFFECT]
    return Exists(own.filter(kind__in=follows)) | Exists(own.filter(Exists(twin)))


def of_participation(participation: Participation, derivation: ActDerivation, *, day: date) -> list[Disagreement]:
    """Return the disagreements on one party's acts in one treaty by the day."""
    acts = [act for act in participation.acts.all() if act.date <= day]
    derived = derivation.of(acts)
    found = []
    for kind in ONCE:
        for same in times_of(kind, acts):
            computed = [one for one in derived if one.kind == kind and set(one.stated) == set(same)]
            claims = _claims(same, computed)
            if len({claim.day for claim in claims}) > 1 and not all(act.deposited_with for act in same):
                found.append(Disagreement(participation, str(kind), claims))
    return found


def times_of(kind: str, acts: list[ParticipationAct]) -> list[list[ParticipationAct]]:
    """Return the stated acts of a kind, apart for each time as a party."""
    times: list[list[ParticipationAct]] = [[]]
    for act in sorted(acts, key=lambda one: (one.date, one.kind != kind)):
        if act.basis == ParticipationAct.Basis.DERIVED:
            continue
        if act.kind == kind:
            times[-1].append(act)
        elif act.kind in LEAVING_KINDS and times[-1]:
            times.append([])
    return [same for same in times if same]


def _claims(same: Iterable[ParticipationAct], computed: Iterable[DerivedAct]) -> tuple[Claim, ...]:
    claims = [Claim(act.date, act.source, _place(act)) for act in same]
    given = {claim.day for claim in claims}
    claims += [
        Claim(one.day, None, f"{citation_words(one.citation)}. {one.reason}")
        for one in computed
        if one.day not in given
    ]
    return tuple(sorted(claims, key=lambda claim: claim.day))


def _place(act: ParticipationAct) -> str:
    return _("deposited with %(place)s") % {"place": act.deposited_with} if act.deposited_with else ""

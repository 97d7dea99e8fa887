"""The instruments on record that a threshold counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.clocks import Deposit, Facts, Undetermined, compute, rule_from_json
from events.step_words import step_words
from treaties.models import ParticipationAct, Party, Treaty
from treaties.querysets import JOINING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from treaties.models import Provision


def deposits_of(treaty: Treaty) -> tuple[Deposit, ...]:
    """Return the treaty's instruments, each with the day on which it was taken back, if it was."""
    acts = list(
        ParticipationAct.objects.filter(
            participation__treaty=treaty, kind__in=[*JOINING_KINDS, ParticipationAct.Kind.REVOCATION]
        ).values_list("participation__party__slug", "kind", "date")
    )
    undone = {party: day for party, kind, day in acts if kind == ParticipationAct.Kind.REVOCATION}
    return tuple(Deposit(party, day, undone.get(party)) for party, kind, day in acts if kind in JOINING_KINDS)


def facts_for_threshold(treaty: Treaty) -> Facts:
    """Return what a threshold of the treaty is counted from."""
    return Facts(
        deposits=deposits_of(treaty),
        base=treaty.participations.count(),
        names=dict(Party.objects.values_list("slug", "name")),
    )


def open_thresholds(treaty: Treaty, provisions: Iterable[Provision], day: date) -> list[tuple[str, str]]:
    """Return for each of the treaty's clauses that waits for a threshold on the day: what waits, what is missing."""
    if treaty.entered_into_force_on and treaty.entered_into_force_on <= day:
        return []
    waiting = [one for one in provisions if one.rule.get("threshold")]
    facts = facts_for_threshold(treaty) if waiting else Facts()
    found = [(one, compute(rule_from_json(one.rule), facts, at=day)) for one in waiting]
    return [
        (str(one.get_kind_display()), step_words(result.why))
        for one, result in found
        if isinstance(result, Undetermined)
    ]

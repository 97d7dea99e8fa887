"""How complete the record is, treaty by treaty: counts, how much was verified, and when it was last changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q

from events.models import Event
from treaties.models import ParticipationAct, Treaty

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Coverage:
    """What the record holds of one treaty."""

    treaty: Treaty
    events: int
    unverified_events: int
    clauses: int
    participations: int
    acts: int
    unverified_acts: int
    latest_event: str
    changed_at: datetime | None


def coverage_rows() -> list[Coverage]:
    """Return every published treaty with its counts, in a constant number of queries."""
    treaties = Treaty.objects.published().annotate(
        clause_count=Count("provisions", distinct=True, filter=Q(provisions__publication="published")),
        party_count=Count("participations", distinct=True),
    )
    events = {row["treaties"]: row for row in _events()}
    acts = {row["participation__treaty"]: row for row in _acts()}
    return [_row(treaty, events.get(treaty.pk, {}), acts.get(treaty.pk, {})) for treaty in treaties]


def _events() -> list[dict]:
    shown = Event.objects.filter(publication="published", sources__isnull=False, treaties__isnull=False)
    return list(
        shown.values("treaties").annotate(
            total=Count("pk", distinct=True),
            unverified=Count("pk", distinct=True, filter=Q(verified=False)),
            latest=Max("latest"),
            changed=Max("changed_at"),
        )
    )


def _acts() -> list[dict]:
    return list(
        ParticipationAct.objects.values("participation__treaty").annotate(
            total=Count("pk"), unverified=Count("pk", filter=Q(verified=False))
        )
    )


def _row(treaty: Treaty, events: dict, acts: dict) -> Coverage:
    latest = events.get("latest")
    return Coverage(
        treaty=treaty,
        events=events.get("total", 0),
        unverified_events=events.get("unverified", 0),
        clauses=treaty.clause_count,  # type: ignore[attr-defined]
        participations=treaty.party_count,  # type: ignore[attr-defined]
        acts=acts.get("total", 0),
        unverified_acts=acts.get("unverified", 0),
        latest_event=latest.isoformat() if latest else "",
        changed_at=events.get("changed"),
    )

"""What must be true of an entry before it is saved; each fault is a sentence for the person who typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events.clocks import write_day
from events.dates import DateError, span, words_for
from events.models import Event
from treaties.models import PublicationState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from treaties.models import Party, Treaty

ACTS_UNDER_A_LIVING_TREATY = {
    Event.Kind.NOTICE_OF_WITHDRAWAL,
    Event.Kind.REVOCATION_OF_NOTICE,
    Event.Kind.SUSPENSION,
    Event.Kind.EXTENSION,
}


def check_event(cleaned: Mapping[str, Any]) -> dict[str, str]:
    """Return field → sentence for everything wrong with an event's cleaned form data; empty when all is well."""
    faults: dict[str, str] = {}
    try:
        days = span(cleaned.get("date") or "")
    except DateError as error:
        return {"date": str(error)}
    if cleaned.get("publication") == PublicationState.PUBLISHED and not cleaned.get("sources"):
        faults["sources"] = "Nothing is published without a source: choose one, or keep this as a draft."
    fault = _outside_the_treatys_life(cleaned, days) or _after_its_own_effect(cleaned, days)
    if fault:
        faults["date"] = fault
    return faults


def _outside_the_treatys_life(cleaned: Mapping[str, Any], days: tuple[date, date]) -> str:
    if cleaned.get("kind") not in ACTS_UNDER_A_LIVING_TREATY:
        return ""
    treaties: Iterable[Treaty] = cleaned.get("treaties") or []
    for treaty in treaties:
        if treaty.signed_on and days[1] < treaty.signed_on:
            return f"{treaty} was only signed on {write_day(treaty.signed_on)}; this act would precede it."
        if treaty.ended_on and days[0] > treaty.ended_on:
            return f"{treaty} ended on {write_day(treaty.ended_on)}; this act would come after its end."
    return ""


def _after_its_own_effect(cleaned: Mapping[str, Any], days: tuple[date, date]) -> str:
    """Refuse a notice dated after the day on which the same party's withdrawal is recorded to have taken effect."""
    if cleaned.get("kind") != Event.Kind.NOTICE_OF_WITHDRAWAL:
        return ""
    actor: Party | None = cleaned.get("actor")
    effect = (
        Event.objects.published()
        .filter(kind=Event.Kind.WITHDRAWAL_EFFECT, actor=actor, treaties__in=cleaned.get("treaties") or [])
        .order_by("earliest")
        .first()
    )
    if effect is None or days[0] <= effect.latest:
        return ""
    return (
        f"The record has this party's withdrawal taking effect on {words_for(effect.date)}; "
        "a notice cannot come after its own effect."
    )

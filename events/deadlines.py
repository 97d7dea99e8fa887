"""From a provision and its trigger to the columns of a deadline; pure but for reading the record's rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from events.clocks import Computed, DateSpan, Facts, Undetermined, compute, rule_from_json, today_in
from events.models import Deadline, Event

if TYPE_CHECKING:
    from datetime import date, datetime

    from treaties.models import Provision


@dataclass(frozen=True)
class Derived:
    """What the engine says of one trigger: the columns of its deadline, but for identity and version."""

    title: str
    started_on: date
    state: str
    state_since: date
    due_earliest: date | None = None
    due_latest: date | None = None
    due_time: str = ""
    zone: str = "UTC"
    undetermined_reason: str = ""
    citation: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)


def derive(provision: Provision, trigger: Event, revoked_on: date | None, *, at: datetime) -> Derived:
    """Compute the deadline that `trigger` starts under `provision`, with its state at the instant `at`."""
    facts = Facts(trigger=DateSpan(trigger.earliest, trigger.latest), trigger_label=trigger.title)
    result = compute(rule_from_json(provision.rule), facts)
    title = provision.effect_title.replace("{party}", str(trigger.actor or provision.treaty))
    if isinstance(result, Undetermined):
        return _undetermined(result, title, trigger)
    return _determined(result, title, trigger, revoked_on, at)


def _undetermined(result: Undetermined, title: str, trigger: Event) -> Derived:
    return Derived(
        title=title,
        started_on=trigger.latest,
        state=Deadline.State.UNDETERMINED,
        state_since=trigger.latest,
        undetermined_reason=result.reason,
        citation=result.citation,
        steps=_plain_steps(result),
    )


def _determined(result: Computed, title: str, trigger: Event, revoked_on: date | None, at: datetime) -> Derived:
    state, since = _state(result, trigger, revoked_on, today_in(result.zone, at))
    return Derived(
        title=title,
        started_on=trigger.latest,
        state=state,
        state_since=since,
        due_earliest=result.due.earliest,
        due_latest=result.due.latest,
        due_time=result.time or "",
        zone=result.zone,
        citation=result.citation,
        steps=_plain_steps(result),
    )


def _state(result: Computed, trigger: Event, revoked_on: date | None, today: date) -> tuple[str, date]:
    # A notice may be revoked before it takes effect (Vienna Convention on the Law of Treaties, article 68).
    if revoked_on is not None and revoked_on <= min(result.due.latest, today):
        return Deadline.State.REVOKED, revoked_on
    if today > result.due.latest:
        return Deadline.State.TOOK_EFFECT, result.due.latest
    return Deadline.State.RUNNING, trigger.latest


def _plain_steps(result: Computed | Undetermined) -> list[dict[str, Any]]:
    return [
        {
            "text": step.text,
            "operation": step.operation,
            "result": step.result.isoformat() if step.result else None,
        }
        for step in result.steps
    ]


def deadline_slug(provision: Provision, trigger: Event) -> str:
    """Return the readable, lasting name of the deadline: treaty, kind, party, start."""
    party = trigger.actor.slug if trigger.actor else "all"
    return f"{provision.treaty.slug}-{provision.kind.replace('_', '-')}-{party}-{trigger.latest.isoformat()}"

"""From a provision and what started it to the columns of a deadline; reads the record's rows, writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from events.clocks import (
    Computed,
    DateSpan,
    Facts,
    Happening,
    Reading,
    Undetermined,
    compute,
    live,
    rule_from_json,
    today_in,
    with_readings,
)
from events.models import Deadline, DisputedReading, Event
from treaties.models import ParticipationAct, Provision

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from events.clocks import Rule, Step
    from treaties.models import Party

_HAPPENS = {
    Event.Kind.REVOCATION_OF_NOTICE: "revoked",
    Event.Kind.PAUSE_OF_NOTICE: "paused",
    Event.Kind.RESUMPTION_OF_NOTICE: "resumed",
    Event.Kind.EXTENSION: "extended",
    Event.Kind.SUPERSESSION: "superseded",
}
_OF_THE_PARTY = {Event.Kind.REVOCATION_OF_NOTICE, Event.Kind.PAUSE_OF_NOTICE, Event.Kind.RESUMPTION_OF_NOTICE}
_EXTENDED_KINDS = {Provision.Kind.DURATION, Provision.Kind.ELIMINATION, Provision.Kind.REPORTING}


@dataclass(frozen=True)
class Cause:
    """What a deadline is counted from: an event, a party's own act, or the day of a date that comes again."""

    label: str
    span: DateSpan
    party: Party | None = None
    trigger: Event | None = None
    act: ParticipationAct | None = None
    occurrence: date | None = None

    @property
    def key(self) -> dict[str, Any]:
        """Return the column that tells this cause's deadline from the provision's others."""
        if self.trigger:
            return {"trigger": self.trigger}
        return {"act": self.act} if self.act else {"occurrence": self.occurrence}


@dataclass(frozen=True)
class Derived:
    """What the engine says of one cause: the columns of its deadline, but for identity and version."""

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
    life: list[dict[str, Any]] = field(default_factory=list)
    readings: list[dict[str, Any]] = field(default_factory=list)


def derive(provision: Provision, cause: Cause, *, at: datetime) -> Derived:
    """Compute the deadline that `cause` starts under `provision`, with its state at the instant `at`."""
    rule = rule_from_json(provision.rule)
    today = today_in(rule.zone, at)
    facts = Facts(trigger=cause.span, trigger_label=cause.label, anchors=anchors_of(provision, cause.party))
    result = compute(rule, facts, at=cause.occurrence)
    title = provision.effect_title.replace("{party}", str(cause.party or provision.treaty))
    if isinstance(result, Undetermined):
        return _undetermined(result, title, cause, rule)
    if cause.trigger:
        result = _with_disputed_readings(result, provision, cause)
    return _determined(result, title, cause, list(_happenings(provision, cause, today)), today)


def anchors_of(provision: Provision, party: Party | None) -> dict[str, date]:
    """Return the dates that the provision may count from, as far as the record has them."""
    treaty = provision.treaty
    found = {"entry_into_force": treaty.entered_into_force_on}
    if party is not None:
        found["party_entry_into_force"] = (
            ParticipationAct.objects.filter(
                participation__treaty=treaty, participation__party=party, kind=ParticipationAct.Kind.ENTRY_INTO_FORCE
            )
            .order_by("-date")
            .values_list("date", flat=True)
            .first()
        )
    found["expiry"] = _original_expiry(provision)
    return {name: day for name, day in found.items() if day is not None}


def _original_expiry(provision: Provision) -> date | None:
    """Return the day on which the treaty would have expired without any extension."""
    duration = provision.treaty.provisions.filter(kind=Provision.Kind.DURATION).exclude(pk=provision.pk).first()
    begun = provision.treaty.entered_into_force_on
    if duration is None or begun is None:
        return None
    result = compute(rule_from_json(duration.rule), Facts(DateSpan.day(begun), anchors={"entry_into_force": begun}))
    return result.due.earliest if isinstance(result, Computed) else None


def _undetermined(result: Undetermined, title: str, cause: Cause, rule: Rule) -> Derived:
    return Derived(
        title=title,
        started_on=cause.span.latest,
        state=Deadline.State.UNDETERMINED,
        state_since=cause.span.latest,
        zone=rule.zone,
        undetermined_reason=result.reason,
        citation=result.citation,
        steps=_plain_steps(result.steps),
    )


def _determined(result: Computed, title: str, cause: Cause, happenings: list[Happening], today: date) -> Derived:
    started = cause.span.latest if cause.occurrence is None else _before(result.due.earliest)
    life = live(started, result.due, happenings, today=today)
    return Derived(
        title=title,
        started_on=started,
        state=life.state,
        state_since=life.since,
        due_earliest=life.due.earliest,
        due_latest=life.due.latest,
        due_time=result.time or "",
        zone=result.zone,
        citation=result.citation,
        steps=_plain_steps((*result.steps, *life.steps)),
        life=_segments(started, result.due, happenings, today),
        readings=[
            {"holder": one.holder, "due": one.due.isoformat() if one.due else None, "source": one.source}
            for one in result.readings
        ],
    )


def _before(day: date) -> date:
    # A date that comes again has its clock from one year before: nobody starts it.
    return day.replace(year=day.year - 1, day=min(day.day, 28))


def _segments(started: date, due: DateSpan, happenings: list[Happening], today: date) -> list[dict[str, Any]]:
    """Return from which day on which state and date held; running out is left to whoever looks at a day."""
    days = [started, *sorted({one.day for one in happenings if started < one.day <= today})]
    lives = [(day, live(started, due, happenings, today=day)) for day in days]
    return [
        {
            "from": day.isoformat(),
            "state": life.state,
            "due_earliest": life.due.earliest.isoformat(),
            "due_latest": life.due.latest.isoformat(),
        }
        for day, life in lives
    ]


def _happenings(provision: Provision, cause: Cause, today: date) -> Iterable[Happening]:
    events = provision.treaty.events.published().filter(kind__in=_HAPPENS).by(today).select_related("actor")
    for event in events:
        kind = _HAPPENS[Event.Kind(event.kind)]
        if event.latest < cause.span.earliest or event == cause.trigger:
            continue
        if event.kind in _OF_THE_PARTY and (event.actor_id is None or event.actor != cause.party):
            continue
        if kind == "extended":
            until = _until(provision, event, cause)
            if until is None:
                continue
            yield Happening(kind, event.latest, event.title, until)
        elif kind == "superseded" and provision.kind != Provision.Kind.DURATION:
            continue
        else:
            yield Happening(kind, event.latest, event.title)


def _until(provision: Provision, event: Event, cause: Cause) -> date | None:
    """Return the date until which an extension runs: its document's, or the extension clause's own count."""
    if provision.kind not in _EXTENDED_KINDS or (cause.party is not None and event.actor != cause.party):
        return None
    if event.until is not None:
        return event.until
    clause = provision.treaty.provisions.filter(kind=Provision.Kind.EXTENSION).first()
    if clause is None:
        return None
    facts = Facts(DateSpan(event.earliest, event.latest), event.title, anchors_of(clause, None))
    result = compute(rule_from_json(clause.rule), facts)
    return result.due.earliest if isinstance(result, Computed) else None


def _with_disputed_readings(result: Computed, provision: Provision, cause: Cause) -> Computed:
    rows = DisputedReading.objects.filter(provision=provision, trigger=cause.trigger).select_related("source")
    readings = [Reading(row.holder, _read(row, cause), str(row.source)) for row in rows]
    return with_readings(result, readings) if readings else result


def _read(row: DisputedReading, cause: Cause) -> date | None:
    if row.rule is None:
        return None
    result = compute(rule_from_json(row.rule), replace(Facts(), trigger=cause.span, trigger_label=cause.label))
    return result.due.earliest if isinstance(result, Computed) else None


def _plain_steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [
        {
            "text": step.text,
            "operation": step.operation,
            "result": step.result.isoformat() if step.result else None,
        }
        for step in steps
    ]


def deadline_slug(provision: Provision, cause: Cause) -> str:
    """Return the readable, lasting name of the deadline: treaty, kind, party, start."""
    party = cause.party.slug if cause.party else "all"
    day = cause.occurrence or cause.span.latest
    return f"{provision.treaty.slug}-{provision.kind.replace('_', '-')}-{party}-{day.isoformat()}"

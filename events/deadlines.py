"""From a provision and what started it to the columns of a deadline; reads the record's rows, writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
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
    step_to_json,
    today_in,
    with_readings,
)
from events.clocks.operations import add_months
from events.models import Deadline, DisputedReading, Event
from events.step_words import in_english
from treaties.models import ParticipationAct, Provision
from treaties.querysets import first_of_each_time

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from events.clocks import Rule
    from treaties.models import Party, Treaty

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

    span: DateSpan
    party: Party | None = None
    trigger: Event | None = None
    act: ParticipationAct | None = None
    occurrence: date | None = None

    def facts(self, anchors: dict[str, date] | None = None) -> Facts:
        """Return what the engine needs to know of the cause."""
        return Facts(
            trigger=self.span,
            trigger_label=self.trigger.title if self.trigger else "",
            trigger_act=self.act.kind if self.act else "",
            trigger_party=str(self.party) if self.act else "",
            anchors=anchors or {},
        )

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


@dataclass(frozen=True)
class Clause:
    """A provision read once for all its deadlines: its rule, the dates it counts from, what befell its clocks."""

    provision: Provision
    rule: Rule
    today: date
    anchors: dict[str, date]
    bound_since: dict[int, date]
    happenings: list[Event]
    extension: tuple[Rule, dict[str, date]] | None
    disputed: dict[int, list[DisputedReading]]
    left: dict[int, date]


class TreatyReading:
    """A treaty read once for all its clauses: provisions, what befell its clocks, disputed readings."""

    def __init__(self, treaty: Treaty) -> None:
        self.provisions = list(treaty.provisions.select_related("treaty"))
        self.happenings = list(
            treaty.events.published().filter(kind__in=_HAPPENS).order_by("earliest", "pk").select_related("actor")
        )
        self._disputed: dict[int, dict[int, list[DisputedReading]]] = {}
        for one in DisputedReading.objects.filter(provision__treaty=treaty).select_related("source"):
            self._disputed.setdefault(one.provision_id, {}).setdefault(one.trigger_id, []).append(one)

    def clause(self, provision: Provision, *, at: datetime | None) -> Clause:
        """Return a provision with all that its deadlines depend on, as known at the instant `at` (None: ever)."""
        rule = rule_from_json(provision.rule)
        today = today_in(rule.zone, at) if at else date.max
        begun = "party_entry_into_force" in (rule.counted_from, *_locked(rule))
        return Clause(
            provision=provision,
            rule=rule,
            today=today,
            anchors=self._anchors(provision),
            bound_since=_bound_since(provision) if begun else {},
            happenings=[event for event in self.happenings if event.earliest <= today],
            extension=self._extension(provision),
            disputed=self._disputed.get(provision.pk, {}),
            left=_left(provision, today) if provision.trigger_kind.startswith("act:") else {},
        )

    def _anchors(self, provision: Provision) -> dict[str, date]:
        """Return the dates of the treaty itself that a provision may count from, as far as the record has them."""
        found = {"entry_into_force": provision.treaty.entered_into_force_on, "expiry": self._original_expiry(provision)}
        return {name: day for name, day in found.items() if day is not None}

    def _of_kind(self, kind: str, besides: Provision) -> Provision | None:
        return next((one for one in self.provisions if one.kind == kind and one.pk != besides.pk), None)

    def _original_expiry(self, provision: Provision) -> date | None:
        """Return the day on which the treaty would have expired without any extension."""
        duration = self._of_kind(Provision.Kind.DURATION, provision)
        begun = provision.treaty.entered_into_force_on
        if duration is None or begun is None:
            return None
        facts = Facts(DateSpan.day(begun), anchors={"entry_into_force": begun})
        result = compute(rule_from_json(duration.rule), facts)
        return result.due.earliest if isinstance(result, Computed) else None

    def _extension(self, provision: Provision) -> tuple[Rule, dict[str, date]] | None:
        clause = self._of_kind(Provision.Kind.EXTENSION, provision)
        if clause is None or provision.kind not in _EXTENDED_KINDS:
            return None
        return rule_from_json(clause.rule), self._anchors(clause)


def _locked(rule: Rule) -> tuple[str, ...]:
    return ("party_entry_into_force",) if rule.lock_in else ()


def derive(clause: Clause, cause: Cause) -> Derived:
    """Compute the deadline that `cause` starts under the clause, with its state on the clause's day."""
    provision = clause.provision
    result = compute(clause.rule, cause.facts(anchors_for(clause, cause.party)), at=cause.occurrence)
    title = provision.effect_title.replace("{party}", str(cause.party or provision.treaty))
    if isinstance(result, Undetermined):
        return _undetermined(result, title, cause, clause.rule)
    if cause.trigger:
        result = _with_disputed_readings(result, clause.disputed.get(cause.trigger.pk, []), cause)
    return _determined(result, title, cause, list(_happenings(clause, cause)), clause.today)


def anchors_for(clause: Clause, party: Party | None) -> dict[str, date]:
    """Return the dates that the clause may count from for a party."""
    begun = clause.bound_since.get(party.pk) if party else None
    return clause.anchors | ({"party_entry_into_force": begun} if begun else {})


def _bound_since(provision: Provision) -> dict[int, date]:
    acts = ParticipationAct.objects.filter(
        participation__treaty=provision.treaty, kind=ParticipationAct.Kind.ENTRY_INTO_FORCE
    )
    return dict(first_of_each_time(acts).order_by("date").values_list("participation__party", "date"))


def _left(provision: Provision, today: date) -> dict[int, date]:
    acts = ParticipationAct.objects.filter(
        participation__treaty=provision.treaty, kind=ParticipationAct.Kind.WITHDRAWAL_EFFECT, date__lte=today
    )
    return dict(acts.values_list("participation__party", "date"))


def _undetermined(result: Undetermined, title: str, cause: Cause, rule: Rule) -> Derived:
    return Derived(
        title=title,
        started_on=cause.span.latest,
        state=Deadline.State.UNDETERMINED,
        state_since=cause.span.latest,
        zone=rule.zone,
        undetermined_reason=in_english(result.why),
        citation=result.citation,
        steps=[step_to_json(result.why)],
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
        steps=[step_to_json(step) for step in (*result.steps, *life.steps)],
        life=_segments(started, result.due, happenings, today),
        readings=[
            {"holder": one.holder, "due": one.due.isoformat() if one.due else None, "source": one.source}
            for one in result.readings
        ],
    )


def _before(day: date) -> date:
    # A date that comes again has its clock from one year before: nobody starts it.
    return add_months(day, -12)


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


def _happenings(clause: Clause, cause: Cause) -> Iterable[Happening]:
    if cause.act and cause.party and cause.party.pk in clause.left:
        yield Happening("superseded", clause.left[cause.party.pk], left=str(cause.party))
    for event in clause.happenings:
        kind = _HAPPENS[Event.Kind(event.kind)]
        if event.latest < cause.span.earliest or event == cause.trigger:
            continue
        if event.kind in _OF_THE_PARTY and (event.actor_id is None or event.actor != cause.party):
            continue
        if kind == "extended":
            until = _until(clause, event, cause)
            if until is not None:
                yield Happening(kind, event.latest, event.title, until)
        elif kind != "superseded" or clause.provision.kind == Provision.Kind.DURATION:
            yield Happening(kind, event.latest, event.title)


def _until(clause: Clause, event: Event, cause: Cause) -> date | None:
    """Return the date until which an extension runs: its document's, or the extension clause's own count."""
    if clause.provision.kind not in _EXTENDED_KINDS or (cause.party is not None and event.actor != cause.party):
        return None
    if event.until is not None:
        return event.until
    if clause.extension is None:
        return None
    rule, anchors = clause.extension
    result = compute(rule, Facts(DateSpan(event.earliest, event.latest), event.title, anchors))
    return result.due.earliest if isinstance(result, Computed) else None


def _with_disputed_readings(result: Computed, rows: list[DisputedReading], cause: Cause) -> Computed:
    readings = [Reading(row.holder, _read(row, cause), str(row.source)) for row in rows]
    return with_readings(result, readings) if readings else result


def _read(row: DisputedReading, cause: Cause) -> date | None:
    if row.rule is None:
        return None
    result = compute(rule_from_json(row.rule), cause.facts())
    return result.due.earliest if isinstance(result, Computed) else None


def deadline_slug(provision: Provision, cause: Cause) -> str:
    """Return the readable, lasting name of the deadline: treaty, kind, party, start."""
    party = cause.party.slug if cause.party else "all"
    day = cause.occurrence or cause.span.latest
    return f"{provision.treaty.slug}-{provision.kind.replace('_', '-')}-{party}-{day.isoformat()}"

"""The record's doctor: what in the record cannot be right, or cannot be shown to be; each finding names its row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from events.clocks import ClockError, Computed, DateSpan, Facts, compute, rule_from_json, write_day
from events.models import Deadline, Event, Statement
from events.services import stored_differences
from treaties.models import Participation, ParticipationAct, Provision, Treaty
from treaties.querysets import JOINING_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

# Only acts under a treaty have to lie within its life: talks come before it, reports after it.
_WITHIN_LIFE = [
    Event.Kind.NOTICE_OF_WITHDRAWAL,
    Event.Kind.REVOCATION_OF_NOTICE,
    Event.Kind.WITHDRAWAL_EFFECT,
    Event.Kind.SUSPENSION,
    Event.Kind.EXTENSION,
]
_MOST_SENTENCES = 2
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_REFERENCE = re.compile(r"/(treaties|parties|events|deadlines)/([a-z0-9-]+)/")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and where."""

    check: str
    row: str
    sentence: str


def examine(*, at: datetime) -> list[Finding]:
    """Run every check and return what it found; nothing is changed."""
    found = [Finding(name, row, sentence) for name, check in CHECKS.items() for row, sentence in check()]
    return found + list(_stored_dates(at))


Rows = Iterable[tuple[str, str]]


def _without_source() -> Rows:
    for treaty in Treaty.objects.published().filter(sources=None):
        yield f"treaty {treaty.slug}", "is published without a source."
    for event in Event.objects.filter(publication="published", sources=None):
        yield f"event {event.slug}", "is published without a source, so nobody sees it."
    for act in ParticipationAct.objects.filter(source=None).select_related(
        "participation__party", "participation__treaty"
    ):
        yield f"act {act} of {act.participation}", "names no source."
    for provision in Provision.objects.filter(source=None).select_related("treaty"):
        yield f"provision {provision}", "names no source."


def _outside_the_treatys_life() -> Rows:
    acts = Event.objects.filter(kind__in=_WITHIN_LIFE, treaties__isnull=False).distinct()
    early = acts.filter(treaties__signed_on__gt=F("latest"))
    late = acts.filter(treaties__ended_on__lt=F("earliest"))
    for event in early:
        yield f"event {event.slug}", "comes before its treaty was signed."
    for event in late:
        yield f"event {event.slug}", "comes after its treaty had ended."
    for act in ParticipationAct.objects.filter(date__lt=F("participation__treaty__signed_on")).select_related(
        "participation__party", "participation__treaty"
    ):
        yield f"act {act} of {act.participation}", "comes before the treaty was opened."


def _bound_without_joining() -> Rows:
    # A successor may be bound without an act of its own that we know of; then its note says so.
    bound = Participation.objects.filter(acts__kind__in=["entry_into_force", "withdrawal_effect"], note="").distinct()
    for one in bound.exclude(acts__kind__in=[*JOINING_KINDS, "signature"]).select_related("party", "treaty"):
        yield f"participation {one}", "has neither a signature nor an instrument on record, and no note says why."


def _bound_twice() -> Rows:
    twice = Participation.objects.annotate(
        begun=Count("acts", filter=Q(acts__kind="entry_into_force")),
        left=Count("acts", filter=Q(acts__kind="withdrawal_effect")),
    ).filter(begun__gt=F("left") + 1)
    for one in twice.select_related("party", "treaty"):
        yield f"participation {one}", "entered into force twice without an end between."


def _not_in_office() -> Rows:
    said = Statement.objects.filter(speaker__isnull=False).select_related("speaker")
    wrong = said.filter(Q(speaker__held_from__gt=F("latest")) | Q(speaker__held_to__lt=F("earliest")))
    for one in wrong:
        yield f"statement {one.slug}", f"was made when {one.speaker} did not hold that office."


def _duplicates() -> Rows:
    twice = Event.objects.values("title", "date").annotate(number=Count("pk")).filter(number__gt=1)
    for one in twice:
        yield f"event {one['date']} {one['title']}", f"is on record {one['number']} times."


def _dead_references() -> Rows:
    models = {
        "treaties": Treaty.objects,
        "events": Event.objects,
        "deadlines": Deadline.objects,
    }
    for event in Event.objects.filter(summary__contains="/"):
        for kind, slug in _REFERENCE.findall(event.summary):
            if kind in models and not models[kind].filter(slug=slug).exists():
                yield f"event {event.slug}", f"refers to /{kind}/{slug}/, which is not there."


def _long_quotations() -> Rows:
    for one in Statement.objects.exclude(quotation=""):
        # Two short quotations in one, side by side, are two sentences each.
        parts = [_SENTENCE_END.findall(part) for part in one.quotation.split(" / ")]
        if max(len(ends) for ends in parts) > _MOST_SENTENCES:
            yield f"statement {one.slug}", "quotes more than two sentences."


def _unreadable_rules() -> Rows:
    for provision in Provision.objects.select_related("treaty"):
        try:
            rule_from_json(provision.rule)
        except ClockError as error:
            yield f"provision {provision}", str(error)


def _entry_into_force_by_the_clause() -> Rows:
    """Compare each party's entry into force with what the clause gives for its instrument."""
    clauses = Provision.objects.filter(kind=Provision.Kind.ENTRY_INTO_FORCE_FOR_STATE).select_related("treaty")
    for clause in clauses:
        rule = rule_from_json(clause.rule)
        acts: dict[int, dict[str, date]] = {}
        rows = ParticipationAct.objects.filter(participation__treaty=clause.treaty).order_by("date")
        for act in rows.values("participation", "kind", "date"):
            kind = "joined" if act["kind"] in JOINING_KINDS else act["kind"]
            acts.setdefault(act["participation"], {}).setdefault(kind, act["date"])
        for key, dates in acts.items():
            fault = _differs(clause, dates, compute_for=rule)
            if fault:
                yield f"participation {Participation.objects.select_related('party', 'treaty').get(pk=key)}", fault


def _differs(clause: Provision, dates: dict[str, date], *, compute_for: object) -> str:
    joined, recorded = dates.get("joined"), dates.get("entry_into_force")
    if joined is None or recorded is None:
        return ""
    result = compute(compute_for, Facts(DateSpan.day(joined)))  # type: ignore[arg-type]
    if not isinstance(result, Computed):
        return ""
    begun = clause.treaty.entered_into_force_on
    computed = max(result.due.earliest, begun) if begun else result.due.earliest
    if computed == recorded:
        return ""
    return f"is bound from {write_day(recorded)} on record, but the clause gives {write_day(computed)}."


def _stored_dates(at: datetime) -> Iterable[Finding]:
    for slug, (stored, computed) in stored_differences(at=at, keep=False).items():
        yield Finding("stored dates", f"deadline {slug}", f"is stored as {stored}, computed as {computed}.")


CHECKS: dict[str, Callable[[], Rows]] = {
    "source": _without_source,
    "life of the treaty": _outside_the_treatys_life,
    "joining": _bound_without_joining,
    "overlap": _bound_twice,
    "office": _not_in_office,
    "duplicates": _duplicates,
    "references": _dead_references,
    "quotations": _long_quotations,
    "rules": _unreadable_rules,
    "entry into force": _entry_into_force_by_the_clause,
}

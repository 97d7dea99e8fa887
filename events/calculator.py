"""The calculator: what if this party acted under this clause on that day? Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from events.clause_words import citation_words, phrase_words
from events.clock_cards import dated
from events.clocks import Computed, DateSpan, Facts, Undetermined, compute, step_to_json
from events.clocks.recurring import RECURRING_KINDS
from events.dates import DateError, read_words, span
from events.deadlines import TreatyReading, anchors_for
from events.deposits import facts_for_threshold
from events.models import Deadline
from events.naming import alike, named
from events.step_words import ToldStep, in_english, tell
from treaties.day_words import day_words
from treaties.models import Party, Provision, Treaty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from events.clocks import Step


class CalculatorError(ValueError):
    """A question that cannot be asked so; `field` names the part, the message says what to write instead."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Answer:
    """The engine's answer to one question, with what a reader needs beside the date."""

    treaty: Treaty
    provision: Provision
    party: Party | None
    on: str
    result: Computed | Undetermined
    readings: list[dict[str, Any]]
    note: str

    @property
    def due(self) -> DateSpan | None:
        """Return the date or the range; None where there is none."""
        return self.result.due if isinstance(self.result, Computed) else None

    @property
    def why_no_date(self) -> ToldStep:
        """Return why there is no date, in words; empty where there is one."""
        return tell(self.result.why) if isinstance(self.result, Undetermined) else ToldStep("")

    @property
    def steps(self) -> list[ToldStep]:
        """Return the steps that lead to the date, in words."""
        return [tell(step) for step in self._steps]

    @property
    def citation(self) -> str:
        """Return the clause, as it is cited in the reader's language."""
        return citation_words(self.result.citation)

    @property
    def _steps(self) -> tuple[Step, ...]:
        return self.result.steps if isinstance(self.result, Computed) else ()

    @property
    def dated_readings(self) -> list[dict[str, Any]]:
        """Return the readings on record for the act asked about, each with its day."""
        return dated(self.readings)

    @property
    def until_then(self) -> str:
        """Return which obligations go on until the date."""
        if self.provision.kind != Provision.Kind.WITHDRAWAL or self.due is None:
            return ""
        until = _(
            "Until %(day)s every obligation under %(treaty)s goes on for the party. What arose before that day is not "
            "undone by leaving (Vienna Convention on the Law of Treaties, article 70)."
        ) % {"day": day_words(self.due.latest), "treaty": self.treaty}
        if not self.provision.survival:
            return until
        return until + " " + _("After it: %(obligations)s") % {"obligations": phrase_words(self.provision.survival)}

    @property
    def what_stops_it(self) -> str:
        """Return what would stop the clock."""
        stops = phrase_words(self.provision.rule.get("what_stops_it", ""))
        return stops[:1].upper() + stops[1:]

    def as_json(self) -> dict[str, Any]:
        """Return the answer for programs; what follows from the clause is told in English, and as data."""
        due = self.due
        return {
            "treaty": self.treaty.slug,
            "kind": self.provision.kind,
            "party": self.party.slug if self.party else None,
            "on": self.on,
            "effect": due.earliest.isoformat() if due else None,
            "effect_latest": due.latest.isoformat() if due else None,
            "effect_time": self.result.time if isinstance(self.result, Computed) else None,
            "zone": self.result.zone if isinstance(self.result, Computed) else None,
            "steps": [in_english(step) for step in self._steps],
            "steps_as_data": [step_to_json(step) for step in self._steps],
            "readings": self.readings,
            "provision": {
                "article": self.provision.article,
                "paragraph": self.provision.paragraph,
                "label": self.provision.label,
                "citation": self.provision.rule.get("citation", ""),
                "rule": self.provision.rule,
            },
            "obligations_until_then": self.until_then,
            "what_stops_it": self.what_stops_it,
            "note": self.note,
            "undetermined_reason": in_english(self.result.why) if isinstance(self.result, Undetermined) else None,
        }


def answer(asked: Mapping[str, str]) -> Answer:
    """Answer the question that `treaty`, `kind`, `party` and `on` ask (`kind` is withdrawal if not given).

    Raises:
        CalculatorError: naming the part that cannot be understood.

    """
    treaty = _treaty(asked.get("treaty", ""))
    provision = _provision(treaty, asked.get("kind", "") or Provision.Kind.WITHDRAWAL)
    party = _party(asked.get("party", ""))
    on, days = _day(asked.get("on", ""))
    clause = TreatyReading(treaty).clause(provision, at=None)
    rule = clause.rule
    facts = replace(
        facts_for_threshold(treaty) if rule.threshold else Facts(),
        trigger=days,
        trigger_act="gives_notice" if provision.kind == Provision.Kind.WITHDRAWAL else "acts",
        trigger_party=str(party or ""),
        anchors=anchors_for(clause, party),
    )
    at = days.earliest if rule.kind in RECURRING_KINDS or rule.threshold else None
    result = compute(rule, facts, at=at)
    return Answer(treaty, provision, party, on, result, _readings(provision, party, days), _note(treaty, party, days))


def _treaty(slug: str) -> Treaty:
    if not slug:
        raise CalculatorError("treaty", _("Choose a treaty."))
    found: Treaty | None = named(Treaty.objects.published(), slug)
    if found is None:
        unknown = _("There is no treaty “%(name)s” on record.") % {"name": slug}
        raise CalculatorError("treaty", _with_names_like(unknown, Treaty.objects.published(), slug))
    return found


def _with_names_like(sentence: str, rows: QuerySet[Any], name: str) -> str:
    names = ", ".join(str(one) for one in alike(rows, name))
    return " ".join([sentence, _("Names like it: %(names)s.") % {"names": names}] if names else [sentence])


def _provision(treaty: Treaty, kind: str) -> Provision:
    provisions = list(treaty.provisions.all())
    found = [one for one in provisions if one.kind == kind]
    if found:
        return found[0]
    if kind not in Provision.Kind.values:
        sentence = _("“%(kind)s” is not a kind of clause; write one of %(kinds)s.")
        raise CalculatorError("kind", sentence % {"kind": kind, "kinds": ", ".join(Provision.Kind.values)})
    known = ", ".join(dict.fromkeys(str(one.get_kind_display()).lower() for one in provisions)) or _("none")
    sentence = _("No such clause of %(treaty)s is on record. On record: %(known)s.")
    raise CalculatorError("kind", sentence % {"treaty": treaty, "known": known})


def _party(slug: str) -> Party | None:
    if not slug:
        return None
    found: Party | None = named(Party.objects.all(), slug)
    if found is None:
        unknown = _("There is no party “%(name)s” on record.") % {"name": slug}
        raise CalculatorError("party", _with_names_like(unknown, Party.objects.all(), slug))
    return found


def _day(text: str) -> tuple[str, DateSpan]:
    if not text.strip():
        raise CalculatorError("on", _("On which day? Write it like 2019-02-02."))
    try:
        edtf = read_words(text)[0]
        return edtf, DateSpan(*span(edtf))
    except DateError as error:
        raise CalculatorError("on", str(error)) from error


def _readings(provision: Provision, party: Party | None, days: DateSpan) -> list[dict[str, Any]]:
    recorded = Deadline.objects.filter(
        provision=provision, party=party, trigger__earliest=days.earliest, trigger__latest=days.latest
    ).first()
    return recorded.readings if recorded else []


def _note(treaty: Treaty, party: Party | None, days: DateSpan) -> str:
    if party is None or not treaty.participations.exists():
        return ""
    if treaty.participations.bound_on(days.latest).filter(party=party).exists():
        return ""
    sentence = _(
        "The record does not have %(party)s as bound by %(treaty)s on that day; the date is what the clause would give."
    )
    return sentence % {"party": party, "treaty": treaty}

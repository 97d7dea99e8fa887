"""The steps of a computation in words of the reader's language: on pages, in mails, at the desk.

The engine gives steps as data and deadlines keep them so; here, and only here, they become sentences.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext, gettext_lazy, ngettext, override

from events.clause_words import citation_words, phrase_language, phrase_words
from events.clocks import step_from_json
from treaties.day_words import day_words, period_words
from treaties.models import ParticipationAct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from events.clocks import Step
    from events.clocks.steps import Value, Values
    from events.models import Deadline

# What of a step's values is text of the record.
_RECORDED = ("label", "precedent", "stop", "reason")
# The language of the sentences that were stored before steps were stored as data.
_STORED_LANGUAGE = "en"
_SENTENCES = {
    "by_agreement": gettext_lazy("The date is agreed between the parties, not counted."),
    "by_declaration": gettext_lazy("The date is set by a declaration, not by counting."),
    "calendar_day": gettext_lazy("The clause fixes a day of the calendar: for %(before)s it is %(after)s."),
    "conditional": gettext_lazy("There is no date until a condition is met."),
    "counted_anew": gettext_lazy("Counted anew from %(day)s."),
    "day_before": gettext_lazy("The end is counted inclusively: the last day is %(after)s, not %(before)s."),
    "extended": gettext_lazy("%(label)s: extended until %(until)s."),
    "in_a_range": gettext_lazy(
        "The day of the trigger is not known, so the date lies in the range from %(first)s to %(last)s."
    ),
    "named_day": gettext_lazy("The clause names the day itself: %(after)s."),
    "next_day": gettext_lazy("The period runs through %(before)s; the effect comes at 00:00 on %(after)s."),
    "no_day": gettext_lazy("A date that comes again needs the day from which to look."),
    "no_more": gettext_lazy("No further date follows from this rule."),
    "no_trigger": gettext_lazy("Nothing on record starts this clock."),
    "nobody_bound_before": gettext_lazy("The treaty itself entered into force on %(day)s; nobody was bound before."),
    "none": gettext_lazy("The treaty gives no right that would start a clock."),
    "not_before": gettext_lazy("%(before)s would be before %(floor)s, so %(floor)s counts."),
    "not_before_anyway": gettext_lazy("Not before %(floor)s; %(before)s is not earlier, so it stands."),
    "not_blocks_of_days": gettext_lazy(
        "Not %(blocks)s: that would be %(days)s days, but a month is not a block of 30 days, and the clause counts "
        "months."
    ),
    "not_known_since_when_bound": gettext_lazy("It is not recorded since when the party is bound."),
    "outside_window": gettext_lazy("Notice is possible from %(opened)s to %(closes)s only."),
    "pivot": gettext_lazy("%(before)s is before %(floor)s, so that day counts."),
    "precedent": gettext_lazy("Counted as in this precedent: %(precedent)s"),
    "renews_unless": gettext_lazy("The treaty renews itself unless notice comes %(period)s before: by %(day)s."),
    "resumed": gettext_lazy("%(label)s: resumed on %(day)s; with what remained it ends on %(due)s."),
    "revoked": gettext_lazy("%(label)s: revoked on %(day)s, before it took effect."),
    "started": gettext_lazy("%(label)s: %(day)s."),
    "started_between": gettext_lazy("%(label)s: between %(first)s and %(last)s; counted first from the earlier day."),
    "superseded": gettext_lazy("%(label)s: superseded on %(day)s."),
    "term_ends": gettext_lazy("The term in which the notice falls ends on %(day)s."),
    "too_early": gettext_lazy("Notice may be given from %(first)s on: %(period)s after %(begun)s."),
    "with_the_treaty": gettext_lazy("The treaty entered into force on %(day)s for those who had joined."),
}
_COUNTED_FROM = {
    "entry_into_force": gettext_lazy("Counted from the treaty's entry into force: %(day)s."),
    "party_entry_into_force": gettext_lazy("Counted from entry into force for the party: %(day)s."),
    "expiry": gettext_lazy(
        "Counted from the date on which it would have expired, not from the day of the agreement: %(day)s."
    ),
}
_NOT_KNOWN = {
    "entry_into_force": gettext_lazy("The clause counts from the treaty's entry into force, which is not known."),
    "party_entry_into_force": gettext_lazy(
        "The clause counts from entry into force for the party, which is not known."
    ),
    "expiry": gettext_lazy("The clause counts from the date on which the treaty would expire, which is not known."),
}
_NOT_REACHED = {
    "named_states": gettext_lazy(
        "The threshold is not reached: %(standing)s of %(needed)s named states have deposited."
    ),
    "instruments": gettext_lazy("The threshold is not reached: %(standing)s of %(needed)s instruments stand."),
}
_ADDED = {
    "days": gettext_lazy("Counted in calendar days, the first day not included: %(sum)s"),
    "months": gettext_lazy("Counted in calendar months, which keep the number of the day: %(sum)s"),
    "years": gettext_lazy("Counted in calendar years, which keep the number of the day: %(sum)s"),
}


class ToldStep(NamedTuple):
    """A stored step in words.

    `language` is theirs where it is not the reader's, else empty; `own` are the record's own words in them, in English.
    """

    text: str
    language: str = ""
    own: str = ""


def step_words(step: Step) -> str:
    """Return the step as one or two sentences in the active language."""
    if step.kind in _SENTENCES:
        return str(_SENTENCES[step.kind]) % _shown(step.values)
    return _OTHERS[step.kind](step.values)


def in_english(step: Step) -> str:
    """Return the step in the words that are stored, and that programs read, whatever language is active."""
    with override(settings.LANGUAGE_CODE):
        return step_words(step)


def told_steps(stored: Iterable[Mapping[str, Any]]) -> list[ToldStep]:
    """Return the steps of a deadline in words; one that was stored as a sentence is shown as it was."""
    return [told_step(one) for one in stored]


def told_step(stored: Mapping[str, Any]) -> ToldStep:
    """Return one stored step in words."""
    return ToldStep(stored["text"], _STORED_LANGUAGE) if "text" in stored else tell(step_from_json(stored))


def tell(step: Step) -> ToldStep:
    """Return a step in words, and which of them are the record's own."""
    return ToldStep(step_words(step), own=_own_words(step.values))


def _own_words(values: Values) -> str:
    """Return the text of the record in a step that has no translation; the longest of several."""
    texts = [str(values[name]) for name in _RECORDED if name in values]
    return max((one for one in texts if phrase_language(one)), key=len, default="")


def why_no_date(deadline: Deadline) -> ToldStep:
    """Return why no date can be computed for a deadline; one of the time of sentences has its reason as a sentence."""
    if deadline.steps:
        return told_step(deadline.steps[0])
    return ToldStep(deadline.undetermined_reason, _STORED_LANGUAGE)


def _shown(values: Values) -> dict[str, Value]:
    """Return the values as sentences show them: days in words, the period, what started or befell the clock."""
    shown: dict[str, Value] = {
        name: day_words(value) if isinstance(value, date) else value for name, value in values.items()
    }
    if "amount" in values:
        shown["period"] = _period(values)
    if "days" in values:
        shown["days"] = intcomma(_number(values, "days"))
    if "precedent" in values:
        shown["precedent"] = phrase_words(str(values["precedent"]))
    return shown | {"label": _label(values)}


def _period(values: Values) -> str:
    return period_words(abs(_number(values, "amount")), str(values["unit"]))


def _number(values: Values, name: str) -> int:
    value = values[name]
    return value if isinstance(value, int) else 0


def _label(values: Values) -> str:
    """Return what the record calls the act; or what kind of act it is, where the record has no words of its own."""
    if "act" in values:
        return _act_words(str(values["act"]), str(values["party"]))
    if "left" in values:
        return gettext("%(party)s left the treaty") % {"party": values["left"]}
    return str(values.get("label") or gettext("The act that starts the clock"))


def _act_words(act: str, party: str) -> str:
    if act == "threshold":
        return gettext("With the instrument of %(party)s the threshold is reached") % {"party": party}
    if act == "gives_notice":
        return gettext("%(party)s gives notice") % {"party": party} if party else gettext("A party gives notice")
    if act == "acts":
        acts = gettext("%(party)s acts under the clause") % {"party": party}
        return acts if party else gettext("A party acts under the clause")
    label = str(ParticipationAct.Kind(act).label)
    return f"{label}, {party}" if party else label


def _added(values: Values) -> str:
    before, after = values["before"], values["after"]
    assert isinstance(before, date)  # noqa: S101 - what these two are is fixed by the kind of step
    assert isinstance(after, date)  # noqa: S101
    told = _shown(values) | {"sign": "+" if _number(values, "amount") > 0 else "\N{MINUS SIGN}"}
    if values["unit"] == "days":
        told["sum"] = gettext("%(before)s %(sign)s %(period)s = %(after)s.") % told
        return str(_ADDED["days"]) % told
    told["days"] = period_words(abs((after - before).days), "days")
    told["sum"] = gettext("%(before)s %(sign)s %(period)s = %(after)s, %(days)s.") % told
    sentence = str(_ADDED[str(values["unit"])]) % told
    clamped = gettext("The month has no such day, so its last day counts.") if after.day != before.day else ""
    return f"{sentence} {clamped}".rstrip()


def _added_after_pivot(values: Values) -> str:
    return gettext("%(before)s is not before %(floor)s.") % _shown(values) + f" {_added(values)}"


def _calendar(values: Values) -> str:
    zone = str(values["zone"])
    # The calendar of New York is Washington's; readers should see the zone that the record names.
    told = {"time": values["time"], "place": zone.rpartition("/")[2].replace("_", " ")}
    if values["time"]:
        return gettext("The effect comes at %(time)s, by the calendar of %(place)s.") % told
    return gettext("The clause sets no hour, so whole days are counted, by the calendar of %(place)s.") % told


def _clause(values: Values) -> str:
    citation = citation_words(str(values["citation"]))
    if "amount" not in values:
        return f"{citation}."
    return gettext("%(citation)s: %(period)s.") % {"citation": citation, "period": _period(values)}


def _comes_again(values: Values) -> str:
    if "amount" not in values:
        return gettext("Comes again every year: next on %(day)s.") % _shown(values)
    return gettext("Comes again every %(period)s: next on %(day)s.") % _shown(values)


def _disputed(values: Values) -> str:
    sentence = ngettext(
        "The date is disputed: %(readings)s reading. The earliest, %(day)s, is used.",
        "The date is disputed: %(readings)s readings. The earliest, %(day)s, is used.",
        _number(values, "readings"),
    )
    return sentence % _shown(values)


def _first_of_month(values: Values) -> str:
    if values["months"] == 1:
        return gettext("The first day of the month after %(before)s is %(after)s.") % _shown(values)
    sentence = gettext("The first day of month %(months)s after the month of %(before)s is %(after)s.")
    return sentence % _shown(values)


def _paused(values: Values) -> str:
    sentence = ngettext(
        "%(label)s: paused on %(day)s with %(days)s day left.",
        "%(label)s: paused on %(day)s with %(days)s days left.",
        _number(values, "days"),
    )
    return sentence % _shown(values)


def _threshold_not_met(values: Values) -> str:
    sentence = str(_NOT_REACHED[str(values["counted"])]) % values
    missing = values["missing"]
    if not isinstance(missing, tuple) or not missing:
        return sentence
    return sentence + " " + gettext("Missing: %(names)s.") % {"names": ", ".join(missing)}


def _what_stops_it(values: Values) -> str:
    return gettext("What would stop it: %(stop)s") % {"stop": phrase_words(str(values["stop"]))}


_OTHERS: dict[str, Callable[[Values], str]] = {
    "added": _added,
    "added_after_pivot": _added_after_pivot,
    "anchor_not_known": lambda values: str(_NOT_KNOWN[str(values["anchor"])]),
    "calendar": _calendar,
    "clause": _clause,
    "comes_again": _comes_again,
    "counted_from": lambda values: str(_COUNTED_FROM[str(values["anchor"])]) % _shown(values),
    "disputed": _disputed,
    "first_of_month": _first_of_month,
    "paused": _paused,
    "threshold_not_met": _threshold_not_met,
    "told": lambda values: phrase_words(str(values["reason"])),
    "what_stops_it": lambda values: (
        gettext("What would stop it: %(stop)s") % {"stop": phrase_words(str(values["stop"]))}
    ),
}

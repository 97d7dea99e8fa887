"""A treaty's status on a day, derived from its dates, its running clocks and the suspensions on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.clause_words import phrase_language, phrase_words
from events.models import Event
from treaties.day_words import day_words
from treaties.models import ParticipationAct, Provision

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from events.clock_cards import ClockCard
    from treaties.models import Treaty


@dataclass(frozen=True)
class TreatyStatus:
    """The status as a tag (word and tone) and as a sentence; `own` are the record's own words in it, in English."""

    word: str
    tone: str
    sentence: str
    own: str = ""


def status_of(treaty: Treaty, clocks: list[ClockCard], suspended: list[str], day: date) -> TreatyStatus:
    """Return the treaty's status on the day, given that day's clock cards and the parties that had suspended."""
    leaving = [one for one in clocks if _is_notice_on(one, day)]
    word, tone = _tag(treaty, day, is_leaving=bool(leaving), is_suspended=bool(suspended))
    if treaty.ended_on and day >= treaty.ended_on:
        return TreatyStatus(word, tone, *_end(treaty, treaty.ended_on))
    sentences = [_opening(treaty, day)]
    if treaty.in_force_on(day):
        sentences = [_notice(one) for one in leaving] + _suspension(suspended) + _while_in_force(treaty, day, leaving)
    return TreatyStatus(word, tone, " ".join(sentences))


def _is_notice_on(one: ClockCard, day: date) -> bool:
    """Say whether a notice of withdrawal runs; on the day on which it takes effect, the party has left."""
    is_withdrawal = one.deadline.provision.kind == Provision.Kind.WITHDRAWAL
    return is_withdrawal and one.is_running and (one.latest is None or day < one.latest)


def _tag(treaty: Treaty, day: date, *, is_leaving: bool, is_suspended: bool) -> tuple[str, str]:
    if treaty.in_force_on(day):
        if is_leaving:
            return _("Withdrawal notice running"), "warn"
        # One of many parties does not change how the treaty stands; the sentence names it.
        is_shaken = is_suspended and treaty.laterality == treaty.Laterality.BILATERAL
        return (_("Obligations suspended"), "warn") if is_shaken else (_("In force"), "ok")
    return {
        "ended": (_("No longer in force"), "over"),
        "not in force": (_("Not in force"), "idle"),
        "not signed": (_("Not yet signed"), "idle"),
    }[treaty.status_at(day)]


def _end(treaty: Treaty, day: date) -> tuple[str, str]:
    """Return when and how the treaty ended, and what of it is the record's own text."""
    words = phrase_words(treaty.end_reason)
    told = {"day": day_words(day), "reason": words[:1].lower() + words[1:]}
    if not words:
        return _("The treaty ended on %(day)s.") % told, ""
    own = told["reason"] if phrase_language(treaty.end_reason) else ""
    return _("The treaty ended on %(day)s: %(reason)s.") % told, own


def _opening(treaty: Treaty, day: date) -> str:
    if treaty.status_at(day) == "not signed":
        return _("The treaty had not been signed.")
    if treaty.signed_on is None:
        return _("Not in force.")
    return _("Signed or opened on %(day)s, not in force.") % {"day": day_words(treaty.signed_on)}


def _notice(one: ClockCard) -> str:
    started = day_words(one.deadline.started_on) if one.deadline.started_on else _("an unknown day")
    party = str(one.deadline.party or _("A party"))
    return _("%(party)s gave notice of withdrawal on %(day)s.") % {"party": party, "day": started}


def _suspension(parties: list[str]) -> list[str]:
    if not parties:
        return []
    sentence = ngettext(
        "%(parties)s has announced suspending its obligations.",
        "%(parties)s have announced suspending their obligations.",
        len(parties),
    )
    return [sentence % {"parties": get_text_list(parties, _("and"))}]


def _while_in_force(treaty: Treaty, day: date, leaving: list[ClockCard]) -> list[str]:
    if leaving:
        if treaty.laterality == treaty.Laterality.BILATERAL:
            return [_("The treaty stays in force until the notice period ends.")]
        return [_("For that party it stays in force until the notice period ends; the others stay bound.")]
    since = treaty.entered_into_force_on
    return [_("In force since %(day)s.") % {"day": day_words(since)}] if since and since <= day else []


def suspending_parties(treaties: Iterable[Treaty], day: date) -> dict[int, list[str]]:
    """Return treaty id → names of the parties that had announced suspending their obligations by the day."""
    rows = (
        Event.objects.published()
        .by(day)
        .filter(kind=Event.Kind.SUSPENSION, actor__isnull=False, treaties__in=treaties)
        .order_by("earliest", "pk")
        .values_list("treaties", "actor__name")
    )
    # Whoever has left has no obligations to suspend.
    left = set(
        ParticipationAct.objects.filter(
            participation__treaty__in=treaties, kind=ParticipationAct.Kind.WITHDRAWAL_EFFECT, date__lte=day
        ).values_list("participation__treaty", "participation__party__name")
    )
    by_treaty: dict[int, list[str]] = {}
    for treaty, name in rows:
        names = by_treaty.setdefault(treaty, [])
        if name not in names and (treaty, name) not in left:
            names.append(name)
    return by_treaty

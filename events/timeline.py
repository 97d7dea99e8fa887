"""What a timeline shows: entries by year, what is still scheduled, and where everybody stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from events.dates import wording
from events.models import Event, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.clock_cards import ClockCard
    from events.listed import Listed

_GROUPS = {
    "legal": {
        "signature",
        "ratification",
        "adoption",
        "entry_into_force",
        "notice_of_withdrawal",
        "revocation_of_notice",
        "withdrawal_effect",
        "suspension",
        "extension",
        "expiry",
        "order",
        "decision",
        "supersession",
        "pause_of_notice",
        "resumption_of_notice",
        "snapback_notification",
    },
    "claim": {"accusation", "denial"},
    "talk": {"meeting", "talks"},
}
_GROUP_OF = {kind: group for group, kinds in _GROUPS.items() for kind in kinds}
GROUP_LABELS = {
    "legal": _("Legal act"),
    "claim": _("Compliance claim"),
    "stmt": _("Statement"),
    "talk": _("Talks"),
}
_TONES = {
    "supports": "for",
    "opposes": "against",
    "accuses": "against",
    "denies": "against",
    "warns": "against",
    "suspends": "susp",
    "withdraws": "susp",
    "appeals": "talks",
    "pledges": "for",
}
# How the line below an event names the statement that answers it.
_VERBS = {
    "denies": _("Denied by"),
    "accuses": _("Countered by"),
    "supports": _("Supported by"),
    "opposes": _("Opposed by"),
    "remarks": _("Answered by"),
}


def group_of(kind: str) -> str:
    """Return the group (legal, claim, talk, stmt) to which a kind of event belongs."""
    return _GROUP_OF.get(kind, "stmt")


def kinds_of(group: str) -> list[str]:
    """Return the kinds of events in a group."""
    return [str(kind) for kind in Event.Kind.values if group_of(kind) == group]


@dataclass(frozen=True)
class Entry:
    """An event as a page of its own, or a claim, shows it; what lists show is `events.listed`."""

    event: Event
    statement: Statement | None
    when: str

    @property
    def tone(self) -> str:
        """Return the class by which a stance is drawn; its word always stands beside it."""
        return tone_of(self.statement.stance) if self.statement else ""

    @property
    def who(self) -> str:
        """Return who spoke or acted."""
        if self.statement:
            return str(self.statement.speaker or self.statement.body)
        return str(self.event.actor or ", ".join(str(party) for party in self.event.listed_parties))

    @property
    def answers_to(self) -> Event | None:
        """Return the published event that the statement answers."""
        answered = self.statement.responds_to if self.statement else None
        return answered if answered and answered.publication == "published" else None


def verb_of(stance: str) -> str:
    """Return how an answer of this stance is introduced, in the reader's language."""
    return str(_VERBS.get(stance, _VERBS["remarks"]))


def tone_of(stance: str) -> str:
    """Return the class by which a stance is drawn."""
    return _TONES.get(stance, "note")


def entry(event: Event) -> Entry:
    """Return the entry of an event whose statement, actor and parties have been fetched."""
    return Entry(event, getattr(event, "statement", None), wording(event))


@dataclass
class Year:
    """The entries of one year, and the clocks that end in it; `now` where the line between past and future runs."""

    number: int
    entries: list[Listed] = field(default_factory=list)
    scheduled: list[ClockCard] = field(default_factory=list)
    now: bool = False

    @property
    def count(self) -> str:
        """Say how many events of the year the page shows."""
        return _events_in_words(len(self.entries), get_language())


@lru_cache(maxsize=4096)
def _events_in_words(number: int, _language: str | None) -> str:
    return ngettext("%(number)s event", "%(number)s events", number) % {"number": number}


def by_year(entries: Iterable[Listed], scheduled: Iterable[ClockCard] = (), *, order: str = "new") -> list[Year]:
    """Group entries by the year in which they can have begun; scheduled clocks join the year in which they are due.

    The entries come in their order; years, and clocks in them, are put in the same one.
    """
    years = {number: Year(number, list(rows)) for number, rows in groupby(entries, lambda one: one.earliest.year)}
    coming = sorted((one for one in scheduled if one.due), key=_due, reverse=order == "new")
    for clock in coming:
        year = _due(clock).year
        years.setdefault(year, Year(year)).scheduled.append(clock)
    if coming:
        years[_due(coming[-1] if order == "new" else coming[0]).year].now = True
    return sorted(years.values(), key=lambda one: one.number, reverse=order == "new")


def _due(clock: ClockCard) -> date:
    return clock.due or date.max

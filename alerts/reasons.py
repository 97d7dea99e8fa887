"""Why somebody gets a mail: the wish of theirs that asked for it, named."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models.functions import Coalesce
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from alerts.direction import apart
from alerts.models import TEST, AlertKind, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alerts.models import Alert
    from events.models import Event


class _Wish(NamedTuple):
    subscriber: int
    everything: bool
    treaty: int | None
    party: int | None
    deadline: int | None
    kinds: list[str]
    lead_days: list[int]
    name: str | None


class Wishes:
    """The wishes of the readers of one batch, fetched at once."""

    def __init__(self, subscriber_ids: Iterable[int]) -> None:
        self._by_subscriber: dict[int, list[_Wish]] = defaultdict(list)
        self._abouts: dict[int, tuple[set[int], set[int]]] = {}
        self._words: dict[tuple[str | None, str, str, int], str] = {}
        rows = Subscription.objects.filter(subscriber__in=set(subscriber_ids), state=Subscription.State.ACTIVE)
        columns = ["subscriber_id", "everything", "treaty_id", "party_id", "deadline_id", "kinds", "lead_days"]
        name = Coalesce("treaty__short_name", "party__name", "deadline__title")
        for row in rows.order_by("pk").values_list(*columns, name):
            self._by_subscriber[row[0]].append(_Wish._make(row))
        # Numbers for sets of wishes that differ in nothing but whose they are.
        sets: dict[str, int] = {}
        self._alike = {
            subscriber: sets.setdefault(repr([wish[1:] for wish in wishes]), len(sets))
            for subscriber, wishes in self._by_subscriber.items()
        }

    def alike(self, subscriber_id: int) -> int:
        """Return a number that subscribers share whose wishes are the same: they get the same mail for one reason."""
        return self._alike.get(subscriber_id, -1)

    def because(self, alert: Alert) -> str:
        """Return why its reader gets this alert, as a sentence in the active language."""
        if alert.kind == TEST:
            return _("You get this mail because you, an editor, sent a test to your own address.")
        names = [apart(wish.name or _("everything")) for wish in self._asking_for(alert)]
        followed = _(" and ").join(dict.fromkeys(names)) or _("this")
        key = (get_language(), followed, alert.kind, alert.lead_days)
        if key not in self._words:
            self._words[key] = because_words(followed, alert.kind, alert.lead_days)
        return self._words[key]

    def _asking_for(self, alert: Alert) -> list[_Wish]:
        wishes = [
            wish
            for wish in self._by_subscriber[alert.subscriber_id]
            if alert.kind in wish.kinds and (wish.everything or self._covers(wish, alert))
        ]
        if alert.kind == AlertKind.LEAD:
            return [wish for wish in wishes if alert.lead_days in wish.lead_days] or wishes
        return wishes

    def _covers(self, wish: _Wish, alert: Alert) -> bool:
        if alert.deadline:
            deadline = alert.deadline
            own = (deadline.provision.treaty_id, deadline.party_id, deadline.pk)
            return any(one is not None and one == two for one, two in zip(wish[2:5], own, strict=True))
        treaties, parties = self._about(alert.event) if alert.event else (set(), set())
        return wish.treaty in treaties or wish.party in parties

    def _about(self, event: Event) -> tuple[set[int], set[int]]:
        if event.pk not in self._abouts:
            parties = {event.actor_id, *event.parties.values_list("pk", flat=True)}
            parties |= set(event.statement.targets.values_list("pk", flat=True))
            treaties = set(event.treaties.published().values_list("pk", flat=True))
            self._abouts[event.pk] = (treaties, {pk for pk in parties if pk is not None})
        return self._abouts[event.pk]


def because_words(followed: str, kind: str, lead_days: int) -> str:
    """Return why somebody who follows this gets a mail of this kind."""
    return _("You get this because you follow %(followed)s and asked to be told %(when)s.") % {
        "followed": followed,
        "when": when_words(kind, lead_days),
    }


def when_words(kind: str, lead_days: int) -> str:
    """Return when a kind is told: "30 days before a date", "when a clock starts"."""
    if kind == AlertKind.LEAD and lead_days > 0:
        return ngettext("%(number)d day before a date", "%(number)d days before a date", lead_days) % {
            "number": lead_days
        }
    return {
        AlertKind.STARTED: _("when a clock starts"),
        AlertKind.LEAD: _("on the day itself"),
        AlertKind.MOVED: _("when a date changes that you were told"),
        AlertKind.WITHDRAWN: _("when a date changes that you were told"),
        AlertKind.TOOK_EFFECT: _("when a date has come"),
        AlertKind.STATEMENT: _("of new statements"),
    }[AlertKind(kind)]

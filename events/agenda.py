"""The agenda of clocks: which ones an address asks for, in which order, and month by month."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from events.models import Deadline
from events.paging import Order
from events.parameters import Choice, Choices, Day, Named, all_parties, published_treaties, span_of
from treaties.models import Provision

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from events.clock_cards import ClockCard
    from events.parameters import Asked
    from events.querysets import DeadlineQuerySet

STATES = {
    "running": _("Running"),
    "ended": _("Ended, whatever the reason"),
    "any": _("Running and ended"),
    "took_effect": _("Took effect, or the day has passed"),
    "revoked": _("Revoked"),
    "paused": _("Paused"),
    "superseded": _("Superseded"),
    "undetermined": _("No date can be computed"),
}
ABOUT = {"withdrawals": _("Withdrawals"), "obligations": _("Obligations")}
_KINDS_OF = {
    "withdrawals": [Provision.Kind.WITHDRAWAL],
    "obligations": [Provision.Kind.ELIMINATION, Provision.Kind.REPORTING, Provision.Kind.REVIEW],
}
PARAMETERS = (
    Named("treaty", _("Treaty"), rows=published_treaties),
    Named("party", _("Party"), rows=all_parties),
    Choice("state", choices=STATES, default="running"),
    Choice("about", choices=ABOUT),
    Choices("kind", choices=dict(Provision.Kind.choices)),
    Day("from", _("From")),
    Day("to", _("To")),
)


@dataclass(frozen=True)
class Month:
    """The clocks that end in one month; no first day for those without a date."""

    first: date | None
    cards: list[ClockCard]


def chosen(asked: Asked, day: date) -> DeadlineQuerySet:
    """Return the clocks that the address asks for, as they stood on the day."""
    return narrowed(Deadline.objects.on_record().standing(asked["state"], day).with_parts(), asked)


def narrowed(rows: DeadlineQuerySet, asked: Asked) -> DeadlineQuerySet:
    """Return the clocks that pass all that the address asks for, whatever their state."""
    if asked["treaty"]:
        rows = rows.of_treaty(asked["treaty"])
    if asked["party"]:
        rows = rows.filter(party=asked["party"])
    if asked["about"]:
        rows = rows.filter(provision__kind__in=_KINDS_OF[asked["about"]])
    if asked["kind"]:
        rows = rows.filter(provision__kind__in=asked["kind"])
    if asked["from"]:
        rows = rows.filter(due_latest__gte=span_of(asked["from"])[0])
    return rows.filter(due_earliest__lte=span_of(asked["to"])[1]) if asked["to"] else rows


def order_of(asked: Asked) -> Order:
    """Return the order that serves the choice: what is to come soonest first, what has been latest first."""
    if asked["state"] == "undetermined":
        return Order(("-started_on", "slug"))
    soonest_first = asked["state"] in ("running", "any", "paused")
    return Order(("due_latest" if soonest_first else "-due_latest", "slug"))


def by_month(cards: Iterable[ClockCard]) -> list[Month]:
    """Group cards by the month in which their date, or its last day, lies; they come in their order."""
    return [Month(first, list(rows)) for first, rows in groupby(cards, _month)]


def _month(card: ClockCard) -> date | None:
    day = card.deadline.due_latest
    return day.replace(day=1) if day else None

"""Which treaties the list of treaties is asked for, by the page and by its exports alike."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from events.models import Deadline
from events.paging import COUNTED, Order
from events.parameters import Choice, Choices, Named, Parameter, all_parties
from treaties.models import Participation, Treaty
from treaties.querysets import standing_on

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import Q

    from events.parameters import Asked
    from events.querysets import DeadlineQuerySet
    from treaties.querysets import TreatyQuerySet

BY_NAME = Order(("short_name", "slug"))
STATUSES = {
    "in-force": _("In force"),
    "not-in-force": _("Signed, not in force"),
    "ended": _("No longer in force"),
    "not-signed": _("Not yet signed"),
}
PARAMETERS = (
    Choices("status", choices=STATUSES),
    Choices("laterality", choices=dict(Treaty.Laterality.choices)),
    Parameter("q", _("Text")),
    Named("party", _("Party"), rows=all_parties),
    Choice("running", choices={"withdrawal": _("Withdrawal notice running")}),
)


def named_like(text: str) -> TreatyQuerySet:
    """Return the published treaties whose names contain the text; the names of all are read for it only once."""
    rows = Treaty.objects.published()
    if not text:
        return rows
    matching = rows.matching(text)
    keys = list(matching.order_by().values_list("pk", flat=True)[: COUNTED + 1])
    return matching if len(keys) > COUNTED else rows.filter(pk__in=keys)


def narrowed(rows: TreatyQuerySet, asked: Asked, day: date) -> TreatyQuerySet:
    """Keep the treaties that the address asks for, as they stood on the day."""
    if asked["status"]:
        rows = rows.filter(reduce(or_, (stands(status, day) for status in asked["status"])))
    if asked["laterality"]:
        rows = rows.filter(laterality__in=asked["laterality"])
    if asked["party"]:
        rows = rows.filter(Exists(Participation.objects.filter(treaty=OuterRef("pk"), party=asked["party"])))
    return rows.filter(pk__in=notices_on(day).values("provision__treaty")) if asked["running"] else rows


def stands(status: str, day: date) -> Q:
    """Return the condition that a treaty stood so on the day, in the words of `STATUSES`."""
    return standing_on(status.replace("-", " "), day)


def notices_on(day: date) -> DeadlineQuerySet:
    """Return the clocks of the notices of withdrawal that ran on the day."""
    return Deadline.objects.running_on(day).filter(provision__kind="withdrawal")

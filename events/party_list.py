"""Which parties the list of parties is asked for, by the page and by its exports alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from events.paging import Order
from events.parameters import Choices, Parameter
from treaties.models import Party

if TYPE_CHECKING:
    from events.parameters import Asked
    from treaties.querysets import PartyQuerySet

BY_NAME = Order(("name", "slug"))
PARAMETERS = (Choices("kind", choices=dict(Party.Kind.choices)), Parameter("q", _("Name")))


def parties_listed(asked: Asked) -> PartyQuerySet:
    """Return the parties that the address asks for."""
    rows: PartyQuerySet = Party.objects.filter(kind__in=asked["kind"]) if asked["kind"] else Party.objects.all()
    return rows.named_like(asked["q"]) if asked["q"] else rows

"""The matrix of treaties and parties: one cell for each pair, linked to the act that set it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from events.paging import Order
from events.parameters import Choice, Choices, Named, Parameter, all_parties, published_treaties
from events.standings import STATES, standings_on
from treaties.models import Participation, Party, Treaty

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from events.parameters import Asked
    from events.standings import PartyStanding, Standings

# Columns at a time: a wider table is no longer read across.
COLUMNS = 12
# Rows at a time, in the order of their names.
ROWS = 100
_BY_NAME = Order(("short_name", "slug"))
# NPT, Article IX(3): those that had exploded a nuclear device before 1 January 1967.
NUCLEAR_WEAPON_STATES = ("china", "france", "russia", "united-kingdom", "united-states")
GROUPS = {
    "nuclear-weapon": _("The five nuclear-weapon states of the NPT (Article IX(3))"),
    "all": _("All parties, by name"),
    "organisations": _("International organisations"),
    "predecessors": _("Predecessor states"),
}
PARAMETERS = (
    Choices("laterality", choices=dict(Treaty.Laterality.choices)),
    Parameter("q", _("Treaty")),
    Choice("group", choices=GROUPS, default="nuclear-weapon"),
    Named("party", _("Party"), rows=all_parties),
    Choices("state", choices={state: word for state, (word, _icon) in STATES.items()}),
    Named("rows", _("From"), rows=published_treaties),
)


@dataclass(frozen=True)
class Row:
    """A treaty with one cell for each party, None where nothing is on record."""

    treaty: Treaty
    cells: list[PartyStanding | None]


@dataclass(frozen=True)
class Matrix:
    """The parties across, the treaties down; `further` is the treaty with which the rows go on."""

    parties: list[Party]
    rows: list[Row]
    further: Treaty | None = None


def matrix(asked: Asked, parties: list[Party], day: date) -> Matrix:
    """Return the matrix on a day; where states are asked for, only the rows in which a cell has one of them."""
    chosen = list(treaties_asked(asked)[: ROWS + 1])
    rows = rows_of(chosen[:ROWS], parties, asked["state"], day)
    return Matrix(parties, rows, chosen[ROWS] if len(chosen) > ROWS else None)


def rows_of(treaties: list[Treaty], parties: list[Party], states: tuple[str, ...], day: date) -> list[Row]:
    """Return the rows of these treaties on a day; where states are given, only those with one of them in a cell."""
    standings = standings_on(treaties, parties, day)
    rows = [Row(treaty, _cells(treaty, parties, standings)) for treaty in treaties]
    return [row for row in rows if not states or _has_one(row, states)]


def _cells(treaty: Treaty, parties: list[Party], standings: Standings) -> list[PartyStanding | None]:
    return [standings.get((treaty.pk, party.pk)) for party in parties]


def _has_one(row: Row, states: tuple[str, ...]) -> bool:
    return any(cell is not None and cell.state in states for cell in row.cells)


def treaties_asked(asked: Asked) -> QuerySet:
    """Return the treaties whose rows the address asks for."""
    rows = Treaty.objects.published().order_by(*_BY_NAME.keys)
    if asked["rows"]:
        first = asked["rows"]
        rows = rows.filter(_BY_NAME.beyond({"short_name": first.short_name, "slug": first.slug}) | Q(pk=first.pk))
    if asked["laterality"]:
        rows = rows.filter(laterality__in=asked["laterality"])
    return rows.matching(asked["q"]) if asked["q"] else rows


def parties_asked(asked: Asked) -> QuerySet:
    """Return the parties whose columns the address asks for."""
    rows = Party.objects.filter(Exists(Participation.objects.filter(party=OuterRef("pk"))))
    if asked["party"]:
        return rows.filter(pk=asked["party"].pk)
    return {
        "nuclear-weapon": rows.filter(slug__in=NUCLEAR_WEAPON_STATES),
        "all": rows,
        "organisations": rows.filter(kind=Party.Kind.ORGANISATION),
        "predecessors": rows.filter(kind=Party.Kind.PREDECESSOR),
    }[asked["group"]]

"""Every clause on withdrawal, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.clocks import rule_from_json
from events.paging import Order
from events.parameters import Choice, Parameter
from treaties.day_words import period_words
from treaties.models import Provision, Treaty

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from events.parameters import Asked

COLUMNS = ("treaty", "clause", "period", "counting", "recipients", "reasons", "armed_conflict", "survival", "rule_kind")
BY_TREATY = Order(("treaty__short_name", "treaty__slug", "article", "pk"))
PARAMETERS = (
    Parameter("q", _("Treaty")),
    Choice("reasons", choices={"yes": _("Reasons asked for"), "no": _("Reasons not recorded as asked for")}),
    Choice("laterality", choices=dict(Treaty.Laterality.choices)),
)
_COUNTING = {
    "offset": _("from receipt of the notice"),
    "offset_next_day": _("full periods; effect at 00:00 of the day after"),
    "conditional": _("on a condition"),
    "none": _("no right to leave"),
}


@dataclass(frozen=True)
class ExitClause:
    """One clause in the words of the comparison."""

    provision: Provision
    period: str
    counting: str

    def cells(self) -> tuple[str, ...]:
        """Return the row of the CSV, in the order of `COLUMNS`."""
        one = self.provision
        told = (one.recipients, one.reasons, one.armed_conflict, one.survival)
        return (one.treaty.slug, one.label, self.period, self.counting, *told, one.rule["kind"])


def clauses_asked(asked: Asked) -> QuerySet[Provision]:
    """Return the clauses on withdrawal of the published treaties that the address asks for."""
    rows = Provision.objects.filter(kind=Provision.Kind.WITHDRAWAL, treaty__publication="published")
    if asked["q"]:
        named = Q(treaty__short_name__icontains=asked["q"]) | Q(treaty__official_name__icontains=asked["q"])
        rows = rows.filter(named)
    if asked["reasons"]:
        rows = rows.exclude(reasons="") if asked["reasons"] == "yes" else rows.filter(reasons="")
    if asked["laterality"]:
        rows = rows.filter(treaty__laterality=asked["laterality"])
    return rows.select_related("treaty", "source").order_by(*BY_TREATY.keys)


def exit_clause(provision: Provision) -> ExitClause:
    """Return a clause in the words of the comparison."""
    rule = rule_from_json(provision.rule)
    counting = _COUNTING.get(rule.kind, _("as the clause says"))
    period = "" if rule.amount is None else period_words(abs(rule.amount), rule.unit)
    return ExitClause(provision, period, str(counting))

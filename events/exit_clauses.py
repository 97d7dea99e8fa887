"""Every clause on withdrawal, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from events.clause_words import phrase_words
from events.clocks import rule_from_json
from treaties.day_words import period_words
from treaties.models import Provision

if TYPE_CHECKING:
    from django.db.models import QuerySet

COLUMNS = ("treaty", "clause", "period", "counting", "recipients", "reasons", "armed_conflict", "survival", "rule_kind")
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
    reason: str

    def cells(self) -> tuple[str, ...]:
        """Return the row of the CSV, in the order of `COLUMNS`."""
        one = self.provision
        told = (one.recipients, one.reasons, one.armed_conflict, one.survival)
        return (one.treaty.slug, one.label, self.period, self.counting, *told, one.rule["kind"])


def exit_clauses(*, text: str = "", reasons: str = "", laterality: str = "") -> list[ExitClause]:
    """Return the clauses on withdrawal of all published treaties, filtered; by treaty.

    `reasons` is "yes" for clauses that ask for reasons and "no" for those that do not.
    """
    rows: QuerySet[Provision] = Provision.objects.filter(
        kind=Provision.Kind.WITHDRAWAL, treaty__publication="published"
    ).select_related("treaty", "source")
    if text:
        rows = rows.filter(treaty__short_name__icontains=text) | rows.filter(treaty__official_name__icontains=text)
    if reasons:
        rows = rows.exclude(reasons="") if reasons == "yes" else rows.filter(reasons="")
    if laterality:
        rows = rows.filter(treaty__laterality=laterality)
    return [_clause(one) for one in rows.order_by("treaty__short_name", "article")]


def _clause(provision: Provision) -> ExitClause:
    rule = rule_from_json(provision.rule)
    counting = _COUNTING.get(rule.kind, _("as the clause says"))
    period = "" if rule.amount is None else period_words(abs(rule.amount), rule.unit)
    return ExitClause(provision, period, str(counting), phrase_words(rule.reason))

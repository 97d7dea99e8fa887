"""Checking the engine against recorded cases: a trigger and an effect, both dated by a source."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from events.clocks import ClockError, Computed, DateSpan, Facts, Rule, compute, rule_from_json
from events.clocks.anchors import check_anchor
from events.clocks.rules import DATELESS_KINDS, KINDS
from events.dates import DateError, span
from events.step_words import step_words
from treaties.models import Provision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

COLUMNS = (
    "id",
    "treaty",
    "article",
    "clause_type",
    "rule_kind",
    "rule_amount",
    "rule_unit",
    "not_before",
    "trigger_date",
    "effect_date",
)
_PROVISION_KIND = {
    "entry_into_force_treaty": "entry_into_force",
    "denunciation": "withdrawal",
    "expiry": "duration",
    "elimination_deadline": "elimination",
}
# A row of these names no date to count from, or to: the clause, not the row, would have to give it.
_NOT_IN_COLUMNS = {"fixed_date", "yearly", "every_n_years", "renewal"}


class CaseFileError(Exception):
    """The file cannot be read as cases; the message names the row and what is wrong with it."""


class CaseRowError(Exception):
    """A row cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True)
class CheckedCase:
    """One row, and what the engine says of it."""

    row: Mapping[str, str]
    computed: str
    rule_from: str
    reason: str = ""
    steps: tuple[str, ...] = ()
    is_unreadable: bool = False

    @property
    def is_match(self) -> bool:
        """Say whether the engine gives the recorded date."""
        return bool(self.computed) and self.computed == self.row["effect_date"].strip()

    def as_dict(self) -> dict[str, Any]:
        """Return the row with the result."""
        told = {"computed": self.computed, "rule_from": self.rule_from, "reason": self.reason}
        return {**self.row, **told, "steps": list(self.steps)}


@dataclass
class CheckedCases:
    """All rows of a file, by result."""

    matched: list[CheckedCase] = field(default_factory=list)
    mismatched: list[CheckedCase] = field(default_factory=list)
    not_computable: list[CheckedCase] = field(default_factory=list)


def check_file(path: Path) -> CheckedCases:
    """Check every row of a CSV file of cases.

    Raises:
        CaseFileError: if the file, a column or a value cannot be read.

    """
    result = CheckedCases()
    for row in _rows(path):
        try:
            case = check_case(row)
        except CaseRowError as error:
            # One row that cannot be read does not keep the others from being checked.
            case = CheckedCase(row, "", "", reason=f"Row {row['id']}: {error}", is_unreadable=True)
        if case.reason:
            result.not_computable.append(case)
        else:
            (result.matched if case.is_match else result.mismatched).append(case)
    return result


def _rows(path: Path) -> Iterable[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise CaseFileError(f"{path.name} has no column “{missing[0]}”.")
            yield from ({name: value or "" for name, value in row.items() if name} for row in reader)
    except FileNotFoundError as error:
        raise CaseFileError(f"There is no file {path}.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CaseFileError(f"{path.name} cannot be read: {error}") from error


def check_case(row: Mapping[str, str]) -> CheckedCase:
    """Compute one case, by the record's own provision where there is one, else by the rule of its columns.

    Raises:
        CaseRowError: if a value of the row cannot be read.

    """
    kind = row["rule_kind"].strip()
    if not row["trigger_date"].strip():
        return CheckedCase(row, "", "", reason="No trigger date is recorded.")
    if not row["effect_date"].strip():
        return CheckedCase(row, "", "", reason="No effect date is recorded.")
    if kind in DATELESS_KINDS:
        return CheckedCase(row, "", "", reason="The date does not come from counting.")
    provision = _provision_of(row)
    if provision is not None:
        return _computed(row, rule_from_json(provision.rule), f"the record: {provision}", provision)
    if kind not in KINDS or kind in _NOT_IN_COLUMNS or (kind == "fixed_calendar" and not _is_anchor(row["rule_unit"])):
        return CheckedCase(row, "", "", reason=f"The columns do not say how “{kind}” is counted.")
    return _computed(row, _rule_of(row), "the row's own rule")


def _is_anchor(text: str) -> bool:
    try:
        check_anchor(text.strip())
    except ClockError:
        return False
    return True


def _computed(row: Mapping[str, str], rule: Rule, rule_from: str, provision: Provision | None = None) -> CheckedCase:
    begun = provision.treaty.entered_into_force_on if provision else None
    # The row's trigger is the day from which its source counts, so no other anchor is put before it.
    facts = Facts(trigger=_span(row, "trigger_date"), trigger_label=row.get("trigger_event") or "The trigger")
    if rule.kind == "renewal" and begun:
        facts = Facts(facts.trigger, facts.trigger_label, {"entry_into_force": begun})
    result = compute(_counting_from_the_trigger(rule), facts)
    if not isinstance(result, Computed):
        return CheckedCase(row, "", rule_from, reason=step_words(result.why))
    steps = tuple(step_words(step) for step in result.steps)
    if not result.is_exact:
        days = f"{result.due.earliest} to {result.due.latest}"
        return CheckedCase(row, "", rule_from, reason=f"The trigger is too coarse: {days}.", steps=steps)
    return CheckedCase(row, result.due.earliest.isoformat(), rule_from, steps=steps)


def _counting_from_the_trigger(rule: Rule) -> Rule:
    return rule if rule.kind == "renewal" else replace(rule, counted_from="", threshold=None, lock_in=None)


def _provision_of(row: Mapping[str, str]) -> Provision | None:
    kind = _PROVISION_KIND.get(row["clause_type"].strip(), row["clause_type"].strip())
    article = _squeezed(row["article"])
    candidates = Provision.objects.select_related("treaty").filter(kind=kind)
    for provision in candidates.order_by("pk"):
        if not _counts_as_the_row(provision.rule, row):
            continue
        names = {provision.treaty.slug, provision.treaty.short_name, *provision.treaty.aliases}
        if _squeezed(row["treaty"]) in {_squeezed(name) for name in names} and article == _squeezed(
            provision.article + provision.paragraph
        ):
            return provision
    return None


def _counts_as_the_row(rule: Mapping[str, Any], row: Mapping[str, str]) -> bool:
    """Say whether the row's columns are silent, or give the period of this rule: another period is another clause."""
    amount, unit = row["rule_amount"].strip(), row["rule_unit"].strip().removesuffix("s")
    told = str(rule.get("amount", "")), str(rule.get("unit", "")).removesuffix("s")
    return not amount or (amount, unit) == told


def _squeezed(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _rule_of(row: Mapping[str, str]) -> Rule:
    kind, unit = row["rule_kind"].strip(), row["rule_unit"].strip()
    data: dict[str, Any] = {"schema": 1, "kind": kind, "citation": f"{row['treaty']}, {row['article']}".strip(", ")}
    if kind == "fixed_calendar":
        data["anchor"] = unit
    elif row["rule_amount"].strip():
        data |= {"amount": _whole(row), "unit": unit if unit.endswith("s") else f"{unit}s"}
    if row["not_before"].strip():
        data["not_before"] = row["not_before"].strip()
    try:
        return rule_from_json(data)
    except ClockError as error:
        raise CaseRowError(str(error)) from error


def _whole(row: Mapping[str, str]) -> int:
    try:
        return int(row["rule_amount"])
    except ValueError as error:
        raise CaseRowError(f"“{row['rule_amount']}” is not a whole number.") from error


def _span(row: Mapping[str, str], column: str) -> DateSpan:
    try:
        return DateSpan(*span(row[column].strip()))
    except DateError as error:
        raise CaseRowError(str(error)) from error

"""A file as one edit: each row is added or changed, or has a fault that stops the whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from events.bulk.tables import CellError, References, Table, read_cell
from events.editorial.edits import Edit
from events.editorial.values import Difference, Values, differences, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class PlannedRow:
    """One row of the file: what becomes of it, or why nothing can."""

    number: int
    label: str
    pk: int | None = None
    differences: list[Difference] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Say whether the row would be added."""
        return self.pk is None and not self.faults

    @property
    def is_unchanged(self) -> bool:
        """Say whether the row stands on record as it is in the file."""
        return self.pk is not None and not self.differences and not self.faults


@dataclass(frozen=True)
class Plan:
    """All rows of a file, and the edit that they make together."""

    table: Table
    rows: list[PlannedRow]
    edit: Edit

    @property
    def faults(self) -> list[PlannedRow]:
        """Return the rows that cannot be imported."""
        return [row for row in self.rows if row.faults]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows are added, changed and left as they are."""
        new, same = (sum(getattr(row, name) for row in self.rows) for name in ("is_new", "is_unchanged"))
        return {"added": new, "unchanged": same, "changed": len(self.rows) - new - same - len(self.faults)}


def plan_rows(table: Table, rows: Sequence[Mapping[str, Any]]) -> Plan:
    """Return what a file's rows would do; nothing is written. Columns that the file has not stay as they are."""
    planner = _ChildPlanner(table) if table.child else _Planner(table)
    planned = [planner.row(number, row) for number, row in enumerate(rows, start=2)]
    return Plan(table, planned, planner.edit())


class _Planner:
    """Plans rows of a kind."""

    def __init__(self, table: Table) -> None:
        self.table, self.references = table, References()
        self.changed: dict[int, Values | None] = {}
        self.added: list[Values] = []
        self._seen: set[tuple[str, ...]] = set()

    def edit(self) -> Edit:
        """Return the edit of all rows without a fault."""
        return Edit(self.table.kind, self.changed, tuple(self.added))

    def row(self, number: int, row: Mapping[str, Any]) -> PlannedRow:
        """Plan one row; `number` is its line in the file."""
        key = tuple(str(row.get(name) or "").strip() for name in self.table.key)
        label = " / ".join(key)
        if not any(key):
            return PlannedRow(number, "", faults=[f"{', '.join(self.table.key)}: is empty"])
        if key in self._seen:
            return PlannedRow(number, label, faults=["stands twice in the file"])
        self._seen.add(key)
        given, faults = self._given(row)
        if faults:
            return PlannedRow(number, label, faults=faults)
        return self._plan(number, label, key, given)

    def _given(self, row: Mapping[str, Any]) -> tuple[Values, list[str]]:
        values: Values = {}
        faults = []
        for column in self.table.columns:
            if column.name not in row:
                continue
            try:
                values[column.name] = read_cell(column, row[column.name], self.references)
            except CellError as error:
                faults.append(f"{column.name}: {error}")
        return values, faults

    def _plan(self, number: int, label: str, key: tuple[str, ...], given: Values) -> PlannedRow:
        kind = self.table.kind
        standing = self._standing(key)
        before = values_of(kind, standing) if standing else None
        # What hangs on the row is not in this table, so it stays as it is.
        after = (before or self._defaults()) | given
        missing = self._missing(after)
        if missing:
            return PlannedRow(number, label, faults=missing)
        found = differences(kind, before, after)
        if standing is None:
            self.added.append(after)
        elif found:
            self.changed[standing.pk] = after
        return PlannedRow(number, label, standing.pk if standing else None, found)

    def _standing(self, key: tuple[str, ...]) -> Any:
        kind = self.table.kind
        named: dict[str, Any] = {}
        for name, words in zip(self.table.key, key, strict=True):
            column = kind.model._meta.get_field(name)
            named[name] = self.references.key(column.related_model, words) if column.is_relation else words
        return kind.model._base_manager.filter(**named).first()

    def _defaults(self) -> Values:
        kind = self.table.kind
        return {column.name: column.get_default() for column in kind.columns} | {one.name: [] for one in kind.lists}

    def _missing(self, values: Values) -> list[str]:
        columns = [column for column in self.table.kind.columns if not column.blank and not column.has_default()]
        return [f"{column.name}: is empty" for column in columns if values.get(column.name) in (None, "")]


class _ChildPlanner(_Planner):
    """Plans rows that belong to others: they are changed through the row that they belong to."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._parents: dict[tuple[str, ...], int | None] = {}
        self._children: dict[int, list[Values]] = {}
        self._touched: set[int] = set()

    def edit(self) -> Edit:
        """Return the edit of the parents."""
        child = self._child
        values: dict[int, Values | None] = {pk: {child.name: self._children[pk]} for pk in self._touched}
        return Edit(self.table.kind, values)

    @property
    def _child(self) -> Any:
        return self.table.child

    def _plan(self, number: int, label: str, key: tuple[str, ...], given: Values) -> PlannedRow:
        size = len(self.table.parent_columns)
        parent = self._parent(key[:size])
        if parent is None:
            return PlannedRow(number, label, faults=[f"there is no {self.table.kind.name} “{' / '.join(key[:size])}”"])
        children = self._children[parent]
        standing = next((one for one in children if self._is(one, given)), None)
        before = dict(standing) if standing else None
        after = (standing or {"id": None} | self._child_defaults()) | given
        found = differences(self.table.kind, _listed(self._child, before), _listed(self._child, after))
        if standing is None:
            children.append(after)
            self._touched.add(parent)
        elif found:
            children[children.index(standing)] = after
            self._touched.add(parent)
        return PlannedRow(number, label, (standing or {}).get("id"), found)

    def _parent(self, key: tuple[str, ...]) -> int | None:
        if key not in self._parents:
            kind = self.table.kind
            try:
                found = kind.model.objects.get_by_natural_key(*key)
            except kind.model.DoesNotExist:
                found = None
            self._parents[key] = found.pk if found else None
            if found:
                self._children[found.pk] = values_of(kind, found)[self._child.name]
        return self._parents[key]

    def _is(self, one: Values, given: Values) -> bool:
        names = self.table.key[len(self.table.parent_columns) :]
        return all(one.get(name) == given.get(name) for name in names)

    def _child_defaults(self) -> Values:
        return {column.name: column.get_default() for column in self._child.columns}


def _listed(child: Any, values: Values | None) -> Values | None:
    return {child.name: [values]} if values is not None else None

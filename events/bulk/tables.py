"""The tables of the record as an editor exports and imports them: a row in cells, references by their natural keys."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models

from events.dates import DateError, read_words
from events.editorial.kinds import KINDS, ChildKind, RowKind
from events.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Field, QuerySet

BETWEEN = "; "
_PARTS = " / "
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}
# The columns by which a row is found again; a reference among them by its own key.
_KEYS: dict[str, tuple[str, ...]] = {
    "provision": ("treaty", "article", "paragraph", "kind"),
    "participation": ("treaty", "party"),
}
_CHILD_KEYS: dict[str, tuple[str, ...]] = {"acts": ("kind", "date"), "disputed_readings": ("trigger", "holder")}


class CellError(ValueError):
    """A cell cannot be read; the message says why, in the editor's words."""


@dataclass(frozen=True)
class Table:
    """One table: rows of a kind, or the rows that belong to rows of a kind, such as a participation's acts."""

    name: str
    kind: RowKind
    child: ChildKind | None = None

    @property
    def columns(self) -> list[Any]:
        """Return the columns and lists in order; of a child's table without the parent's key, which comes first."""
        return self.child.columns if self.child else [*self.kind.columns, *self.kind.lists]

    @property
    def parent_columns(self) -> tuple[str, ...]:
        """Return the names under which a child's table names the row that it belongs to."""
        return tuple(f"{self.kind.name} {name}" for name in key_of(self.kind)) if self.child else ()

    @property
    def headings(self) -> list[str]:
        """Return the headings of the table."""
        return [*self.parent_columns, *(one.name for one in self.columns)]

    @property
    def key(self) -> tuple[str, ...]:
        """Return the headings by which a row is found again."""
        return (*self.parent_columns, *_CHILD_KEYS[self.child.name]) if self.child else key_of(self.kind)

    def rows(self) -> QuerySet[Any]:
        """Return all rows of the table, drafts too; derived acts are computed, so no file holds them."""
        if self.child is None:
            return self.kind.model._base_manager.order_by("pk")
        rows = self.child.model._base_manager.select_related(self.child.parent).order_by(self.child.parent, "pk")
        return rows.exclude(basis="derived") if self.child.name == "acts" else rows

    def cells(self, row: Any) -> dict[str, str]:
        """Return a row in cells, by heading."""
        own = {one.name: cell_of(one, row) for one in self.columns}
        if self.child is None:
            return own
        parent = getattr(row, self.child.parent)
        return dict(zip(self.parent_columns, parent.natural_key(), strict=True)) | own

    def all_cells(self, rows: QuerySet[Any]) -> Iterator[dict[str, str]]:
        """Yield rows in cells, in bounded memory."""
        related = [one.name for one in self.columns if getattr(one, "many_to_one", False)]
        many = [one.name for one in self.columns if one.many_to_many]
        fetched = rows.select_related(*related) if related else rows
        return (self.cells(row) for row in fetched.prefetch_related(*many).iterator(chunk_size=500))


def key_of(kind: RowKind) -> tuple[str, ...]:
    """Return the columns by which a row of the kind is found again."""
    return _KEYS.get(kind.name, ("slug",))


def cell_of(column: Any, row: Any) -> str:
    """Return what stands in a row's cell."""
    if column.many_to_many:
        return BETWEEN.join(sorted(_key_words(one) for one in getattr(row, column.name).all()))
    if column.is_relation:
        related = getattr(row, column.name)
        return _key_words(related) if related is not None else ""
    return _written(column, column.value_from_object(row))


def _written(column: Any, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(column, ArrayField):
        return BETWEEN.join(map(str, value))
    if isinstance(column, models.JSONField):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _key_words(row: Any) -> str:
    return _PARTS.join(str(part) for part in row.natural_key())


class References:
    """Rows by their natural keys, each looked up once for a file."""

    def __init__(self) -> None:
        self._found: dict[tuple[type[models.Model], str], int] = {}

    def key(self, model: Any, words: str) -> int:
        """Return the key of the row that the words name.

        Raises:
            CellError: if there is none.

        """
        where = (model, words)
        if where not in self._found:
            self._found[where] = self._look_up(model, words)
        return self._found[where]

    @staticmethod
    def _look_up(model: Any, words: str) -> int:
        parts = [part.strip() for part in words.split("/")]
        try:
            if model is Event or len(parts) == 1:
                return int(model._base_manager.get(slug=words).pk)
            return int(model.objects.get_by_natural_key(*parts).pk)
        except (ObjectDoesNotExist, TypeError, ValueError) as error:
            raise CellError(f"there is no {model._meta.verbose_name} “{words}”") from error


def read_cell(column: Any, cell: Any, references: References) -> Any:
    """Return the value that a cell holds, as `events.editorial.values` has it.

    Raises:
        CellError: if it cannot be read, or names a row that is not there.

    """
    text = _text(cell)
    if column.many_to_many:
        return sorted(references.key(column.related_model, one) for one in _listed(cell))
    if column.is_relation:
        return references.key(column.related_model, text) if text else None
    if isinstance(column, ArrayField):
        return _listed(cell)
    if isinstance(column, models.JSONField):
        return _json(cell)
    if isinstance(column, models.BooleanField):
        if text.lower() not in _YES_NO:
            raise CellError(f"“{text}” is neither yes nor no")
        return _YES_NO[text.lower()]
    return _plain(column, text)


def _plain(column: Field[Any, Any], text: str) -> Any:
    if not text and column.null:
        return None
    if column.model is Event and column.name == "date":
        return _edtf(text)
    try:
        value = column.to_python(text)
        column.run_validators(value)
        column.validate(value, None)
    except ValidationError as error:
        raise CellError(" ".join(error.messages)) from error
    return value.isoformat() if isinstance(value, date) else value


def _edtf(text: str) -> str:
    try:
        return read_words(text)[0]
    except DateError as error:
        raise CellError(str(error)) from error


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    # A table's program writes a day as midnight; and an apostrophe keeps it from reading a text as a formula.
    return text.removesuffix("T00:00:00").removeprefix("'").strip()


def _listed(cell: Any) -> list[str]:
    parts = cell if isinstance(cell, list) else _text(cell).split(";")
    return [str(part).strip() for part in parts if str(part).strip()]


def _json(cell: Any) -> Any:
    if isinstance(cell, (dict, list)) or cell is None or cell == "":
        return cell or None
    try:
        return json.loads(_text(cell))
    except ValueError as error:
        raise CellError(f"is no JSON: {error}") from error


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("sources", KINDS["source"]),
        Table("parties", KINDS["party"]),
        Table("officials", KINDS["official"]),
        Table("treaties", KINDS["treaty"]),
        Table("provisions", KINDS["provision"]),
        Table("disputed-readings", KINDS["provision"], KINDS["provision"].children[0]),
        Table("participations", KINDS["participation"]),
        Table("acts", KINDS["participation"], KINDS["participation"].children[0]),
        Table("events", KINDS["event"]),
        Table("statements", KINDS["statement"]),
    )
}

"""Loading the shipped record: adds what is missing, says what differs, and overwrites only what it is told to take.

The files are Django fixtures by natural key, so `loaddata` reads them too; this loader is faster (rows of a model go in
together, keys are looked up once) and keeps what an editor has changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pghistory
import yaml
from django.core.exceptions import ValidationError
from django.db import models, transaction

from events.models import DisputedReading, Event, Statement
from events.services import recompute_all
from treaties.models import Official, Participation, ParticipationAct, Party, Provision, Source, Treaty

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

# In the order in which they refer to each other, each with the fields that make its natural key.
_KEYS: dict[type[models.Model], tuple[str, ...]] = {
    Party: ("slug",),
    Source: ("slug",),
    Official: ("slug",),
    Treaty: ("slug",),
    Provision: ("treaty", "article", "paragraph", "kind"),
    Participation: ("treaty", "party"),
    ParticipationAct: ("participation", "kind", "date"),
    Event: ("slug",),
    Statement: ("event_ptr",),
    DisputedReading: ("trigger", "provision", "holder"),
}
# Written by the program, or by the clock: no editor's work is in them.
_NOT_COMPARED = {"id", "event_ptr", "revision", "changed_at", "published_at"}
_BATCH = 1000
_WRITTEN_BY = "load_record"
_MOST_SHOWN = 80


class RecordError(Exception):
    """A file of the record cannot be loaded; the message names the row and what is wrong with it."""


@dataclass(frozen=True)
class Difference:
    """A row that stands otherwise than it is shipped: its key, its name, and field by field what stands and ships."""

    key: str
    name: str
    fields: tuple[tuple[str, str, str], ...]

    def __str__(self) -> str:
        told = "; ".join(
            f"{name}: “{_short(stands)}”, shipped “{_short(ships)}”" for name, stands, ships in self.fields
        )
        return f"{self.key} ({self.name}): {told}"


@dataclass(frozen=True)
class Take:
    """Which differing rows are to get the shipped values: those named by key, or all that nobody has changed.

    A row counts as changed once its history has an update that no load wrote.
    """

    keys: frozenset[str] = frozenset()
    unedited: bool = False


@dataclass
class Loaded:
    """What a load did: rows added and already there, and which of those that differ were kept or taken."""

    added: int = 0
    present: int = 0
    kept: list[Difference] = field(default_factory=list)
    taken: list[Difference] = field(default_factory=list)
    deadlines: int = 0


def record_files(directory: Path) -> list[Path]:
    """Return the files of the record in the order in which they refer to each other."""
    first = [directory / name for name in ("parties.yaml", "sources.yaml", "officials.yaml")]
    folders = (directory / "treaties", directory / "participation")
    return [*first, *(path for folder in folders for path in sorted(folder.glob("*.yaml")))]


@transaction.atomic
def load_record(directory: Path, *, at: datetime, take: Take = Take()) -> Loaded:
    """Add every shipped row that the database lacks, then compute all deadlines at the instant `at`.

    A row that is already there is left alone and, if it differs, named field by field; only what `take` asks for gets
    the shipped values. All or nothing: an error anywhere leaves the database as it was.

    Raises:
        RecordError: if a row cannot be read, names something that is not there, or a key to take names no row that
            differs.

    """
    loaded, known = Loaded(), _Known()
    rows = _rows_by_model(record_files(directory))
    with pghistory.context(written_by=_WRITTEN_BY):
        for model in _KEYS:
            _Batch(model, known, loaded, take, at).load(rows.get(model, []))
    _refuse_unknown(take, loaded)
    loaded.deadlines = len(recompute_all(at=at))
    return loaded


def _refuse_unknown(take: Take, loaded: Loaded) -> None:
    unknown = sorted(take.keys - {one.key for one in loaded.taken})
    if unknown:
        raise RecordError(f"No row “{unknown[0]}” differs from the shipped record; nothing was changed.")


def _rows_by_model(paths: Iterable[Path]) -> dict[type[models.Model], list[dict[str, Any]]]:
    by_label = {model._meta.label_lower: model for model in _KEYS}
    rows: dict[type[models.Model], list[dict[str, Any]]] = {}
    for path in paths:
        with path.open("rb") as file:
            # The C parser: a record of thousands of rows is read in a second.
            for row in yaml.load(file, Loader=yaml.CSafeLoader) or []:
                if row["model"] not in by_label:
                    raise RecordError(f"{path.name}: “{row['model']}” is no part of the record.")
                rows.setdefault(by_label[row["model"]], []).append(row["fields"])
    return rows


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


Key = tuple[str, ...]


class _Known:
    """Natural key → primary key, read once for each model and kept up to date."""

    def __init__(self) -> None:
        self._keys: dict[type[models.Model], dict[Key, int]] = {}

    def of(self, model: type[models.Model]) -> dict[Key, int]:
        if model not in self._keys:
            rows = model._base_manager.select_related()
            self._keys[model] = {_key_of_row(row): row.pk for row in rows}
        return self._keys[model]


def _key_of_row(row: Any) -> Key:
    if isinstance(row, DisputedReading):
        return (*row.trigger.natural_key(), *row.provision.natural_key(), row.holder)
    return tuple(str(part) for part in row.natural_key())


def _key_of_fields(model: type[models.Model], fields: Mapping[str, Any]) -> Key:
    parts: list[str] = []
    for name in _KEYS[model]:
        value = fields.get(name, "")
        parts += [str(one) for one in value] if isinstance(value, list) else [str(value)]
    return tuple(parts)


class _Batch:
    """All shipped rows of one model."""

    def __init__(self, model: type[models.Model], known: _Known, loaded: Loaded, take: Take, at: datetime) -> None:
        self._model, self._known, self._loaded, self._take, self._at = model, known, loaded, take, at
        self._columns = {column.name: column for column in model._meta.local_concrete_fields}
        self._lists = {one.name: one for one in model._meta.local_many_to_many}

    def load(self, rows: list[dict[str, Any]]) -> None:
        """Add the missing rows, compare the others."""
        keys = [_key_of_fields(self._model, row) for row in rows]
        standing = self._known.of(self._model)
        new = [(key, row) for key, row in zip(keys, rows, strict=True) if key not in standing]
        self._compare([(standing[key], row) for key, row in zip(keys, rows, strict=True) if key in standing])
        self._add(new)
        self._loaded.added += len(new)
        self._loaded.present += len(rows) - len(new)

    def _add(self, new: list[tuple[Key, dict[str, Any]]]) -> None:
        instances = [self._instance(row) for _, row in new]
        if self._model._meta.parents:
            for instance in instances:
                # Only the child's own row: its parent was added with the events.
                instance.save_base(raw=True)
        else:
            self._model._base_manager.bulk_create(instances, batch_size=_BATCH)
        known = self._known.of(self._model)
        known.update({key: instance.pk for (key, _), instance in zip(new, instances, strict=True)})
        for instance, (_, row) in zip(instances, new, strict=True):
            self._add_own_kind(instance, row)
        for name in self._lists:
            self._add_list(name, instances, [row for _, row in new])

    def _instance(self, row: dict[str, Any]) -> Any:
        unknown = sorted(set(row) - set(self._columns) - set(self._lists))
        if unknown:
            raise RecordError(f"A {self._model._meta.verbose_name} has no “{unknown[0]}”.")
        return self._model(
            **{
                self._columns[name].attname: self._value(name, value)
                for name, value in row.items()
                if name in self._columns and not self._is_own_kind(name)
            }
        )

    def _value(self, name: str, value: Any) -> Any:
        column = self._columns[name]
        if column.is_relation:
            return None if value is None else self._pk(column.related_model, value)
        try:
            return column.to_python(value)
        except ValidationError as error:
            raise RecordError(f"{self._model._meta.verbose_name}, {name}: {' '.join(error.messages)}") from error

    def _pk(self, model: Any, value: Any) -> int:
        key = tuple(str(part) for part in (value if isinstance(value, list) else [value]))
        try:
            return self._known.of(model)[key]
        except KeyError as error:
            name = f"{model._meta.verbose_name} “{' / '.join(key)}”"
            raise RecordError(f"A {self._model._meta.verbose_name} names the {name}, which is not there.") from error

    def _is_own_kind(self, name: str) -> bool:
        """Say whether a column refers to a row of its own model, which may come later in the file."""
        return self._columns[name].related_model is self._model

    def _add_own_kind(self, instance: Any, row: dict[str, Any]) -> None:
        for name, value in row.items():
            if name in self._columns and self._is_own_kind(name) and value is not None:
                pk = self._pk(self._model, value)
                self._model._base_manager.filter(pk=instance.pk).update(**{self._columns[name].attname: pk})

    def _add_list(self, name: str, instances: list[Any], rows: list[dict[str, Any]]) -> None:
        relation: Any = self._lists[name]
        through, ours, theirs = (
            relation.remote_field.through,
            f"{relation.m2m_field_name()}_id",
            f"{relation.m2m_reverse_field_name()}_id",
        )
        links = [
            through(**{ours: instance.pk, theirs: self._pk(relation.related_model, value)})
            for instance, row in zip(instances, rows, strict=True)
            for value in row.get(name, [])
        ]
        through._base_manager.bulk_create(links, batch_size=_BATCH)

    def _compare(self, pairs: list[tuple[int, dict[str, Any]]]) -> None:
        if not pairs:
            return
        standing: Any = self._model._base_manager.prefetch_related(*self._lists).in_bulk([pk for pk, _ in pairs])
        differing = [(standing[pk], row, self._differences(standing[pk], row)) for pk, row in pairs]
        differing = [(one, row, fields) for one, row, fields in differing if fields]
        changed = self._changed([one.pk for one, _, _ in differing]) if self._take.unedited else set()
        for one, row, fields in differing:
            found = Difference(f"{self._model._meta.model_name}/{'/'.join(_key_of_row(one))}", str(one), tuple(fields))
            is_untouched = self._take.unedited and one.pk not in changed and self._is_told_by_history(fields)
            if found.key in self._take.keys or is_untouched:
                self._write(one, row, [name for name, _, _ in fields])
                self._loaded.taken.append(found)
            else:
                self._loaded.kept.append(found)

    def _changed(self, keys: list[int]) -> set[int]:
        """Return which rows have an update in their history that no load wrote; a statement has its event's too."""
        found: set[int] = set()
        for model in (self._model, *self._model._meta.parents):
            history: Any = model._meta.get_field(f"{model._meta.model_name}_history").related_model
            versions = history.objects.filter(pgh_obj__in=keys, pgh_label="update")
            written = versions.exclude(pgh_context__metadata__written_by=_WRITTEN_BY)
            found.update(written.values_list("pgh_obj", flat=True))
        return found

    def _is_told_by_history(self, fields: list[tuple[str, str, str]]) -> bool:
        """Say whether a change of these fields leaves a version of the row, as every save of an event does."""
        return issubclass(self._model, Event) or all(name in self._columns for name, _, _ in fields)

    def _write(self, one: Any, row: dict[str, Any], names: list[str]) -> None:
        """Give a row the shipped values of the named fields."""
        columns = {self._columns[name].attname: self._value(name, row[name]) for name in names if name in self._columns}
        if self._model is Event:
            columns |= {"revision": models.F("revision") + 1, "changed_at": self._at}
        if columns:
            self._model._base_manager.filter(pk=one.pk).update(**columns)
        for name in names:
            if name in self._lists:
                related = self._lists[name].related_model
                getattr(one, name).set([self._pk(related, value) for value in row[name]])

    def _differences(self, standing: Any, row: dict[str, Any]) -> list[tuple[str, str, str]]:
        """Return name, standing and shipped value of each field that differs."""
        found = []
        for name, value in row.items():
            if name in _NOT_COMPARED:
                continue
            if name in self._lists:
                related = self._lists[name].related_model
                ships, stands = (
                    {self._pk(related, one) for one in value},
                    {one.pk for one in getattr(standing, name).all()},
                )
                if ships != stands:
                    told = (", ".join(sorted(str(one) for one in getattr(standing, name).all())), _told(value))
                    found.append((name, *told))
                continue
            ships, stands = self._value(name, value), getattr(standing, self._columns[name].attname)
            if _plain(ships) != _plain(stands):
                found.append((name, _told(getattr(standing, name)), _told(value)))
        return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _told(value: Any) -> str:
    """Return a value as it stands in the files, or as a row calls itself."""
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value)
    return "" if value is None else str(value)

"""Loading the shipped record: adds what is missing, never overwrites what stands, and says what differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core import serializers
from django.db import models, transaction

from events.services import recompute_all

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from django.core.serializers.base import DeserializedObject

# Written by the program, or by the clock: no editor's work is in them.
_NOT_COMPARED = {"id", "event_ptr", "revision", "changed_at"}


@dataclass
class Loaded:
    """What a load did: how many rows were added and already there, and which differ from the shipped ones."""

    added: int = 0
    present: int = 0
    kept: list[str] = field(default_factory=list)
    deadlines: int = 0


def record_files(directory: Path) -> list[Path]:
    """Return the files of the record in the order in which they refer to each other."""
    first = [directory / name for name in ("parties.yaml", "sources.yaml", "officials.yaml")]
    return [*first, *sorted((directory / "treaties").glob("*.yaml"))]


@transaction.atomic
def load_record(directory: Path, *, at: datetime) -> Loaded:
    """Add every shipped row that the database lacks, then compute all deadlines at the instant `at`.

    A row that is already there is left alone, whether an editor changed it or not; if it differs, it is named.
    All or nothing: an error anywhere leaves the database as it was.
    """
    loaded = Loaded()
    later: list[DeserializedObject] = []
    for path in record_files(directory):
        with path.open("rb") as file:
            for row in _rows(file.read().decode()):
                _load_row(row, loaded)
                later += [row] if row.deferred_fields else []
    for row in later:
        row.save_deferred_fields()
    loaded.deadlines = len(recompute_all(at=at))
    return loaded


def _rows(text: str) -> Iterable[DeserializedObject]:
    # A reply may be listed before what it answers: such references are filled in at the end.
    return serializers.deserialize("yaml", text, handle_forward_references=True)


def _load_row(row: DeserializedObject, loaded: Loaded) -> None:
    standing = _standing(row.object)
    if standing is None:
        row.save()
        loaded.added += 1
        return
    row.deferred_fields = {}
    loaded.present += 1
    if _differs(row, standing):
        loaded.kept.append(f"{standing._meta.verbose_name} “{standing}”")


def _standing(shipped: models.Model) -> models.Model | None:
    return type(shipped)._default_manager.filter(pk=shipped.pk).first() if shipped.pk else None


def _differs(row: DeserializedObject, standing: models.Model) -> bool:
    names = [one.attname for one in row.object._meta.local_concrete_fields if one.name not in _NOT_COMPARED]
    return any(_value(row.object, name) != _value(standing, name) for name in names) or any(
        {_key(one) for one in keys} != set(getattr(standing, name).values_list("pk", flat=True))
        for name, keys in (row.m2m_data or {}).items()
    )


def _value(instance: models.Model, attname: str) -> Any:
    """Return a column as the database will: a date given as text equals the date."""
    for column in instance._meta.concrete_fields:
        if column.attname == attname and not column.is_relation:
            return column.to_python(getattr(instance, attname))
    return getattr(instance, attname)


def _key(related: object) -> object:
    return related.pk if isinstance(related, models.Model) else related

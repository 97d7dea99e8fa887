"""The past of a row: each version with who wrote it, when and why, read from the history that the database keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth import get_user_model

from events.editorial.values import Values, values_of
from treaties.as_known import as_known

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db import models

    from events.editorial.kinds import RowKind


@dataclass(frozen=True)
class Version:
    """One moment at which the row, a list of it or one of its children was written."""

    at: datetime
    who: str
    note: str
    how: str


def versions(kind: RowKind, pk: int) -> list[Version]:
    """Return the row's versions, the latest first; writes of one transaction are one version."""
    found: dict[datetime, Any] = {}
    for at, context in _writes(kind, pk):
        found[at] = context or found.get(at)
    contexts = apps.get_model("pghistory", "Context").objects.in_bulk([key for key in found.values() if key])
    told = {at: contexts[key].metadata if key in contexts else {} for at, key in found.items()}
    names = _names({data.get("user") for data in told.values()})
    return [
        Version(at, names.get(data.get("user"), ""), data.get("note") or "", data.get("how") or data.get("url") or "")
        for at, data in sorted(told.items(), reverse=True)
    ]


def last_version(kind: RowKind, pk: int) -> Version | None:
    """Return the latest version, None for a row without history."""
    return next(iter(versions(kind, pk)), None)


def values_at(kind: RowKind, pk: int, instant: datetime) -> Values | None:
    """Return the row's values as they stood at the end of the instant; None if it was not there."""
    with as_known(instant):
        row = kind.model._base_manager.filter(pk=pk).first()
        return values_of(kind, row) if row else None


def _names(keys: Iterable[Any]) -> dict[Any, str]:
    users = get_user_model()._default_manager.filter(pk__in=[key for key in keys if key])
    return {user.pk: user.get_full_name() or user.get_username() for user in users}


def _writes(kind: RowKind, pk: int) -> list[tuple[datetime, Any]]:
    """Return instant and context of each write to the row, its parents in the model, its lists and its children."""
    rows: list[tuple[datetime, Any]] = []
    for model, column in _tables(kind):
        rows += list(model._default_manager.filter(**{column: pk}).values_list("pgh_created_at", "pgh_context"))
    return rows


def _tables(kind: RowKind) -> list[tuple[type[models.Model], str]]:
    """Return each history that tells of the row, with the column that names it."""
    histories = _histories()
    tables = [(histories[one], "pgh_obj") for one in [kind.model, *kind.model._meta.parents]]
    for one in kind.lists:
        through = one.remote_field.through
        tables.append((histories[through._meta.db_table], one.m2m_field_name()))
    return tables + [(histories[child.model], child.parent) for child in kind.children]


def _histories() -> dict[Any, type[models.Model]]:
    """Return the history of each model, a link's by the name of its table."""
    found: dict[Any, type[models.Model]] = {}
    for model in apps.get_models():
        tracked = getattr(model, "pgh_tracked_model", None)
        if tracked is not None:
            found[tracked] = found[tracked._meta.db_table] = model
    return found

"""Writing a row from plain values, through the services that keep the clocks in step."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from events import services
from events.models import Deadline, Event
from events.validation import check_event
from treaties.models import Treaty

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from events.editorial.kinds import ChildKind, RowKind
    from events.editorial.values import Values


class EditError(Exception):
    """The values cannot be written; the sentence says why, in the editor's words."""


@transaction.atomic
def write(kind: RowKind, pk: int | None, values: Mapping[str, Any], *, at: datetime) -> Any:
    """Give the row these values, or add it where `pk` is None; clocks are recomputed. Returns the row.

    Raises:
        EditError: if an entry with these values may not stand.
        ConcurrentChangeError: if somebody else saved it in between.

    """
    row = kind.get(pk) if pk else kind.model()
    before = _treaties(row) if pk else set()
    if kind.model is Deadline:
        _override(row, values, at=at)
        return row
    for field in kind.columns:
        if field.name in values:
            setattr(row, field.attname, field.to_python(values[field.name]))
    _save(row, at=at)
    for one in kind.lists:
        if one.name in values:
            getattr(row, one.name).set(values[one.name])
    for child in kind.children:
        if child.name in values:
            _write_children(child, row.pk, values[child.name])
    _check(row)
    services.recompute_treaties(before | _treaties(row), at=at)
    return row


def _save(row: Any, *, at: datetime) -> None:
    if isinstance(row, Event):
        services.save_event(row, at=at)
    else:
        row.save()


def _override(deadline: Deadline, values: Mapping[str, Any], *, at: datetime) -> None:
    due = Deadline._meta.get_field("override_due").to_python(values.get("override_due"))
    services.override_deadline(deadline, due=due, reason=values.get("override_reason", ""), at=at)


def _check(row: Any) -> None:
    """Refuse an entry that its form would have refused, such as a published one whose last source is gone."""
    if not isinstance(row, Event):
        return
    cleaned = {name: getattr(row, name) for name in ("date", "kind", "actor", "publication")}
    faults = check_event(cleaned | {"treaties": list(row.treaties.all()), "sources": list(row.sources.all())})
    if faults:
        raise EditError(" ".join(faults.values()))


def _treaties(row: Any) -> set[Treaty]:
    if isinstance(row, Treaty):
        return {row}
    if isinstance(row, Event):
        return {*row.treaties.all(), *Treaty.objects.filter(provisions__deadlines__trigger=row)}
    return {row.treaty} if hasattr(row, "treaty") else set()


def _write_children(child: ChildKind, parent: int, wanted: list[Values]) -> None:
    standing = {row.pk: row for row in child.of(parent)}
    kept = {one["id"] for one in wanted}
    child.model._base_manager.filter(pk__in=[key for key in standing if key not in kept]).delete()
    for one in wanted:
        row = standing.get(one["id"]) or child.model(**{f"{child.parent}_id": parent})
        for field in child.columns:
            if field.name in one:
                setattr(row, field.attname, field.to_python(one[field.name]))
        row.save()


@transaction.atomic
def delete(kind: RowKind, pks: Iterable[int], *, at: datetime) -> None:
    """Take rows off the record for good, and recompute the clocks that they fed.

    Raises:
        EditError: if something rests on one of them, such as a mail that told of it.

    """
    try:
        _delete(kind, pks, at=at)
    except ProtectedError as error:
        raise EditError(_standing(error.protected_objects)) from error


def _delete(kind: RowKind, pks: Iterable[int], *, at: datetime) -> None:
    rows = [kind.get(pk) for pk in pks]
    if issubclass(kind.model, Event):
        services.delete_events(rows, at=at)
        return
    treaties = {treaty for row in rows for treaty in _treaties(row)}
    for row in rows:
        row.delete()
    standing = Treaty.objects.filter(pk__in=[treaty.pk for treaty in treaties if treaty.pk])
    services.recompute_treaties(standing, at=at)


def _standing(rows: Collection[Any]) -> str:
    """Return what rests on a row, by number and kind: who was mailed about it is not for everybody at the desk."""
    counts = Counter(type(row) for row in rows).most_common()
    found = ", ".join(
        f"{number} {model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural}"
        for model, number in counts
    )
    return _(
        "This cannot be deleted while something rests on it: %(rows)s. What readers have seen, follow or were mailed "
        "can be withdrawn instead."
    ) % {"rows": found}

"""An import from file to record: shown, committed as shown, and taken back; each step one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from events.bulk.files import read_file
from events.bulk.planning import Plan, plan_rows
from events.bulk.tables import TABLES
from events.editorial.edits import Decision, Edit, commit, rehearse
from events.editorial.values import Values, values_of
from events.editorial.writing import EditError
from events.models import BulkImport

if TYPE_CHECKING:
    from datetime import datetime

    from events.editorial.impact import Impact


class ImportFault(Exception):  # noqa: N818 - a sentence for the editor, not a failure of ours
    """The import cannot go on; the message says why. Nothing was written."""


@dataclass(frozen=True)
class Shown:
    """What a file would do: row by row, and to clocks, pages and readers; without an impact if a row has a fault."""

    plan: Plan
    impact: Impact | None
    fault: str = ""


def checked(table_name: str, file_name: str, content: bytes) -> None:
    """Refuse a file that cannot be read.

    Raises:
        FileError: if it cannot.

    """
    read_file(TABLES[table_name], file_name, content)


def upload(table_name: str, file_name: str, content: bytes, *, user: Any, at: datetime) -> BulkImport:
    """Keep a file for its import; nothing of it is on the record yet.

    Raises:
        FileError: if it cannot be read.

    """
    rows = read_file(TABLES[table_name], file_name, content)
    return BulkImport.objects.create(
        table=table_name,
        file_name=PurePath(file_name).name[:200],
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=user if getattr(user, "pk", None) else None,
        uploaded_at=at,
        counts=plan_rows(TABLES[table_name], rows).counts,
    )


def show(one: BulkImport, *, user: Any, at: datetime, decision: Decision | None = None) -> Shown:
    """Return what the import would do now; nothing of it stays."""
    plan = _plan(one)
    if plan.faults:
        return Shown(plan, None)
    try:
        return Shown(plan, rehearse(plan.edit, user=user, at=at, decision=decision))
    except (EditError, ValidationError, IntegrityError) as error:
        return Shown(plan, None, _sentence(error))


@transaction.atomic
def carry_out(one: BulkImport, *, user: Any, at: datetime, decision: Decision, expected: str) -> None:
    """Import the file exactly as it was shown; all its rows or none.

    Raises:
        ImportFault: if it was decided already, or a row has a fault.
        MovedMeanwhileError: if it would do something else than was shown.
        NotAllowedError: if the user may not change what readers see here.
        EditError: if the decision lacks something.

    """
    _decide(one, BulkImport.State.DONE, at=at)
    plan = _plan(one)
    if plan.faults:
        raise ImportFault("A row has a fault; look at the file again.")
    kind = plan.edit.kind
    before = {pk: values_of(kind, kind.get(pk)) for pk in plan.edit.values}
    standing = set(kind.model._base_manager.values_list("pk", flat=True)) if plan.edit.added else set()
    try:
        commit(plan.edit, user=user, at=at, decision=decision, expected=expected)
    except (ValidationError, IntegrityError) as error:
        raise ImportFault(_sentence(error)) from error
    added = kind.model._base_manager.exclude(pk__in=standing).values_list("pk", flat=True) if plan.edit.added else []
    _keep(one, plan, {**before, **dict.fromkeys(added)})


def _keep(one: BulkImport, plan: Plan, before: dict[int, Values | None]) -> None:
    """Keep what undoing needs."""
    kind = plan.edit.kind
    one.before = {str(pk): values for pk, values in before.items()}
    one.after = {str(pk): values_of(kind, kind.get(pk)) for pk in before}
    one.counts = plan.counts
    one.save(update_fields=["before", "after", "counts"])


def drop(one: BulkImport, *, at: datetime) -> None:
    """Put a file aside without importing it.

    Raises:
        ImportFault: if it was decided already.

    """
    _decide(one, BulkImport.State.DROPPED, at=at)


def undoing(one: BulkImport) -> Edit:
    """Return the edit that takes the import back.

    Raises:
        ImportFault: if a row has been changed since, which undoing would lose.

    """
    if one.state != BulkImport.State.DONE:
        raise ImportFault("Only an import that was carried out can be undone.")
    kind = TABLES[one.table].kind
    moved = [_name(kind, int(key)) for key, values in one.after.items() if _now(kind, int(key)) != values]
    if moved:
        raise ImportFault(f"Changed since the import, so undoing would lose that: {', '.join(sorted(moved)[:10])}.")
    return Edit(kind, {int(key): values for key, values in one.before.items()})


@transaction.atomic
def undo(one: BulkImport, *, user: Any, at: datetime, decision: Decision, expected: str) -> None:
    """Take the import back exactly as it was shown: added rows go, changed ones get their former values.

    Raises:
        ImportFault: if a row has been changed since, or it was undone already.
        MovedMeanwhileError, NotAllowedError, EditError: as for a commit.

    """
    edit = undoing(one)
    undone = BulkImport.objects.filter(pk=one.pk, state=BulkImport.State.DONE).update(
        state=BulkImport.State.UNDONE, undone_at=at
    )
    if not undone:
        raise ImportFault("Somebody has undone this import already.")
    commit(edit, user=user, at=at, decision=decision, expected=expected)
    one.refresh_from_db()


def _plan(one: BulkImport) -> Plan:
    table = TABLES[one.table]
    return plan_rows(table, read_file(table, one.file_name, bytes(one.content)))


def _decide(one: BulkImport, state: str, *, at: datetime) -> None:
    decided = BulkImport.objects.filter(pk=one.pk, state=BulkImport.State.SHOWN).update(state=state, decided_at=at)
    if not decided:
        raise ImportFault("Somebody has decided on this import already; look at it again.")
    one.refresh_from_db()


def _now(kind: Any, pk: int) -> Values | None:
    row = kind.model._base_manager.filter(pk=pk).first()
    return values_of(kind, row) if row else None


def _name(kind: Any, pk: int) -> str:
    return str(kind.model._base_manager.filter(pk=pk).first() or f"{kind.name} {pk}")


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, IntegrityError):
        return f"The record refuses this: {str(error).splitlines()[0]}."
    return str(error)

"""What can be edited at the desk, each kind of row with the lists and the rows that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from events.models import Deadline, DisputedReading, Event, Statement
from treaties.models import (
    Official,
    Participation,
    ParticipationAct,
    Party,
    Provision,
    PublicationState,
    Source,
    Treaty,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db import models
    from django.db.models import Field, QuerySet


@dataclass(frozen=True)
class ChildKind:
    """Rows that are edited together with the row that they belong to."""

    name: str
    model: Any
    parent: str

    @property
    def columns(self) -> list[Field[Any, Any]]:
        """Return the columns that an editor fills in."""
        return [field for field in _editable(self.model) if field.name != self.parent]

    def of(self, pk: int) -> QuerySet[Any]:
        """Return a row's children, drafts too; derived acts are computed, so they are nobody's edit."""
        rows = self.model._base_manager.filter(**{self.parent: pk}).order_by("pk")
        return rows.exclude(basis=ParticipationAct.Basis.DERIVED) if self.model is ParticipationAct else rows


@dataclass(frozen=True)
class RowKind:
    """One kind of row; `treaty_path` leads from its values to the treaty whose clocks it feeds."""

    name: str
    model: Any
    children: tuple[ChildKind, ...] = ()
    only: tuple[str, ...] = ()

    @property
    def columns(self) -> list[Field[Any, Any]]:
        """Return the columns that an editor fills in; those that are computed are left out."""
        return [field for field in _editable(self.model) if not self.only or field.name in self.only]

    @property
    def lists(self) -> list[Any]:
        """Return the many-to-many relations."""
        return [] if self.only else list(self.model._meta.many_to_many)

    @property
    def can_be_draft(self) -> bool:
        """Say whether the kind has a publication state of its own."""
        return any(field.name == "publication" for field in self.columns)

    def get(self, pk: int) -> Any:
        """Return the row, drafts too, locked until the end of the transaction.

        Raises:
            ObjectDoesNotExist: if there is none.

        """
        return self.model._base_manager.select_for_update().get(pk=pk)

    def label_of(self, name: str) -> str:
        """Return the name of a column, list or child in words."""
        child = next((one for one in self.children if one.name == name), None)
        if child:
            return str(child.model._meta.verbose_name_plural)
        return str(getattr(self.model._meta.get_field(name), "verbose_name", name))

    def is_public(self, pk: int | None, values: Mapping[str, Any] | None) -> bool:
        """Say whether readers see the row with these values; an official or a source, once something published does."""
        if values is None:
            return False
        if self.can_be_draft:
            return bool(values["publication"] == PublicationState.PUBLISHED)
        if self.model is Participation:
            return Treaty.objects.published().filter(pk=values["treaty"]).exists()
        if self.model in {Official, Source}:
            return pk is not None and any(rows.filter(**{name: pk}).exists() for rows, name in _naming(self.model))
        return True

    def treaties_of(self, pk: int | None, values: Mapping[str, Any] | None) -> set[int]:
        """Return the keys of the treaties that a row with these values concerns."""
        if self.model is Treaty:
            return {pk} if pk else set()
        if self.model is Deadline:
            return set(Deadline.objects.filter(pk=pk or 0).values_list("provision__treaty", flat=True))
        named = (values or {}).get("treaties", [(values or {}).get("treaty")])
        return {key for key in named if key is not None}


def _naming(model: type[models.Model]) -> list[tuple[QuerySet[Any], str]]:
    """Return the published rows that may name an official or a source, each with the column or list that does."""
    if model is Official:
        return [(Statement.objects.published(), "speaker")]
    return [
        (Event.objects.published(), "sources"),
        (Treaty.objects.published(), "sources"),
        (Provision.objects.all(), "source"),
        (ParticipationAct.objects.all(), "source"),
        (Official.objects.all(), "sources"),
    ]


def _editable(model: type[models.Model]) -> list[Field[Any, Any]]:
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and not field.generated and not _is_parent_link(field)
    ]


def _is_parent_link(field: Field[Any, Any]) -> bool:
    return bool(field.remote_field and getattr(field.remote_field, "parent_link", False))


_ALL = (
    RowKind("event", Event),
    RowKind("statement", Statement),
    RowKind("treaty", Treaty, (ChildKind("participations", Participation, "treaty"),)),
    RowKind("provision", Provision, (ChildKind("disputed_readings", DisputedReading, "provision"),)),
    RowKind("participation", Participation, (ChildKind("acts", ParticipationAct, "participation"),)),
    RowKind("deadline", Deadline, only=("override_due", "override_reason")),
    RowKind("party", Party),
    RowKind("official", Official),
    RowKind("source", Source),
)
KINDS = {kind.name: kind for kind in _ALL}


def kind_of(model: type[models.Model]) -> RowKind:
    """Return the kind of the model's rows.

    Raises:
        KeyError: if rows of this model are not edited at the desk.

    """
    return KINDS[str(model._meta.model_name)]

"""Rows that may be drafts, in their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events.admin.explaining import Explained

if TYPE_CHECKING:
    from django.db.models import Field
    from django.forms import TypedChoiceField
    from django.http import HttpRequest


class Publishable(Explained):
    """For admins and inlines of rows that may be drafts: a form that does not ask keeps the state as it is."""

    def formfield_for_choice_field(
        self, db_field: Field, request: HttpRequest, **options: Any
    ) -> TypedChoiceField | None:
        """Let the publication state be left out."""
        if db_field.name == "publication":
            options["required"] = False
        return super().formfield_for_choice_field(db_field, request, **options)

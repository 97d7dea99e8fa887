"""A form whose row is gone, made over into the form of a new row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from events.editorial.gone import RowGoneError, who_removed
from events.editorial.kinds import kind_of

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.http import HttpRequest

    from events.editorial.gone import Sent

# What was said about the row as it stood, and says nothing of a new one.
_OF_THE_OLD = {"csrfmiddlewaretoken", "_opened", "_expected"}


def gone(admin: ModelAdmin[Any], request: HttpRequest, pk: int) -> RowGoneError:
    """Return what to raise for a form that was sent for a row that has been deleted.

    Raises:
        PermissionDenied: if the user may not change such rows, and so is told nothing of this one.

    """
    if not admin.has_change_permission(request):
        raise PermissionDenied
    anew = f"admin:{admin.opts.app_label}_{admin.opts.model_name}_add"
    return RowGoneError(
        who_removed(kind_of(admin.model), pk),
        fields=_of_a_new_row(admin, request),
        anew=reverse(anew) if admin.has_add_permission(request) else "",
    )


def _of_a_new_row(admin: ModelAdmin[Any], request: HttpRequest) -> Sent:
    """Return the fields that were sent, in which the rows that hung on the old one are new like it."""
    fields = {str(name): [str(one) for one in values] for name, values in request.POST.lists()}
    for formset, inline in admin.get_formsets_with_inlines(request):
        prefix = formset.get_default_prefix()
        fields[f"{prefix}-INITIAL_FORMS"] = ["0"]
        if not inline.has_add_permission(request, None):
            fields[f"{prefix}-TOTAL_FORMS"] = ["0"]
        of_the_row = {formset.fk.name, formset.model._meta.pk.name}
        for name in [one for one in fields if one.startswith(f"{prefix}-") and one.rpartition("-")[2] in of_the_row]:
            del fields[name]
    return [(name, values) for name, values in fields.items() if name not in _OF_THE_OLD]

"""Deleting, and what is done to several rows at once: shown first, then committed as shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.admin.confirming import Confirming, Question, decision_of
from events.editorial.edits import Edit, NotAllowedError, because, settle
from events.editorial.kinds import kind_of
from events.editorial.permission import PUBLISH
from events.editorial.writing import EditError
from treaties.models import PublicationState

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse


class EditsSelected(Confirming):
    """Deletes one row or several, withdraws several; every way goes through the same page."""

    def edit_shown(self, request: HttpRequest, edit: Edit, *, row: Any = None) -> HttpResponse | None:
        """Make the edit once the editor has seen what it does; before that, return the page that shows it."""
        at = timezone.now()
        try:
            with transaction.atomic(), because(user=request.user, note=decision_of(request).public_note, how="action"):
                look = edit.look()
                impact = look.measure(edit.run(at=at))
                self.require_shown(request, impact, always=True)
                settle(impact, user=request.user, decision=decision_of(request), at=at)
        except Question as question:
            return self.ask(request, question, row=row, can_go_back=False, can_propose=False)
        except (NotAllowedError, EditError) as error:
            messages.error(request, str(error))
            return None
        self.tell_moves(request, impact)
        messages.success(request, _("Done."))
        return None

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what deleting the row does, then delete it."""
        row = self.get_object(request, unquote(object_id))
        if not self.has_delete_permission(request, row):
            raise PermissionDenied
        if row is None:
            return super().delete_view(request, object_id, extra_context)
        answer = self.edit_shown(request, Edit(kind_of(self.model), {row.pk: None}), row=row)
        return answer or HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    @admin.action(description=gettext_lazy("Delete the selected rows for good"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Take rows off the record without a trace on the pages; the history keeps them."""
        return self.edit_shown(request, Edit(kind_of(self.model), dict.fromkeys(_keys(queryset))))

    @admin.action(description=gettext_lazy("Withdraw the selected rows"), permissions=["change"])
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Let readers no longer see rows; they stay at the desk."""
        withdrawn = {"publication": PublicationState.WITHDRAWN}
        return self.edit_shown(request, Edit(kind_of(self.model), {pk: dict(withdrawn) for pk in _keys(queryset)}))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer our own deleting, never the site's, and withdrawing where a row has a publication state."""
        actions: dict[str, Any] = super().get_actions(request)
        if not request.user.has_perm(PUBLISH):  # every action changes what readers see
            return {}
        offered = {
            "delete_selected": self.has_delete_permission(request),
            "withdraw_selected": self.has_change_permission(request) and kind_of(self.model).can_be_draft,
        }
        is_popup = not actions
        for name, may in offered.items():
            actions.pop(name, None)
            found = self.get_action(name) if may and not is_popup else None
            if found:
                actions[name] = found
        return actions


def _keys(queryset: QuerySet[Any]) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True))

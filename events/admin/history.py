"""The history of a row at the desk: who wrote what when and why, any two versions compared, any one restored."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.admin.confirming import decision_of
from events.admin.selected import EditsSelected
from events.editorial import proposals
from events.editorial.edits import Edit
from events.editorial.kinds import kind_of
from events.editorial.permission import may_publish
from events.editorial.values import differences, standing_only, values_of, word_differences
from events.editorial.versions import values_at, versions
from events.editorial.writing import EditError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from events.editorial.values import Values


class KeepsHistory(EditsSelected):
    """Shows a row's history in the place of Django's log, which knows only of forms."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the versions, compare two, or restore one."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if request.method == "POST":
            return self._restore(request, row)
        kind = kind_of(self.model)
        found = versions(kind, row.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(row)s") % {"row": row},
            "opts": self.opts,
            "original": row,
            "versions": [(one, one.at.isoformat()) for one in found],
            "compared": self._compared(request, row.pk),
            "chosen": {name: request.GET.get(name, "") for name in ("from", "to")},
            "may_restore": self.has_change_permission(request, row),
            "media": self.media,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/desk/history.html", context)

    def _compared(self, request: HttpRequest, pk: int) -> list[tuple[Any, list[tuple[str, str]]]] | None:
        """Return field by field what differs between the two versions that the address names; None if it names none."""
        if not (request.GET.get("from") and request.GET.get("to")):
            return None
        kind = kind_of(self.model)
        first, second = sorted([_instant(request.GET["from"]), _instant(request.GET["to"])])
        found = differences(kind, values_at(kind, pk, first), values_at(kind, pk, second))
        return [(one, list(word_differences(one.before, one.after))) for one in found]

    def _restore(self, request: HttpRequest, row: Any) -> HttpResponse:
        """Give the row the values of a version, through the same page as any other change, or propose it."""
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        kind = kind_of(self.model)
        then = values_at(kind, row.pk, _instant(request.POST.get("version", "")))
        if then is None:
            raise Http404
        wanted = standing_only(kind, then)
        if "_propose" in request.POST or not may_publish(request.user, kind.treaties_of(row.pk, values_of(kind, row))):
            self._propose_version(request, row, wanted)
            return HttpResponseRedirect(request.path)
        return self.edit_shown(request, Edit(kind, {row.pk: wanted}), row=row) or HttpResponseRedirect(request.path)

    def _propose_version(self, request: HttpRequest, row: Any, values: Values) -> None:
        kind, at = kind_of(self.model), timezone.now()
        try:
            proposals.propose(kind, row, values, user=request.user, at=at, decision=decision_of(request))
        except EditError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Sent to review; readers see no change until an editor publishes it."))


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if found.tzinfo is None:
        raise Http404
    return found

"""Importing files of rows: upload, see what each row and each clock would do, decide, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin import display, register
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.admin.confirming import Confirming, Question, decision_of
from events.admin.exporting import file_response
from events.bulk import imports
from events.bulk.files import FORMATS, LARGEST, FileError
from events.bulk.tables import TABLES
from events.editorial.edits import MovedMeanwhileError, NotAllowedError, rehearse
from events.editorial.writing import EditError
from events.models import BulkImport, Change

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from events.bulk.imports import Shown

_MOST_SHOWN = 200
# What stops an import or its undoing, each a sentence for the editor; nothing has been written by then.
_REFUSALS = (imports.ImportFault, NotAllowedError, EditError, MovedMeanwhileError, FileError)


class UploadForm(forms.ModelForm):
    """A file, and the table whose rows it holds."""

    table = forms.ChoiceField(label=gettext_lazy("Table"), choices=lambda: [(name, name) for name in TABLES])
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, XLSX, JSON or YAML with the headings of an export. Nothing is imported yet."),
    )

    class Meta:
        model = BulkImport
        fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        """Read the file, so that whatever is wrong with it stands beside it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file and file.size > LARGEST:
            self.add_error("file", _("The file is too large; split it."))
        elif file and cleaned.get("table"):
            self.content = file.read()
            try:
                imports.checked(cleaned["table"], file.name, self.content)
            except FileError as error:
                self.add_error("file", str(error))
        return cleaned


@register(BulkImport)
class BulkImportAdmin(Confirming):
    """Imports, and the tables to export."""

    form = UploadForm
    fields = ["table", "file"]
    list_display = ["file_name", "table", "state", "added", "changed", "uploaded_by", "uploaded_at"]
    list_filter = ["state", "table"]
    list_select_related = ["uploaded_by"]
    search_fields = ["file_name", "uploaded_by__username"]
    change_list_template = "admin/events/bulkimport/list.html"

    class Media:
        css = {"all": ["desk.css", "desk-impact.css"]}

    @display(description=gettext_lazy("added"))
    def added(self, one: BulkImport) -> int:
        """Return how many rows it adds."""
        return int(one.counts.get("added", 0))

    @display(description=gettext_lazy("changed"))
    def changed(self, one: BulkImport) -> int:
        """Return how many rows it changes."""
        return int(one.counts.get("changed", 0))

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave files and values where they are while many imports are listed."""
        rows = super().get_queryset(request)
        is_list = request.resolver_match and request.resolver_match.url_name == "events_bulkimport_changelist"
        return rows.defer("content", "before", "after") if is_list else rows

    def get_urls(self) -> list[URLPattern]:
        """Add the whole tables as files, and the decisions on one import."""
        view = self.admin_site.admin_view
        return [
            path("export/<slug:name>.<slug:kind>", view(self.export), name="events_bulkimport_export"),
            path("<int:pk>/decide/", view(self.decide), name="events_bulkimport_decide"),
            *super().get_urls(),
        ]

    def export(self, request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
        """Give a whole table as a file."""
        if name not in TABLES or kind not in FORMATS:
            raise Http404(_("There is no such table or format."))
        table = TABLES[name]
        model = table.child.model if table.child else table.kind.model
        if not request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            raise PermissionDenied
        try:
            return file_response(table, kind, table.rows())
        except FileError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:events_bulkimport_changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the imports, and every table to export."""
        context = {"tables": list(TABLES), "formats": list(FORMATS)}
        return super().changelist_view(request, (extra_context or {}) | context)

    def has_change_permission(self, request: HttpRequest, obj: BulkImport | None = None) -> bool:  # noqa: ARG002
        """Whoever may import may decide on an import; what it may do to the record is asked row by row."""
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: BulkImport | None = None) -> bool:  # noqa: ARG002
        """An import stays as the trace of where rows came from, and to be undone."""
        return False

    def save_model(self, request: HttpRequest, obj: BulkImport, form: Any, change: bool) -> None:  # noqa: ARG002
        """Keep the file."""
        file = form.cleaned_data["file"]
        kept = imports.upload(form.cleaned_data["table"], file.name, form.content, user=request.user, at=timezone.now())
        obj.__dict__.update(kept.__dict__)

    def response_add(self, request: HttpRequest, obj: BulkImport, post_url_continue: str | None = None) -> HttpResponse:  # noqa: ARG002
        """Go on to what it would do."""
        return HttpResponseRedirect(_address(obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what the file would do, or did."""
        one = self.get_object(request, object_id)
        if one is None or not self.has_view_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)
        if one.state != BulkImport.State.SHOWN:
            return self._page(request, one)
        return self._page(request, one, shown=imports.show(one, user=request.user, at=timezone.now()))

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Import, drop or undo as the page was told."""
        one = BulkImport.objects.filter(pk=pk).first()
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if one is None:
            raise Http404(_("There is no such import."))
        if not self.has_change_permission(request, one):
            raise PermissionDenied
        try:
            return self._carry_out(request, one)
        except Question as question:
            return self._undo_page(request, one, question)
        except _REFUSALS as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(_address(one))

    def _carry_out(self, request: HttpRequest, one: BulkImport) -> HttpResponse:
        at, expected = timezone.now(), request.POST.get("_expected", "")
        if "_drop" in request.POST:
            imports.drop(one, at=at)
        elif "_undo" in request.POST:
            impact = rehearse(imports.undoing(one), user=request.user, at=at)
            self.require_shown(request, impact, always=True)
            imports.undo(one, user=request.user, at=at, decision=decision_of(request), expected=expected)
            messages.success(request, _("Undone: the rows stand as before the import."))
        elif "_show" in request.POST:
            shown = imports.show(one, user=request.user, at=at, decision=decision_of(request))
            return self._page(request, one, shown=shown)
        else:
            imports.carry_out(one, user=request.user, at=at, decision=decision_of(request), expected=expected)
            messages.success(request, _("Imported."))
        return HttpResponseRedirect(_address(one))

    def _page(self, request: HttpRequest, one: BulkImport, *, shown: Shown | None = None) -> HttpResponse:
        impact = shown.impact if shown else None
        told = [row for row in shown.plan.rows if row.faults or row.differences] if shown else []
        # Faults first: they are what the editor has to mend in the file.
        told.sort(key=lambda row: (not row.faults, row.number))
        context = {
            **self.admin_site.each_context(request),
            "title": str(one),
            "opts": self.opts,
            "import": one,
            "shown": shown,
            "impact": impact,
            "told": told[:_MOST_SHOWN],
            "more": max(0, len(told) - _MOST_SHOWN),
            "decision": decision_of(request),
            "weights": Change.Weight.choices,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/events/bulkimport/shown.html", context)

    def _undo_page(self, request: HttpRequest, one: BulkImport, question: Question) -> HttpResponse:
        return self.ask(request, question, row=one, can_go_back=False, can_propose=False, confirm_label=_("Undo it"))


def _address(one: BulkImport) -> str:
    return reverse("admin:events_bulkimport_change", args=[one.pk])

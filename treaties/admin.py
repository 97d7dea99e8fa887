"""How parties, officials and sources are listed and found; events.admin registers them with the desk's way to save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from treaties.archiving import ArchiveError, checked_copy, keep_copy
from treaties.long_lists import LongList
from treaties.models import ArchivedCopy, Source
from treaties.same_page import same_page

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern


class ExactNameFirst(LongList):
    """A search lists the row of that very name first: whoever types NPT means the NPT."""

    named_by: str

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Order the matches by how well the name fits."""
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        fit = Case(
            When(**{f"{self.named_by}__iexact": search_term}, then=Value(0)),
            When(**{f"{self.named_by}__istartswith": search_term}, then=Value(1)),
            default=Value(2),
        )
        return (rows.order_by(fit, self.named_by) if search_term else rows), may_repeat


class SourceForm(forms.ModelForm):
    """A source, and a copy of it to keep."""

    copy_file = forms.FileField(
        label=_("Keep a file"),
        required=False,
        help_text=_("The page or document as you read it: PDF, HTML, text or image."),
    )
    copy_text = forms.CharField(
        label=_("Keep a text"), required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Or its text.")
    )

    class Meta:
        model = Source
        exclude: ClassVar[list[str]] = []

    def clean(self) -> dict[str, Any]:
        """Refuse a copy that cannot be kept, before anything is written, and an address that is on record already."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        twin = same_page(cleaned.get("url") or "", besides=self.instance.pk)
        if twin:
            self.add_error("url", _("This page is on record already: %(source)s.") % {"source": twin})
        self.copies = []
        for field, name, content in self._given(cleaned):
            try:
                self.copies.append(checked_copy(content, file_name=name))
            except ArchiveError as error:
                self.add_error(field, str(error))
        return cleaned

    def _given(self, cleaned: dict[str, Any]) -> list[tuple[str, str, bytes]]:
        file, text = cleaned.get("copy_file"), cleaned.get("copy_text") or ""
        given = [("copy_file", file.name, file.read())] if file else []
        return given + ([("copy_text", "page.txt", text.encode())] if text.strip() else [])


class ArchivedCopyInline(admin.TabularInline):
    """What was kept of a source."""

    model = ArchivedCopy
    fields = readonly_fields = ("file", "read_on", "size", "sha256")
    extra = 0
    can_delete = False

    @admin.display(description=_("copy"))
    def file(self, copy: ArchivedCopy) -> SafeString:
        """Return a link to the copy itself; a form that counts more copies than there are shows nothing of them."""
        if copy.pk is None:
            return SafeString()
        return format_html('<a href="{}">{}</a>', reverse("admin:treaties_source_copy", args=[copy.pk]), copy.file_name)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArchivedCopy]:
        """Leave the content where it is: a list needs only what is told of it."""
        return super().get_queryset(request).defer("content")

    def has_add_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:  # noqa: ARG002
        """A copy is kept with its source's form, where it is checked and hashed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ArchivedCopy | None = None) -> bool:  # noqa: ARG002
        """A copy is what it was."""
        return False


class AddressFilter(admin.SimpleListFilter):
    """Sources by what the last check of their address met."""

    title = _("address")
    parameter_name = "address"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Source]) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Return the choices."""
        return [("dead", _("Dead")), ("unchecked", _("Never checked")), ("none", _("None"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source] | None:  # noqa: ARG002
        """Keep the rows chosen."""
        chosen = {
            "dead": ~Q(address_fault=""),
            "unchecked": ~Q(url="") & Q(address_checked_at=None),
            "none": Q(url=""),
        }.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


class SourceAdmin(LongList):
    """Published texts."""

    form = SourceForm
    inlines = [ArchivedCopyInline]
    readonly_fields = ["address_checked_at", "address_fault"]
    list_display = ["title", "publisher", "published_on", "language", "has_address", "address_fault"]
    list_filter = [AddressFilter]
    search_fields = ["title", "publisher", "url", "slug"]
    prepopulated_fields = {"slug": ["publisher", "title"]}

    def get_urls(self) -> list[URLPattern]:
        """Add the copies themselves."""
        copy = path("copies/<int:copy_id>/", self.admin_site.admin_view(self.copy), name="treaties_source_copy")
        return [copy, *super().get_urls()]

    def copy(self, request: HttpRequest, copy_id: int) -> HttpResponse:
        """Give a kept copy to an editor as a file to save: nothing in it runs on our pages."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kept = get_object_or_404(ArchivedCopy, pk=copy_id)
        response = HttpResponse(bytes(kept.content), content_type=kept.media_type)
        response["Content-Disposition"] = content_disposition_header(True, kept.file_name) or "attachment"
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Keep the copies that came with the form."""
        super().save_related(request, form, formsets, change)
        for file_name, content in form.copies:
            keep_copy(form.instance, content, file_name=file_name, read_on=timezone.now().date())

    @admin.display(boolean=True, description="address")
    def has_address(self, source: Source) -> bool:
        """Say whether the source can be opened."""
        return bool(source.url)


class PartyAdmin(ExactNameFirst):
    """States and organisations."""

    named_by = "name"

    list_display = ["name", "kind", "iso_code", "succeeded_by"]
    list_filter = ["kind"]
    list_select_related = ["succeeded_by"]
    search_fields = ["name", "slug", "iso_code", "aliases"]
    autocomplete_fields = ["succeeded_by"]
    prepopulated_fields = {"slug": ["name"]}


class OfficialAdmin(LongList):
    """Persons in their offices."""

    list_display = ["name", "office", "party", "held_from", "held_to"]
    list_select_related = ["party"]
    search_fields = ["name", "office", "party__name"]
    autocomplete_fields = ["party", "sources"]
    prepopulated_fields = {"slug": ["name", "office"]}

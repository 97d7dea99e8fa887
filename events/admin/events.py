"""Entering events and statements, each on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events import services
from events.admin.advising import Advising
from events.admin.desk import DeskAdmin
from events.admin.finding import DayFilter, FoundByWords
from events.admin.forms import EventForm, StatementForm
from events.admin.source_fields import SOURCE_FIELDS
from events.dates import wording
from events.models import Event, Statement
from events.source_entry import enter_source
from treaties.long_lists import treaty_filter
from treaties.models import Treaty

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest

    from events.editorial.values import Values

_SAID = ("quotation", "source_address", "date", "speaker", "body", "stance", "targets", "responds_to")
_NAMED = ("title", "treaties")
_SOURCE: Any = (_("Its source"), {"fields": SOURCE_FIELDS})
_PUBLISHING: Any = (_("Publication"), {"fields": ("publication", "verified", "is_another")})
_MORE = ("parties", "summary", "place", "until", "date_basis", "slug")


class RecordAdmin(FoundByWords, Advising, DeskAdmin):  # type: ignore[misc]  # Django joins the two Media
    """What events and statements have in common: every change goes through a service, in one transaction."""

    list_display = ["title", "when", "kind", "actor", "publication", "verified"]
    list_display_links = ["title"]
    list_filter = [DayFilter, treaty_filter("treaties"), "publication", "kind", "verified"]
    list_select_related = ["actor"]
    search_fields = ["title"]
    search_help_text = _("Whole words or their beginnings, from any part of the entry; the newest are shown.")
    autocomplete_fields = ["treaties", "actor", "parties", "sources"]
    save_on_top = True

    @admin.display(description="date", ordering="earliest")
    def when(self, event: Event) -> str:
        """Return the date as precise as its source."""
        return wording(event)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer to look at and to add what a field names, but no way from here to change or delete it."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            widget.can_change_related = widget.can_delete_related = False
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: EventForm, change: bool) -> None:  # type: ignore[override]
        """Add the source that the form names, then save the entry: both stay, or neither."""
        if form.named_source:
            if not request.user.has_perm("treaties.add_source"):
                raise PermissionDenied
            source = enter_source(form.named_source, read_on=timezone.now().date())
            form.cleaned_data["sources"] = [*form.cleaned_data["sources"], source]
            self._saving(request).brings(source, form.named_source)
        super().save_model(request, obj, form, change)

    def values_to_propose(self, request: HttpRequest, values: Values) -> Values:
        """Add the source that the form named once more: the transaction that had added it has been undone."""
        keys = {
            undone: enter_source(named, read_on=timezone.now().date()).pk
            for undone, named in self._saving(request).brought.items()
        }
        return values | {"sources": sorted(keys.get(key, key) for key in values["sources"])}

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        """Offer a new source to who may add one."""
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.has_perm("treaties.add_source"):
            return fieldsets
        return [
            (title, {**options, "fields": [one for one in options["fields"] if not one.startswith("source_")]})
            for title, options in fieldsets
        ]

    def save_row(self, obj: Event) -> None:
        """Save the row itself."""
        services.save_event(obj, at=timezone.now())

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[ModelForm[Any]]:
        """Return the form; a new entry is begun by typing, so the cursor stands in its first field."""
        form = super().get_form(request, obj, change, **options)
        first, *_others = flatten_fieldsets(self.get_fieldsets(request, obj))
        if not change and first in form.base_fields:
            form.base_fields[first].widget.attrs["autofocus"] = True
        return form

    def recompute(self, obj: Event, before: set[int]) -> None:
        """Recompute the clocks of its treaties, and of those that it has left."""
        services.after_event_change(obj, at=timezone.now(), before=Treaty.objects.filter(pk__in=before))


@admin.register(Event)
class EventAdmin(RecordAdmin):
    """Acts and other events; statements have their own list."""

    form = EventForm
    fieldsets = [
        (None, {"fields": ("date", "kind", "actor", "title", "treaties")}),
        _SOURCE,
        _PUBLISHING,
        (_("More"), {"fields": _MORE, "classes": ["collapse"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Keep statements out of the list, but let the search of `responds_to` find them."""
        rows = super().get_queryset(request)
        return rows if request.path.endswith("/autocomplete/") else rows.filter(statement__isnull=True)


@admin.register(Statement)
class StatementAdmin(RecordAdmin):
    """Who said what."""

    form = StatementForm
    list_display = ["title", "when", "stance", "who", "publication", "verified"]
    list_filter = [DayFilter, treaty_filter("treaties"), "publication", "stance", "verified"]
    list_select_related = ["speaker__party"]
    autocomplete_fields = [*RecordAdmin.autocomplete_fields, "speaker", "targets", "responds_to"]
    fieldsets = [
        (None, {"fields": (*_SAID, *_NAMED)}),
        (_SOURCE[0], {"fields": [name for name in SOURCE_FIELDS if name != "source_address"]}),
        _PUBLISHING,
        (_("More"), {"fields": ("obligation", "kind", "actor", *_MORE), "classes": ["collapse"]}),
    ]

    @admin.display(description="who", ordering="speaker__name")
    def who(self, statement: Statement) -> str:
        """Return the speaker, or the body that spoke."""
        return str(statement.speaker or statement.body)

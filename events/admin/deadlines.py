"""Deadlines are computed; an editor can look at every step, and set a date of their own with a public reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html_join

from events import services
from events.admin.desk import DeskAdmin
from events.admin.rechecking import ClockAttention, Rechecked
from events.models import Deadline
from events.step_words import told_steps
from treaties.long_lists import LongList, treaty_filter

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

_SHOWN = (
    "title",
    "state",
    "provision",
    "trigger",
    "party",
    "due_earliest",
    "due_latest",
    "zone",
    "citation",
    "computation",
    "undetermined_reason",
    "version",
    "changed_at",
)


class OverrideForm(forms.ModelForm):
    """An editor's date and its reason."""

    class Meta:
        model = Deadline
        fields = ["override_due", "override_reason"]

    def clean(self) -> dict[str, Any]:
        """Refuse a date without a reason."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("override_due") and not cleaned.get("override_reason", "").strip():
            self.add_error("override_reason", "Readers will see your date beside the computed one: tell them why.")
        return cleaned


@admin.register(Deadline)
class DeadlineAdmin(Rechecked, LongList, DeskAdmin):
    """Computed dates."""

    form = OverrideForm
    list_display = ["title", "due", "state", "provision", "version", "changed_at"]
    list_filter = [ClockAttention, "state", treaty_filter("provision__treaty")]
    list_select_related = ["provision__treaty"]
    search_fields = ["title", "slug", "provision__treaty__short_name", "party__name"]
    readonly_fields = _SHOWN
    fieldsets = [
        (None, {"fields": _SHOWN}),
        ("An editor's date", {"fields": ["override_due", "override_reason"]}),
    ]

    @admin.display(description="why this date")
    def computation(self, deadline: Deadline) -> SafeString:
        """Return the steps of the computation."""
        return format_html_join("", "<p>{}</p>", ([step.text] for step in told_steps(deadline.steps)))

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody types in a deadline."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Deadline | None = None) -> bool:  # noqa: ARG002
        """A deadline goes when its trigger goes."""
        return False

    def save_row(self, obj: Deadline) -> None:
        """Set or lift the override, as it stands in the form."""
        stored = Deadline.objects.get(pk=obj.pk)
        services.override_deadline(stored, due=obj.override_due, reason=obj.override_reason, at=timezone.now())

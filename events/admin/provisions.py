"""Editing the clauses whose clocks we compute."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models

from events.admin.explaining import Explained
from events.admin.treaties import RecomputingAdmin
from events.causes import trigger_choices
from events.clocks import ClockError, rule_from_json
from events.models import DisputedReading
from treaties.long_lists import treaty_filter
from treaties.models import Provision
from treaties.zones import is_known_zone

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


# No rule comes near it, and Python reads and writes so much without running out of stack.
_BRACKETS = 200


class RuleDecoder(json.JSONDecoder):
    """Reads a rule as it was typed; what is too long or too deep for Python is no rule, like any text that is none."""

    def decode(self, typed: str, *options: Any) -> Any:
        """Return what is written.

        Raises:
            JSONDecodeError: if that cannot be read.

        """
        if typed.count("{") + typed.count("[") > _BRACKETS:
            raise json.JSONDecodeError("Nested too deeply", typed, 0)
        try:
            return super().decode(typed, *options)
        except ValueError as error:
            # Of a number with thousands of digits Python says so in another class than of other faults.
            raise json.JSONDecodeError(str(error), typed, 0) from error


_READS_RULES: dict[type[models.Field[Any, Any]], dict[str, Any]] = {models.JSONField: {"decoder": RuleDecoder}}


class ProvisionForm(forms.ModelForm):
    """A clause with its rule."""

    trigger_kind = forms.ChoiceField(
        choices=[("", "Nothing starts a clock here"), *trigger_choices()],
        required=False,
        help_text="What starts this clock.",
    )

    class Meta:
        model = Provision
        fields = [
            "treaty",
            "article",
            "paragraph",
            "kind",
            "effect_title",
            "trigger_kind",
            "rule",
            "quotation",
            "recipients",
            "reasons",
            "armed_conflict",
            "survival",
            "precedent",
            "source",
            "publication",
        ]

    def clean_rule(self) -> dict[str, Any]:
        """Refuse what the engine cannot read, in its words, and a zone by which the database could count no days.

        Raises:
            ValidationError: if the rule is not one.

        """
        rule: dict[str, Any] = self.cleaned_data["rule"]
        if not isinstance(rule, dict):
            raise forms.ValidationError("A rule is written in braces, each of its parts by name.")
        try:
            zone = rule_from_json(rule).zone
        except ClockError as error:
            raise forms.ValidationError(str(error)) from error
        if not is_known_zone(zone):
            raise forms.ValidationError(f"The database does not know “{zone}”; name a zone that it knows.")
        return rule


class ReadingInline(Explained, admin.StackedInline):
    """Who reads a trigger under this clause in another way."""

    model = DisputedReading
    autocomplete_fields = ["trigger", "source"]
    formfield_overrides = _READS_RULES
    extra = 0


@admin.register(Provision)
class ProvisionAdmin(RecomputingAdmin):
    """Clauses."""

    form = ProvisionForm
    formfield_overrides = _READS_RULES
    list_display = ["__str__", "kind", "effect_title", "trigger_kind", "publication"]
    list_filter = ["publication", "kind", treaty_filter("treaty")]
    list_select_related = ["treaty"]
    search_fields = ["treaty__short_name", "article", "effect_title"]
    autocomplete_fields = ["treaty", "source"]
    inlines = [ReadingInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provision]:  # noqa: ARG002
        """Show drafts too."""
        return Provision.with_drafts.order_by("treaty", "article", "paragraph")

    def has_delete_permission(self, request: HttpRequest, obj: Provision | None = None) -> bool:
        """Keep a clause whose clocks are on record."""
        return super().has_delete_permission(request, obj) and not (obj and obj.deadlines.exists())

"""Editing treaties and who is party to them: both feed clocks, so every save recomputes in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext as _

from events import services
from events.admin.desk import DeskAdmin
from events.admin.explaining import Explained
from events.admin.publishable import Publishable
from events.admin.rechecking import Rechecked, TreatyAttention
from treaties.admin import ExactNameFirst
from treaties.long_lists import LongList, treaty_filter
from treaties.models import Participation, ParticipationAct, Provision, Treaty

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class RecomputingAdmin(LongList, DeskAdmin):
    """Recomputes a treaty's clocks after its row and what hangs on it are saved."""

    def treaty_of(self, row: Any) -> Treaty:
        """Return the treaty whose clocks the row feeds."""
        treaty: Treaty = row.treaty
        return treaty

    def recompute(self, obj: Any, before: set[int]) -> None:
        """Recompute the clocks of its treaty, and of the one that it has left."""
        left = Treaty.objects.filter(pk__in=before)
        services.recompute_treaties({*left, self.treaty_of(obj)}, at=timezone.now())


class ProvisionInline(admin.TabularInline):
    """The treaty's clauses, each leading to its own page."""

    model = Provision
    fields = ("article", "paragraph", "kind", "effect_title", "trigger_kind", "publication")
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provision]:  # noqa: ARG002
        """Show drafts too."""
        return Provision.with_drafts.order_by("article", "paragraph")

    def has_add_permission(self, request: HttpRequest, obj: Treaty | None = None) -> bool:  # noqa: ARG002
        """Leave adding to the provision's own page, where its rule is checked."""
        return False


class ParticipationInline(Explained, admin.TabularInline):
    """The treaty's parties; their acts are on the participation's own page."""

    model = Participation
    fields = ["party", "note"]
    autocomplete_fields = ["party"]
    extra = 0
    show_change_link = True


@admin.register(Treaty)
class TreatyAdmin(Rechecked, ExactNameFirst, RecomputingAdmin):
    """Treaties."""

    named_by = "short_name"

    list_display = ["short_name", "laterality", "signed_on", "entered_into_force_on", "ended_on", "publication"]
    list_filter = [TreatyAttention, "publication", "laterality", "verified"]
    search_fields = ["short_name", "official_name", "slug"]
    autocomplete_fields = ["depositaries", "sources"]
    prepopulated_fields = {"slug": ["short_name"]}
    inlines = [ProvisionInline, ParticipationInline]

    def treaty_of(self, row: Treaty) -> Treaty:
        """Return the treaty itself."""
        return row


class ActForm(forms.ModelForm):
    """An act; a derived one is left to the clause, or taken over with what a source states."""

    def clean(self) -> dict[str, Any]:
        """Refuse a derived date that somebody typed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("basis") == ParticipationAct.Basis.DERIVED and self.changed_data:
            self.add_error(
                "basis",
                _("A derived date is computed from the clause. Say that the source states it to enter or change it."),
            )
        return cleaned


class ActInline(Publishable, admin.TabularInline):
    """A party's dated acts."""

    model = ParticipationAct
    form = ActForm
    autocomplete_fields = ["source"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[ParticipationAct]:  # noqa: ARG002
        """Show drafts too."""
        return ParticipationAct.with_drafts.order_by("date")


@admin.register(Participation)
class ParticipationAdmin(RecomputingAdmin):
    """Who is party to what, since when."""

    list_display = ["party", "treaty", "note"]
    list_filter = [treaty_filter("treaty")]
    list_select_related = ["party", "treaty"]
    search_fields = ["party__name", "treaty__short_name"]
    autocomplete_fields = ["party", "treaty"]
    inlines = [ActInline]

    def treaty_of(self, row: Participation) -> Treaty:
        """Return the treaty in which the party takes part."""
        return row.treaty

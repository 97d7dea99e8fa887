"""An editor's word that a row was compared with its sources and stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events.rechecks import clocks_ending, clocks_ending_unchecked, mark_rechecked, treaties_not_reviewed

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet
    from django.http import HttpRequest


class ClockAttention(admin.SimpleListFilter):
    """Clocks that somebody should look at."""

    title = _("attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Return the choices."""
        return [("ending", _("Ends within 30 days")), ("unchecked", _("Of these never checked since it last moved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """Keep the rows chosen."""
        chosen = {"ending": clocks_ending, "unchecked": clocks_ending_unchecked}.get(self.value() or "")
        return queryset.filter(pk__in=chosen(at=timezone.now()).values("pk")) if chosen else queryset


class TreatyAttention(admin.SimpleListFilter):
    """Treaties that somebody should look at."""

    title = _("attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Return the choice."""
        return [("unreviewed", _("Not reviewed for half a year"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """Keep the rows chosen."""
        if self.value() != "unreviewed":
            return queryset
        return queryset.filter(pk__in=treaties_not_reviewed(at=timezone.now()).order_by().values("pk"))


class Rechecked(admin.ModelAdmin):
    """Adds the action to the list of what is reviewed now and then."""

    actions = ["recheck"]

    @admin.action(description=_("Compared with its sources today: it stands"), permissions=["change"])
    def recheck(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Note the comparison for the chosen rows."""
        count = mark_rechecked(queryset, by=cast("User", request.user), at=timezone.now())
        told = ngettext("%(count)d row noted as checked.", "%(count)d rows noted as checked.", count)
        messages.info(request, told % {"count": count})

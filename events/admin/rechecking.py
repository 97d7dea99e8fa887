"""An editor's word that a row was compared with its sources and stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events.rechecks import mark_rechecked

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet
    from django.http import HttpRequest


class Rechecked(admin.ModelAdmin):
    """Adds the action to the list of what is reviewed now and then."""

    actions = ["recheck"]

    @admin.action(description=_("Compared with its sources today: it stands"), permissions=["change"])
    def recheck(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Note the comparison for the chosen rows."""
        count = mark_rechecked(queryset, by=cast("User", request.user), at=timezone.now())
        told = ngettext("%(count)d row noted as checked.", "%(count)d rows noted as checked.", count)
        messages.info(request, told % {"count": count})

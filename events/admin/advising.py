"""Advice beside an entry's form while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _

from events.entry_advice import advise
from events.intake.stances import KIND_OF_STANCE
from events.models import Statement
from treaties.models import Official

if TYPE_CHECKING:
    from django.urls import URLPattern


class Advising(admin.ModelAdmin):
    """Adds `advice/` to an entry's addresses: JSON for the desk's script."""

    class Media:
        js = ["desk.js"]

    def get_urls(self) -> list[URLPattern]:
        """Add the address that the script asks."""
        name = f"events_{self.model._meta.model_name}_advice"
        return [path("advice/", self.admin_site.admin_view(self.advice), name=name), *super().get_urls()]

    def advice(self, request: HttpRequest) -> JsonResponse:
        """Return advice on what has been typed so far."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        entry = request.GET.get("entry", "")
        advice = advise(self._typed(request), besides=int(entry) if entry.isdecimal() else None)
        return JsonResponse(advice.as_json() | {"words": _words()})

    def _typed(self, request: HttpRequest) -> dict[str, Any]:
        get = request.GET
        speaker = Official.objects.filter(pk=_number(get.get("speaker")) or 0).first()
        of_stance = KIND_OF_STANCE.get(get.get("stance", ""), "statement") if self.model is Statement else ""
        return {
            "date": get.get("date", ""),
            "speaker": _number(get.get("speaker")),
            "kind": get.get("kind") or of_stance,
            "actor": _number(get.get("actor")) or (speaker.party_id if speaker else None),
            "treaties": [int(one) for one in get.getlist("treaties") if one.isdecimal()],
            "text": get.get("text", ""),
            "address": get.get("source_address", ""),
            "summary": get.get("summary", ""),
        }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _words() -> dict[str, str]:
    return {
        "date": _("Date as readers will see it:"),
        "office": _("In office on that day:"),
        "treaty": _("The text names a treaty:"),
        "source": _("This page is on record as a source:"),
        "twin": _("On record already?"),
        "preview": _("The summary as readers will see it:"),
    }

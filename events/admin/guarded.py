"""What happens when an editor's save comes too late, or twice: nothing is written, and a sentence says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect

from events.services import ConcurrentChangeError

if TYPE_CHECKING:
    from django.db.models import Field
    from django.forms import TypedChoiceField
    from django.http import HttpRequest


class Publishable(BaseModelAdmin):
    """For admins and inlines of rows that may be drafts: a form that does not ask keeps the state as it is."""

    def formfield_for_choice_field(
        self, db_field: Field, request: HttpRequest, **options: Any
    ) -> TypedChoiceField | None:
        """Let the publication state be left out."""
        if db_field.name == "publication":
            options["required"] = False
        return super().formfield_for_choice_field(db_field, request, **options)


class GuardedAdmin(admin.ModelAdmin):
    """Answers a lost race with a message; the transaction has been undone by then."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or save the form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ConcurrentChangeError as error:
            messages.error(request, str(error))
        except IntegrityError:
            messages.error(request, "The same entry was saved a moment ago; yours was not saved a second time.")
        return HttpResponseRedirect(request.get_full_path())

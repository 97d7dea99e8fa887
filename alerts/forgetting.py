"""An editor deletes what is stored of subscribers who asked for it by letter, after looking at what that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.services.preferences import forget_on_request

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from alerts.models import Subscriber

# Letters come one by one: more at once is a slip.
MOST_AT_ONCE = 20


def forget_chosen(request: HttpRequest, chosen: QuerySet[Subscriber], context: dict[str, Any]) -> HttpResponse | None:
    """Ask whether these are to be deleted, and once that is answered, delete them; None where the list is shown again.

    No message names an address: it is to stand nowhere any more.
    """
    subscribers = list(chosen[: MOST_AT_ONCE + 1])
    if len(subscribers) > MOST_AT_ONCE:
        messages.error(request, _("Nothing was deleted: choose %(most)d subscribers at most.") % {"most": MOST_AT_ONCE})
        return None
    if request.POST.get("sure") != "yes":
        return TemplateResponse(
            request,
            "admin/alerts/subscriber/forget.html",
            context | {"subscribers": subscribers, "title": _("Delete?")},
        )
    for subscriber in subscribers:
        forget_on_request(subscriber, by=request.user)
    number = len(subscribers)
    done = ngettext("%(number)d subscriber was deleted.", "%(number)d subscribers were deleted.", number)
    messages.success(request, done % {"number": number})
    return None

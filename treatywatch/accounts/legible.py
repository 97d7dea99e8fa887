"""What the desk refuses before any of its pages: what no form or link of ours sends, and no query can be asked with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from treaties.keys import is_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

# The one character that the database takes in no text.
_NUL = "\0"
# Of a review, and of the second factor; what the desk itself adds to a form begins with an underscore.
_WITHOUT_FORM = {"comment", "code"}


class LegibleAtTheDesk:
    """Answers 404 to an address with such a character, 400 with a sentence to a parameter or a choice of rows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let everything pass; the address is judged once it is known to be one of the desk's."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _named: Any) -> HttpResponse | None:
        """Refuse what cannot be read.

        Raises:
            Http404: if it is the address itself.

        """
        if request.resolver_match is None or request.resolver_match.app_name != "admin":
            return None
        if _NUL in request.path:
            raise Http404
        sentence = _fault(request)
        return render(request, "400.html", {"fault": sentence}, status=400) if sentence else None


def _fault(request: HttpRequest) -> str:
    """Return what is wrong with the parameters, as a sentence; empty if nothing is."""
    for name, values in [*request.GET.lists(), *_read_as_sent(request)]:
        if any(_NUL in text for text in (str(name), *map(str, values))):
            told = str(name).replace(_NUL, "")
            return _("“%(name)s” holds a character that cannot be read (U+0000).") % {"name": told}
    if not all(is_key(text) for text in request.POST.getlist(ACTION_CHECKBOX_NAME)):
        return _("The rows that were chosen cannot be told: choose them in the list.")
    return ""


def _read_as_sent(request: HttpRequest) -> list[tuple[str, Any]]:
    """Return what pages read without a form: a form says it beside its field, where what was typed still stands."""
    return [(name, values) for name, values in request.POST.lists() if name.startswith("_") or name in _WITHOUT_FORM]

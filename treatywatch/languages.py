"""The language of a page is the one its address begins with; no cookie and no header changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.middleware.locale import LocaleMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


class LanguageOfAddress(LocaleMiddleware):
    """Django's own middleware, less the `Vary: Accept-Language` that would split every cache for nothing."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Name the language of the answer."""
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

"""Says of each answer who may keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.cache import patch_vary_headers

from treatywatch.page_cache.editions import wait_until_seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

# Views of these packages answer from the record and the address alone; none knows who reads.
_PUBLIC_VIEWS = ("events.views",)
_SAFE = ("GET", "HEAD", "OPTIONS")


class PublicPages:
    """Middleware: public pages may be kept but are asked about each time; everything else is private."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the answer, unless its view has said something itself."""
        response = self._get_response(request)
        if request.method not in _SAFE:
            wait_until_seen()
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = _marking(request, response)
        if "public" in response["Cache-Control"]:
            # A page that is the same for everybody keeps nothing from who opened it. Set apart from them, it would be
            # shown in a blank window only once a browser has begun another process: that took a quarter of the wait.
            response["Cross-Origin-Opener-Policy"] = "unsafe-none"
        patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _named: Any) -> None:
        """Remember whether the view is one that knows no reader."""
        request.is_public_page = view.__module__.startswith(_PUBLIC_VIEWS)  # type: ignore[attr-defined]


def _marking(request: HttpRequest, response: HttpResponse) -> str:
    is_public = (
        getattr(request, "is_public_page", False)
        and response.status_code == 200  # noqa: PLR2004
        and request.method in _SAFE
        and not response.cookies
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    )
    return "public, max-age=0, must-revalidate" if is_public else "private, no-cache"

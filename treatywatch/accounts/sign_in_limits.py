"""How long a sign-in lasts: twelve hours at most, and one hour in which nothing is asked of the desk.

Twelve hours is a working day, and half of what NIST SP 800-63B-4 (2.2.3) allows with two factors; one hour without
activity is its limit. What a form held when its sign-in ended is kept, so that neither limit costs anybody their work.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.utils.translation import gettext as _

from treatywatch.accounts import kept_work

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

_BEGAN, _SEEN = "signed_in_at", "seen_at"
# The session is written no oftener than this because somebody was seen.
_SECONDS_BETWEEN_NOTES = 60


def begin(request: HttpRequest, **_signal: Any) -> None:
    """Note when somebody signed in; called as they do."""
    request.session[_BEGAN] = request.session[_SEEN] = int(time.time())


class SignInLimits:
    """Signs out whoever comes to the desk after either limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let everything pass: who asks is looked at only where it matters, because public pages are for everybody."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _named: Any) -> None:
        """End the sign-in where it has lasted long enough; else note that it is in use."""
        if request.resolver_match is None or request.resolver_match.app_name != "admin":
            return
        if not request.user.is_authenticated:
            return
        now = int(time.time())
        if _has_ended(request, now):
            self._end(request)
        elif now - request.session[_SEEN] >= _SECONDS_BETWEEN_NOTES:
            request.session[_SEEN] = now

    def _end(self, request: HttpRequest) -> None:
        works = kept_work.kept(request)
        logout(request)
        kept_work.put_back(request, works)
        if request.method == "GET":
            messages.info(request, _("Your sign-in has run out: sign in again."))


def _has_ended(request: HttpRequest, now: int) -> bool:
    began, seen = request.session.get(_BEGAN, 0), request.session.get(_SEEN, 0)
    return bool(now - began >= settings.SESSION_COOKIE_AGE or now - seen >= settings.DESK_IDLE_SECONDS)

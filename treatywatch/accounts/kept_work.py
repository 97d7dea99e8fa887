"""A form sent after the sign-in had run out is kept, and shown to the same person once they have signed in again.

It lies in the session of the browser that sent it. A signed cookie, set when somebody signs in, says whose it is:
nobody else is shown it, and a stranger can leave nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

COOKIE = "desk_editor"
_SALT = "treatywatch.accounts.kept_work"
_SESSION_KEY = "kept_work"
_DAYS = 30
RESENT = "_kept"
_NOT_KEPT = {"csrfmiddlewaretoken", RESENT}


def mark(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let the browser say later who signed in here, also when the session is gone."""
    response.set_signed_cookie(
        COOKIE,
        request.user.get_username(),
        salt=_SALT,
        max_age=_DAYS * 24 * 60 * 60,
        path="/admin/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )


def keep(request: HttpRequest) -> bool:
    """Keep the form that was sent; says whether it was."""
    owner = request.get_signed_cookie(COOKIE, default=None, salt=_SALT, max_age=_DAYS * 24 * 60 * 60)
    fields = [[name, values] for name, values in request.POST.lists() if name not in _NOT_KEPT]
    if owner is None or not fields or any("password" in str(name) for name, _values in fields):
        return False
    request.session[_SESSION_KEY] = {"owner": owner, "address": request.get_full_path(), "fields": fields}
    return True


def kept(request: HttpRequest) -> dict[str, Any] | None:
    """Return the form that was kept for whoever is signed in now; somebody else's is thrown away."""
    work: dict[str, Any] | None = request.session.get(_SESSION_KEY)
    if work is not None and work["owner"] != request.user.get_username():
        forget(request)
        return None
    return work


def forget(request: HttpRequest) -> None:
    """Throw the kept form away."""
    request.session.pop(_SESSION_KEY, None)

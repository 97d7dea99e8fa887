"""Forms that could not be saved through no fault of their author are kept, and shown to the same person.

One that was sent after the sign-in had run out lies in the session of the browser that sent it. A signed cookie, set
when somebody signs in, says whose it is: nobody else is shown it, and a stranger can leave nothing. One whose row was
deleted meanwhile is kept in the same place. Each stays until it is saved or dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.utils.crypto import get_random_string

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from events.editorial.gone import RowGoneError, Sent

COOKIE = "desk_editor"
_SALT = "treatywatch.accounts.kept_work"
_SESSION_KEY = "kept_work"
_DAYS = 30
RESENT = "_kept"
_NOT_KEPT = {"csrfmiddlewaretoken", RESENT}


class Work(TypedDict):
    """One form: where it was sent, what was typed, and why it was not saved.

    `send_to` is where it can be sent to again, empty where it cannot. `sentence` is empty where the sign-in ran out.
    Of files only the names are kept.
    """

    key: str
    owner: str
    address: str
    send_to: str
    sentence: str
    fields: Sent
    files: list[str]


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
    """Keep a form that was sent without a sign-in; says whether it was."""
    owner = request.get_signed_cookie(COOKIE, default=None, salt=_SALT, max_age=_DAYS * 24 * 60 * 60)
    fields = [(str(name), [str(one) for one in values]) for name, values in request.POST.lists()]
    if owner is None or any("password" in name for name, _values in fields):
        return False
    return _keep(request, owner, fields, send_to=request.get_full_path())


def keep_without_row(request: HttpRequest, gone: RowGoneError) -> bool:
    """Keep a form whose row has been deleted, for whoever is signed in; says whether anything was typed."""
    return _keep(request, request.user.get_username(), gone.fields, send_to=gone.anew, sentence=str(gone))


def _keep(request: HttpRequest, owner: str, fields: Sent, *, send_to: str, sentence: str = "") -> bool:
    typed = [(name, values) for name, values in fields if name not in _NOT_KEPT]
    if not typed:
        return False
    work: Work = {
        "key": get_random_string(12),
        "owner": owner,
        "address": request.get_full_path(),
        "send_to": send_to,
        "sentence": sentence,
        "fields": typed,
        "files": [str(file.name) for _name, files in request.FILES.lists() for file in files],
    }
    # Sent once more, it is still the same work.
    forget(request, request.POST.get(RESENT, ""))
    request.session[_SESSION_KEY] = [*_all(request), work]
    return True


def kept(request: HttpRequest) -> list[Work]:
    """Return the forms that were kept for whoever is signed in now; somebody else's are thrown away."""
    owner = request.user.get_username()
    if any(one["owner"] != owner for one in _all(request)):
        request.session[_SESSION_KEY] = [one for one in _all(request) if one["owner"] == owner]
    return _all(request)


def put_back(request: HttpRequest, works: list[Work]) -> None:
    """Keep in a new session what was kept in the one that has just ended."""
    if works:
        request.session[_SESSION_KEY] = works


def forget(request: HttpRequest, key: str) -> None:
    """Throw one kept form away."""
    if any(one["key"] == key for one in _all(request)):
        request.session[_SESSION_KEY] = [one for one in _all(request) if one["key"] != key]


def _all(request: HttpRequest) -> list[Work]:
    works: list[Work] = request.session.get(_SESSION_KEY, [])
    return works

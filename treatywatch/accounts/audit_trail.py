"""Writes the audit trail: listens to whatever signs people in and out or changes accounts, and to the desk itself.

Nothing calls it but Django's own signals and one middleware, so that a new page or command need not think of it.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from axes.signals import user_locked_out
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from alerts.limiting import client_address
from treaties.models import EditorAssignment
from treatywatch.accounts import second_factor
from treatywatch.models import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

What = AuditEntry.What
_FORBIDDEN = 403
_FAULTS_FROM = 400
# What is done with others' mail and accounts leaves no trace in the record's own history.
_WATCHED = ("alerts_", "auth_", "otp_", "axes_")
_OF_AN_ACCOUNT = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser")
_serving: ContextVar[HttpRequest | None] = ContextVar("serving", default=None)


def note(what: AuditEntry.What, *, account: str = "", told: str = "", request: HttpRequest | None = None) -> None:
    """Write one entry; who did it, and from where, is told by the request that is being served."""
    request = request or _serving.get()
    user: Any = getattr(request, "user", None)
    AuditEntry.objects.create(
        at=timezone.now(),
        what=what,
        account=account.replace("\0", "")[:150],
        by=user.get_username() if user is not None else "",
        network=client_address(request)[:64] if request is not None else "",
        told=told.replace("\0", "")[:500],
    )


class AuditedDesk:
    """Lets entries tell who is at work, and notes what the desk refused and what was done there with mail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request, and note it where it is to be noted."""
        token = _serving.set(request)
        try:
            answer = self._get_response(request)
            self._note(request, answer.status_code)
        finally:
            _serving.reset(token)
        return answer

    def _note(self, request: HttpRequest, status: int) -> None:
        match = request.resolver_match
        if match is None or match.app_name != "admin" or not request.user.is_authenticated:
            return
        if status == _FORBIDDEN:
            note(What.REFUSED, account=request.user.get_username(), told=f"{request.method} {request.path}")
        elif request.method == "POST" and status < _FAULTS_FROM and str(match.url_name).startswith(_WATCHED):
            rows = " ".join(request.POST.getlist(ACTION_CHECKBOX_NAME))
            note(What.ACTED, told=f"{request.path} {request.POST.get('action', '')} {rows}".strip())


def listen() -> None:
    """Begin to listen; called once, when every app is ready."""
    for signal, receiver, sender in _receivers():
        signal.connect(receiver, sender=sender, dispatch_uid=f"audit {receiver.__name__} {sender}")


def _receivers() -> list[tuple[Any, Any, Any]]:
    user = get_user_model()
    links: list[Any] = [user.groups.through, user.user_permissions.through, Group.permissions.through]
    return [
        (user_logged_in, _signed_in, None),
        (user_logged_out, _signed_out, None),
        (user_login_failed, _failed, None),
        (user_locked_out, _locked_out, None),
        (second_factor.second_factor_given, _code_given, None),
        (pre_save, _account_saved, user),
        (post_delete, _account_deleted, user),
        *((m2m_changed, _rights_changed, one) for one in links),
        (post_save, _assigned, EditorAssignment),
        (post_delete, _unassigned, EditorAssignment),
        (pre_save, _factor_saved, TOTPDevice),
        (post_delete, _factor_deleted, TOTPDevice),
        (post_save, _codes_made, StaticDevice),
        (post_delete, _codes_deleted, StaticDevice),
    ]


def _signed_in(request: HttpRequest, user: Any, **_signal: Any) -> None:
    note(What.SIGNED_IN, account=user.get_username(), request=request)


def _signed_out(request: HttpRequest, user: Any, **_signal: Any) -> None:
    if user is not None:
        note(What.SIGNED_OUT, account=user.get_username(), request=request)


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_signal: Any) -> None:
    what = What.CODE_REFUSED if sender == second_factor.__name__ else What.SIGN_IN_FAILED
    note(what, account=str(credentials.get("username") or ""), request=request)


def _code_given(request: HttpRequest, device: Any, **_signal: Any) -> None:
    note(What.CODE_GIVEN, account=str(device.user), told=device.name, request=request)


def _locked_out(request: HttpRequest, username: str | None, **_signal: Any) -> None:
    note(What.LOCKED_OUT, account=username or "", request=request)


def _account_saved(instance: Any, update_fields: Any = None, **_signal: Any) -> None:
    if update_fields is not None and set(update_fields) == {"last_login"}:
        return
    before = get_user_model()._default_manager.filter(pk=instance.pk).first() if instance.pk else None
    if before is None:
        note(What.ACCOUNT_MADE, account=instance.get_username())
        return
    if before.password != instance.password:
        note(What.PASSWORD_CHANGED, account=instance.get_username())
    values = [(name, getattr(before, name), getattr(instance, name)) for name in _OF_AN_ACCOUNT]
    told = "; ".join(f"{name}: {old} → {new}" for name, old, new in values if old != new)
    if told:
        note(What.ACCOUNT_CHANGED, account=instance.get_username(), told=told)


def _account_deleted(instance: Any, **_signal: Any) -> None:
    note(What.ACCOUNT_DELETED, account=instance.get_username())


def _rights_changed(instance: Any, action: str, model: Any, pk_set: set[int] | None, **_signal: Any) -> None:
    done = {"post_add": "given", "post_remove": "taken", "pre_clear": "all taken"}.get(action)
    if done is None or (pk_set is not None and not pk_set):
        return
    names = ", ".join(sorted(str(one) for one in model._default_manager.filter(pk__in=pk_set or ())))
    note(What.RIGHTS_CHANGED, account=str(instance), told=f"{done}: {names}".strip(": "))


def _assigned(instance: EditorAssignment, **_signal: Any) -> None:
    note(What.RIGHTS_CHANGED, account=str(instance.editor), told=f"limited to: {instance.treaty}")


def _unassigned(instance: EditorAssignment, **_signal: Any) -> None:
    note(What.RIGHTS_CHANGED, account=str(instance.editor), told=f"no longer limited to: {instance.treaty}")


def _factor_saved(instance: TOTPDevice, **_signal: Any) -> None:
    before = TOTPDevice.objects.filter(pk=instance.pk).values_list("confirmed", "key", "user_id").first()
    if instance.confirmed and before != (True, instance.key, instance.user_id):
        note(What.FACTOR_SET, account=str(instance.user))


def _factor_deleted(instance: TOTPDevice, **_signal: Any) -> None:
    if instance.confirmed:
        note(What.FACTOR_REMOVED, account=str(instance.user))


def _codes_made(instance: StaticDevice, created: bool, **_signal: Any) -> None:
    if created:
        note(What.CODES_MADE, account=str(instance.user))


def _codes_deleted(instance: StaticDevice, **_signal: Any) -> None:
    note(What.CODES_REMOVED, account=str(instance.user))

"""The second factor: time-based codes (RFC 6238) from an authenticator, and recovery codes for the day it is lost."""

from __future__ import annotations

from base64 import b32encode
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.dispatch import Signal
from django_otp import login, match_token, user_has_device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from events.editorial.permission import PUBLISH

if TYPE_CHECKING:
    from django.http import HttpRequest

RECOVERY_CODES = 10
# Sent with `request` and `device` once a code was right.
second_factor_given = Signal()


def is_required(user: Any) -> bool:
    """Say whether the user must give a second factor: who publishes or looks after accounts, and who has set one up."""
    must = settings.SECOND_FACTOR and (user.has_perm(PUBLISH) or user.has_perm("auth.change_user"))
    return must or user_has_device(user)


def is_satisfied(request: HttpRequest) -> bool:
    """Say whether this sign-in is complete."""
    user: Any = request.user
    return user.is_verified() or not is_required(user)


def device_to_enrol(user: Any) -> TOTPDevice:
    """Return the user's authenticator that is not confirmed yet, making one if there is none."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "authenticator"})
    return device


def secret_of(device: TOTPDevice) -> str:
    """Return the device's secret as people type it into an authenticator: base 32, in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def picture_of(device: TOTPDevice) -> str:
    """Return the QR code that an authenticator reads, as a data address; black on white in every colour scheme."""
    code: str = segno.make(device.config_url, error="m").svg_data_uri(scale=5, light="white", dark="black")
    return code


@transaction.atomic
def enrol(request: HttpRequest, code: str) -> list[str] | None:
    """Confirm the authenticator with its first code; returns new recovery codes, None if the code is wrong."""
    device = TOTPDevice.objects.select_for_update().get(pk=device_to_enrol(request.user).pk)
    if not device.verify_token(_bare(code)):
        return None
    device.confirmed = True
    device.save()
    login(request, device)
    return new_recovery_codes(request.user)


@transaction.atomic
def new_recovery_codes(user: Any) -> list[str]:
    """Return fresh recovery codes, each good once; the former ones are void."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes", confirmed=True)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def verify(request: HttpRequest, code: str) -> bool:
    """Complete the sign-in with a code; a wrong one counts as a failed sign-in, so that guessing is locked out."""
    device = match_token(request.user, _bare(code))
    if device is None:
        note_failure(request)
        return False
    login(request, device)
    second_factor_given.send(sender=type(device), request=request, device=device)
    return True


def note_failure(request: HttpRequest) -> None:
    """Count a wrong code as a failed sign-in."""
    user: Any = request.user
    user_login_failed.send(sender=__name__, credentials={"username": user.get_username()}, request=request)


def _bare(code: str) -> str:
    return "".join(code.split())

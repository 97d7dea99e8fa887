"""What must not be forgotten in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from alerts.return_path import MOST_LOCAL, TAG_LENGTH


@register(Tags.security, deploy=True)
def second_factor_is_on(**_: Any) -> list[Error]:
    """Refuse a public installation whose editors publish with a password alone."""
    if settings.SECOND_FACTOR or settings.EMBEDDED:
        return []
    return [
        Error(
            "SECOND_FACTOR is off: whoever guesses one password publishes.",
            hint="Remove SECOND_FACTOR from the environment.",
            id="treatywatch.E001",
        )
    ]


@register(Tags.security)
def bounces_find_their_way(**_: Any) -> list[Error]:
    """Refuse an address for bounces that has no room for the name of a mail, or is none."""
    address = settings.ALERTS_BOUNCE_ADDRESS
    if not address or _has_room(address):
        return []
    return [
        Error(
            "ALERTS_BOUNCE_ADDRESS is no address under which each mail can have a name of its own.",
            hint=f"Write it like bounces@example.org, with {MOST_LOCAL - TAG_LENGTH} letters at most before the @.",
            id="treatywatch.E002",
        )
    ]


def _has_room(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    local = address.rpartition("@")[0]
    return local.isascii() and "+" not in local and len(local) + TAG_LENGTH <= MOST_LOCAL

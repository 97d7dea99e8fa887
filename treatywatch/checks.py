"""What must not be forgotten in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


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

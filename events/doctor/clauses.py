"""Clauses and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.clocks import ClockError, rule_from_json
from events.services import stored_differences
from treaties.models import Provision

if TYPE_CHECKING:
    from datetime import datetime

    from events.doctor.findings import Rows


def unreadable_rules() -> Rows:
    """Name clauses whose rule cannot be read."""
    for provision in Provision.objects.select_related("treaty"):
        try:
            rule_from_json(provision.rule)
        except ClockError as error:
            yield f"provision {provision}", str(error)


def computed_otherwise(at: datetime) -> Rows:
    """Name deadlines that are stored otherwise than they are computed at the instant `at`."""
    for slug, (stored, computed) in stored_differences(at=at, keep=False).items():
        yield f"deadline {slug}", f"is stored as {stored}, computed as {computed}."

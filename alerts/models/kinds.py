"""What a mail can be about, and what somebody who chooses nothing is told."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

DEFAULT_LEAD_DAYS = [90, 30, 7, 1, 0]


def default_lead_days() -> list[int]:
    """Return the lead times of a subscriber who chose none, in days before the date."""
    return list(DEFAULT_LEAD_DAYS)


class AlertKind(models.TextChoices):
    """What a subscriber can ask to be told."""

    STARTED = "started", _("Clock started")
    LEAD = "lead", _("Deadline approaching")
    MOVED = "moved", _("Date moved")
    WITHDRAWN = "withdrawn", _("Date withdrawn")
    TOOK_EFFECT = "took_effect", _("Took effect")
    STATEMENT = "statement", _("New statement")


# Mails of their own, which nobody chooses: one that carries others, and one by which an editor tries the way.
DIGEST, TEST = "digest", "test"
MAIL_KINDS = [*AlertKind.choices, (DIGEST, _("Digest")), (TEST, _("Test"))]


def default_kinds() -> list[str]:
    """Return all that concerns dates: who chooses nothing misses none, and is not flooded with statements."""
    return [str(kind) for kind in AlertKind.values if kind != AlertKind.STATEMENT]

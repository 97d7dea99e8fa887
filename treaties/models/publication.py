"""Where a row stands on its way to the reader."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicationState(models.TextChoices):
    """Where a row stands on its way to the reader; only published rows are public."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")

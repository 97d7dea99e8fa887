"""Where a row stands on its way to the reader."""

from __future__ import annotations

from django.db import models


class PublicationState(models.TextChoices):
    """Where a row stands on its way to the reader; only published rows are public."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"

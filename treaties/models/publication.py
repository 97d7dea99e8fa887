"""Where a row stands on its way to the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models import QuerySet

Row = TypeVar("Row", bound=models.Model)


class PublicationState(models.TextChoices):
    """Where a row stands on its way to the reader; only published rows are public."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PublishedManager(models.Manager[Row]):
    """Finds published rows only, also from a related row: a forgotten filter shows no draft and starts no clock.

    The desk, which needs the others too, asks the model's `with_drafts`.
    """

    def get_queryset(self) -> QuerySet[Row]:
        """Return the published rows."""
        return super().get_queryset().filter(publication=PublicationState.PUBLISHED)

"""The published texts on which the record rests."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from treaties.history import keep_history
from treaties.models.natural_keys import SlugManager


@keep_history
class Source(models.Model):
    """A published text on which rows of the record rest."""

    slug = models.SlugField(max_length=120, unique=True)
    publisher = models.CharField(max_length=200)
    title = models.CharField(max_length=400)
    url = models.URLField(
        "address", max_length=1000, blank=True, help_text="Empty only for a text without a known address."
    )
    published_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=8, default="en")
    read_on = models.DateField("date read", null=True, blank=True)
    file_hash = models.CharField(
        "SHA-256 of the file read", max_length=64, blank=True, help_text="Of a register that was imported from a file."
    )
    archived_copy = models.URLField(max_length=1000, blank=True)
    note = models.TextField(blank=True)
    address_checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    address_fault = models.CharField(
        max_length=200,
        blank=True,
        editable=False,
        help_text="What the last check of the address met; empty if it answered.",
    )

    objects = SlugManager()

    class Meta:
        ordering = ["publisher", "title"]
        constraints = [
            models.CheckConstraint(condition=~Q(publisher="") & ~Q(title=""), name="source_has_publisher_and_title"),
            models.UniqueConstraint(fields=["url"], condition=~Q(url=""), name="source_address_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"

    def natural_key(self) -> tuple[str]:
        """Return the slug."""
        return (self.slug,)

"""Copies of sources, kept so that a passage can still be read when its address is dead."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from treaties.models.sources import Source


class ArchivedCopy(models.Model):
    """What a source said on the day it was read: the file or the text itself, in the database, with its hash.

    Kept in the database because a backup of it is the only backup there is; shown to editors, not republished.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="archived_copies")
    read_on = models.DateField("date read")
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        ordering = ["-read_on", "-pk"]
        verbose_name_plural = "archived copies"
        constraints = [
            models.UniqueConstraint(fields=["source", "sha256"], name="copy_kept_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="copy_has_its_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, read {self.read_on}"

"""Which editors are limited to which treaties."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from treaties.models.treaties import Treaty


class EditorAssignment(models.Model):
    """One treaty that an editor looks after; an editor with any assignment publishes on those treaties only."""

    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="assignments")

    class Meta:
        ordering = ["treaty"]
        constraints = [models.UniqueConstraint(fields=["editor", "treaty"], name="assignment_once_for_a_treaty")]

    def __str__(self) -> str:
        return f"{self.editor} edits {self.treaty}"

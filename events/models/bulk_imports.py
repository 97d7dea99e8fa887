"""Files that editors import: what each would do, did, and how to take it back."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class BulkImport(models.Model):
    """One file of rows, from showing what it would do to committing it, and to undoing it."""

    class State(models.TextChoices):
        SHOWN = "shown", "Shown, not imported"
        DONE = "done", "Imported"
        UNDONE = "undone", "Undone"
        DROPPED = "dropped", "Dropped"

    table = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.SHOWN)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="bulk_imports"
    )
    uploaded_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True, help_text="When it was imported or dropped.")
    undone_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, help_text="How many rows it added, changed and left as they were.")
    before = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder, help_text="By key: the values before, null for a row that it added."
    )
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder, help_text="By key: the values that it gave.")

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="shown", decided_at__isnull=True) | ~Q(state="shown") & Q(decided_at__isnull=False),
                name="import_decided_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | ~Q(state="undone") & Q(undone_at__isnull=True),
                name="import_undone_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.table})"

"""Signs of life of the recurring work."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a recurring task was last done: a silent beat or worker shows here."""

    DISPATCH = "dispatch"
    PLAN = "plan"

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}, {self.at}"

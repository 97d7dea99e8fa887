"""How the shipped record names a row."""

from __future__ import annotations

from django.db import models


class SlugManager(models.Manager):
    """Finds rows by slug: the natural key of every row that the shipped record names."""

    def get_by_natural_key(self, slug: str) -> models.Model:
        """Return the row with this slug."""
        return self.get(slug=slug)

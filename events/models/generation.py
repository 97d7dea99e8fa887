"""How often the published record has moved: kept by the database itself, so that no way of writing is forgotten."""

from __future__ import annotations

from django.db import models


class RecordMove(models.Model):
    """One transaction that wrote to the record, or older ones folded into one row.

    A row for each transaction, not one counter for all: two editors who save at once would otherwise wait for each
    other, and could lock each other out. A row is seen exactly when what its transaction wrote is seen.
    """

    transaction = models.BigIntegerField(unique=True, help_text="PostgreSQL's number of the transaction.")
    moves = models.BigIntegerField(help_text="How many transactions the row stands for.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(moves__gte=1), name="record_move_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.moves} up to transaction {self.transaction}"

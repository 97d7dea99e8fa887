"""What the record announces to whoever listens; the record itself knows no listener."""

from __future__ import annotations

from dataclasses import dataclass

from django.dispatch import Signal

# Sent inside the transaction that changed them, with `deadline_ids: list[int]`.
deadlines_changed = Signal()

# Sent inside a transaction that will be undone, with `deadline_ids: list[int]`, `event_ids: list[int]` and
# `at: datetime`; each receiver answers with a list of MailForecast: what would be mailed about these if the transaction
# were committed at that instant.
mail_forecast_asked = Signal()


@dataclass(frozen=True)
class MailForecast:
    """One mail that an edit would bring, and a key of each reader, who may get others too."""

    title: str
    text: str
    readers: frozenset[int]

    @property
    def people(self) -> int:
        """Return how many people would get it."""
        return len(self.readers)

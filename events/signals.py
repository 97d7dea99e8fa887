"""What the record announces to whoever listens; the record itself knows no listener."""

from __future__ import annotations

from dataclasses import dataclass

from django.dispatch import Signal

# Sent inside the transaction that changed them, with `deadline_ids: list[int]`.
deadlines_changed = Signal()

# Sent inside a transaction that will be undone, with `deadline_ids: list[int]` and `at: datetime`; each receiver
# answers with a list of MailForecast: what would be mailed if the transaction were committed at that instant.
mail_forecast_asked = Signal()


@dataclass(frozen=True)
class MailForecast:
    """One mail that an edit would bring, and to how many people."""

    title: str
    text: str
    people: int

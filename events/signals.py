"""What the record announces to whoever listens; the record itself knows no listener."""

from django.dispatch import Signal

# Sent inside the transaction that changed them, with `deadline_ids: list[int]`.
deadlines_changed = Signal()

"""Editing the record of events; forms check, services write."""

from events.admin import changes, deadlines, events, intake, proposals, provisions, reference, treaties

__all__ = ["changes", "deadlines", "events", "intake", "proposals", "provisions", "reference", "treaties"]

"""Editing the record of events; forms check, services write."""

from events.admin import bulk, changes, deadlines, events, intake, proposals, provisions, reference, treaties

__all__ = ["bulk", "changes", "deadlines", "events", "intake", "proposals", "provisions", "reference", "treaties"]

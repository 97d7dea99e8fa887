"""Editing the record of events; forms check, services write."""

from events.admin import deadlines, events, intake, provisions, treaties

__all__ = ["deadlines", "events", "intake", "provisions", "treaties"]

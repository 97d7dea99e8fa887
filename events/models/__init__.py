"""What happened, what was said, the deadlines that follow, and what editors changed."""

from events.models.changes import Change
from events.models.deadlines import Deadline, DisputedReading
from events.models.events import Event, Statement

__all__ = ["Change", "Deadline", "DisputedReading", "Event", "Statement"]

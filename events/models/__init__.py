"""What happened, what was said, the deadlines that follow, and what editors changed."""

from events.models.bulk_imports import BulkImport
from events.models.changes import Change
from events.models.claims import Claim, ClaimWord
from events.models.deadlines import Deadline, DisputedReading
from events.models.events import Event, Statement
from events.models.generation import RecordMove
from events.models.intake import Intake, IntakeFinding
from events.models.links import EventParty, EventSource, EventTreaty, StatementTarget
from events.models.proposals import Proposal
from events.models.rechecks import Recheck
from events.models.searching import SearchDocument

__all__ = [
    "BulkImport",
    "Change",
    "Claim",
    "ClaimWord",
    "Deadline",
    "DisputedReading",
    "Event",
    "EventParty",
    "EventSource",
    "EventTreaty",
    "Intake",
    "IntakeFinding",
    "Proposal",
    "Recheck",
    "RecordMove",
    "SearchDocument",
    "Statement",
    "StatementTarget",
]

"""Reference data: treaties, their provisions, who is party to them, who speaks, and on which source we say so.

Text columns use "" for "not given" (never NULL), so that a filter has one spelling of "unknown".
"""

from treaties.models.archived_copies import ArchivedCopy
from treaties.models.assignments import EditorAssignment
from treaties.models.links import OfficialSource, TreatyDepositary, TreatySource
from treaties.models.natural_keys import SlugManager
from treaties.models.participation import Participation, ParticipationAct
from treaties.models.parties import Official, Party
from treaties.models.provisions import Provision
from treaties.models.publication import PublicationState, PublishedManager
from treaties.models.sources import Source
from treaties.models.treaties import Treaty

__all__ = [
    "ArchivedCopy",
    "EditorAssignment",
    "Official",
    "OfficialSource",
    "Participation",
    "ParticipationAct",
    "Party",
    "Provision",
    "PublicationState",
    "PublishedManager",
    "SlugManager",
    "Source",
    "Treaty",
    "TreatyDepositary",
    "TreatySource",
]

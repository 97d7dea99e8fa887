"""The intake desk: reads a news article by rules and the record's own names, and proposes what it says as drafts.

`read_article` needs no Django, no network and no model: the names come in as `Names`, the article as text. What it
finds are proposals for an editor, each with the exact passage; nothing is published, and nothing is guessed silently.
"""

from events.intake.article import Article
from events.intake.finding import Found
from events.intake.names import KnownOfficial, KnownParty, KnownTreaty, Names
from events.intake.reading import read_article

__all__ = ["Article", "Found", "KnownOfficial", "KnownParty", "KnownTreaty", "Names", "read_article"]

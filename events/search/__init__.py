"""Full-text search over everything published: `search` answers pages and programs alike."""

from events.search.answering import Answer, Question, read_question, search
from events.search.results import Hit

__all__ = ["Answer", "Hit", "Question", "read_question", "search"]

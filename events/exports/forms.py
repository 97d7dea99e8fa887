"""The forms in which an address can be had besides the page itself."""

from __future__ import annotations


class RowsForm:
    """Tables and documents."""

    regex = "csv|json"

    def to_python(self, value: str) -> str:
        """Return the form as the address writes it."""
        return value

    def to_url(self, value: str) -> str:
        """Return the form as the address writes it."""
        return value


class NewsForm(RowsForm):
    """Those, and feeds of what is new."""

    regex = "csv|json|atom"


class DatesForm(RowsForm):
    """All of those, and calendars."""

    regex = "csv|json|atom|ics"


class CitationForm(RowsForm):
    """Forms of a citation."""

    regex = "text|bibtex|ris|csl"

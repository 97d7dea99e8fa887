"""An export: which rows of which page, under which name, and how it may be used and cited."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings

from events.clocks import write_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def public_address(path: str, query: str = "") -> str:
    """Return the whole address of a page, under the name by which the site is known."""
    return f"{settings.PUBLIC_URL}{path}" + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Export:
    """Rows of a page: dictionaries with the stable names `columns`; `name` is what the rows are."""

    title: str
    path: str
    name: str
    columns: tuple[str, ...]
    rows: Iterable[dict[str, Any]]
    query: str = ""
    as_of: date | None = None
    known: date | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return the address of the page that shows the same."""
        return public_address(self.path, self.query)

    @property
    def file_name(self) -> str:
        """Return the name under which a browser saves it, without its ending."""
        words = [part for part in self.path.split("/") if part]
        as_of = [self.as_of.isoformat()] if self.as_of else []
        known = ["known", self.known.isoformat()] if self.known else []
        return "-".join([*words, *as_of, *known]) or "treatywatch"

    @property
    def seen_from(self) -> str:
        """Return from which day it is seen, in the words of a citation: ", as of …, as known on …", or nothing."""
        as_of = f", as of {write_day(self.as_of)}" if self.as_of else ""
        return as_of + (f", as known on {write_day(self.known)}" if self.known else "")

    def about(self) -> dict[str, Any]:
        """Return what a reader must know to use and cite the rows."""
        return {
            "title": self.title,
            "address": self.address,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "known": self.known.isoformat() if self.known else None,
            "citation": f"TreatyWatch, {self.title}{self.seen_from}. {self.address}",
            "licence": settings.RECORD_LICENCE or None,
            "dates": "EDTF (ISO 8601-2), exactly as precise as the source",
            **self.more,
        }

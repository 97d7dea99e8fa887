"""What a citation says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from treaties.day_words import day_words

if TYPE_CHECKING:
    from datetime import date

PUBLISHER = "TreatyWatch"


@dataclass(frozen=True)
class Citation:
    """One cited page: `key` names it in a list of references, `changed` is when what it shows last changed.

    `revision` counts the versions of an event; `as_of` is the past day as of which the page is seen,
    `known` the day whose record it tells.
    """

    key: str
    title: str
    address: str
    accessed: date
    changed: date | None = None
    revision: int | None = None
    as_of: date | None = None
    known: date | None = None

    @property
    def edition(self) -> str:
        """Return which state of the page is meant, in words; "" for the page as it is."""
        parts = [
            _("revision %(number)s") % {"number": self.revision} if self.revision else "",
            _("as of %(day)s") % {"day": day_words(self.as_of)} if self.as_of else "",
            _("as known on %(day)s") % {"day": day_words(self.known)} if self.known else "",
        ]
        return ", ".join(part for part in parts if part)

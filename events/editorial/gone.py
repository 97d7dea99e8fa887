"""A row that was deleted while somebody was editing it: what they typed has no row to go to, and must not be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from events.editorial.versions import last_version

if TYPE_CHECKING:
    from events.editorial.kinds import RowKind

# As it is sent: each name with all its values.
Sent = list[tuple[str, list[str]]]


class RowGoneError(Exception):
    """The row is no longer on record; nothing was written.

    `fields` are what was typed, as the form of a new row takes it; `anew` is that form's address, empty where the user
    may enter none.
    """

    def __init__(self, sentence: str, *, fields: Sent, anew: str) -> None:
        super().__init__(sentence)
        self.fields, self.anew = fields, anew


def who_removed(kind: RowKind, pk: int) -> str:
    """Return who deleted a row that is gone, when and why, as far as the history knows it, as a sentence."""
    last = last_version(kind, pk)
    if last is None:
        return _("This row is no longer on record.")
    told = {
        "who": last.who or _("the program"),
        "when": date_format(localtime(last.at), "j F Y, H:i e"),
    }
    sentence = _("%(who)s deleted this row on %(when)s, while you had it open.") % told
    note = _("Their note: “%(note)s”.") % {"note": last.note} if last.note else ""
    return f"{sentence} {note}".strip()

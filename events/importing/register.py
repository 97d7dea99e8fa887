"""A register of participation as it was read: dated acts, and what could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from events.dates import DateError, read_words, span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

# A footnote's number after a name: "Finland 3", "Georgia 1, 2".
_FOOTNOTE = re.compile(r"(?<=\D)[\s,]*\d+(?:\s*,\s*\d+)*\s*$")


class RegisterError(Exception):
    """A file that cannot be imported; the message says why, and `rows` names each row that is at fault."""

    def __init__(self, sentence: str, rows: Iterable[RowError] = ()) -> None:
        super().__init__(sentence)
        self.rows = list(rows)


@dataclass(frozen=True)
class RowError:
    """What is wrong with one row of the file, in words."""

    row: int
    name: str
    sentence: str

    def __str__(self) -> str:
        return f"Row {self.row} ({self.name or 'no name'}): {self.sentence}"


@dataclass(frozen=True)
class Entry:
    """One act as the register has it; `party` is spelled as in the register."""

    row: int
    party: str
    kind: str
    day: date
    deposited_with: str = ""
    note: str = ""


@dataclass
class Register:
    """All acts of a file, with its faults, what else the operator should know, and the day it speaks of."""

    entries: list[Entry] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    as_of: date | None = None


def clean_name(text: str) -> str:
    """Return a participant's name without its footnotes' numbers."""
    return _FOOTNOTE.sub("", " ".join(text.split())).strip(" *")


def read_day(text: str) -> date:
    """Return the day that a cell gives: 2019-02-02 or 2 Feb 2019.

    Raises:
        DateError: if it is no day, or not known to the day.

    """
    try:
        earliest, latest = span(read_words(text)[0])
    except DateError as error:
        raise DateError(f"“{text}” is not a date: write 2 Feb 2019 or 2019-02-02.") from error
    if earliest != latest:
        raise DateError(f"“{text}” is not known to the day, as acts have to be.")
    return earliest

"""The table of participants of the UN Treaty Collection, the same in its XML and on its page.

Its first column names the participant, the others give dates: "24 Sep 1996", "17 Mar 1999 a", "[20 Jan 2021 A]". The
letter says which instrument it was; the heading of the column says what the letters mean: "Ratification,
Acceptance(A), Accession(a)". A date in brackets has been overtaken by what a footnote tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.dates import DateError
from events.importing.register import Entry, Register, RegisterError, RowError, clean_name, read_day
from treaties.models import ParticipationAct
from treaties.querysets import JOINING_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

_Kind = ParticipationAct.Kind
# What the headings name, the longer name first: "Definitive signature" is more than a signature.
_NAMED = {
    "definitive signature": _Kind.CONSENT,
    "succession to signature": _Kind.SIGNATURE,
    "consent to be bound": _Kind.CONSENT,
    "formal confirmation": _Kind.FORMAL_CONFIRMATION,
    "signature": _Kind.SIGNATURE,
    "ratification": _Kind.RATIFICATION,
    "acceptance": _Kind.ACCEPTANCE,
    "approval": _Kind.APPROVAL,
    "accession": _Kind.ACCESSION,
    "succession": _Kind.SUCCESSION,
}
# The collection's own letters, for a heading that does not explain one.
_LETTERS = {
    "a": _Kind.ACCESSION,
    "A": _Kind.ACCEPTANCE,
    "AA": _Kind.APPROVAL,
    "c": _Kind.FORMAL_CONFIRMATION,
    "d": _Kind.SUCCESSION,
    "s": _Kind.CONSENT,
}
_PART = re.compile(r"(?P<words>[^,()]+)(?:\((?P<letters>[A-Za-z]{1,2})\))?")
_CELL = re.compile(
    r"(?P<open>\[?)\s*(?P<day>\d{1,2}\s+[A-Za-z]{3,9}\.?\s+\d{4})\s*(?P<letters>(?:AA|[aAcdsPn])(?![A-Za-z]))?\s*\]?"
)
IN_BRACKETS = "The register gives this date in brackets; its footnote says why."


@dataclass(frozen=True)
class _Column:
    heading: str
    kinds: dict[str, str]

    def kind_of(self, letters: str) -> str:
        """Return the kind of act that a date with these letters stands for.

        Raises:
            LookupError: if nothing tells.

        """
        known = self.kinds.get(letters) or _LETTERS.get(letters)
        if known is None:
            letter = f"the letter “{letters}”" if letters else "a date without a letter"
            raise LookupError(f"Nothing says what {letter} means in the column “{self.heading.strip()}”.")
        return str(known)


def read_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Register:
    """Return the acts of a table whose cells are plain text.

    Raises:
        RegisterError: if the table has no column of participants, or none with dates of acts.

    """
    if not headings or not headings[0].strip().lower().startswith("participant"):
        raise RegisterError("There is no table of participants in this file: its first column should be “Participant”.")
    register = Register()
    columns = [_read_heading(heading) for heading in headings[1:]]
    if not any(columns):
        raise RegisterError("No column of the table gives signatures or instruments that can be understood.")
    for heading, column in zip(headings[1:], columns, strict=True):
        if column is None:
            register.warnings.append(f"The column “{heading.strip()}” was not read.")
    for number, row in enumerate(rows, start=1):
        _read_row(number, row, columns, register)
    return register


def _read_heading(heading: str) -> _Column | None:
    kinds: dict[str, str] = {}
    for part in _PART.finditer(heading):
        words = part["words"].strip().lower()
        named = next((kind for name, kind in _NAMED.items() if name in words), None)
        if named:
            kinds.setdefault(part["letters"] or "", str(named))
    return _Column(heading, kinds) if kinds else None


def _read_row(number: int, row: Sequence[str], columns: Sequence[_Column | None], register: Register) -> None:
    name = clean_name(row[0]) if row else ""
    if not name and not any(cell.strip() for cell in row):
        return
    for column, cell in zip(columns, row[1:], strict=False):
        if column is not None:
            _read_cell(number, name, cell, column, register)


def _read_cell(number: int, name: str, cell: str, column: _Column, register: Register) -> None:
    text = " ".join(cell.split())
    if _CELL.sub("", text).strip(" ,;.-"):
        register.errors.append(RowError(number, name, f"“{text}” is not a date as the register writes it."))
        return
    for found in _CELL.finditer(text):
        try:
            kind, day = column.kind_of(found["letters"] or ""), read_day(found["day"])
        except (DateError, LookupError) as error:
            register.errors.append(RowError(number, name, str(error.args[0])))
            continue
        register.entries.append(Entry(number, name, kind, day, note=IN_BRACKETS if found["open"] else ""))


def check_totals(register: Register, *, signatories: int | None, parties: int | None) -> None:
    """Warn when the table does not hold as many signatures and instruments as the register itself counts."""
    standing = [one for one in register.entries if one.note != IN_BRACKETS]
    for said, kinds, what in ((signatories, ["signature"], "signatories"), (parties, JOINING_KINDS, "parties")):
        found = len({one.party for one in standing if one.kind in kinds})
        if said is not None and said != found:
            register.warnings.append(f"The register counts {said} {what}; its table gives {found}.")

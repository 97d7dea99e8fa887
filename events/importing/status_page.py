"""The UN Treaty Collection's status page of a treaty, saved as HTML (ViewDetails.aspx)."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from events.importing.register import Register, RegisterError
from events.importing.status_table import check_totals, read_table

if TYPE_CHECKING:
    from bs4 import Tag

_AS_AT = re.compile(r"status\s+as\s+at\s*:?\s*(\d{1,2})-(\d{1,2})-(\d{4})", re.IGNORECASE)
_TOTAL = r"{name}\s*:?\s*(\d+)"


def read_status_page(content: bytes) -> Register:
    """Return the acts of a saved page, with the day as at which it gives the status.

    Raises:
        RegisterError: if it holds no table of participants.

    """
    page = BeautifulSoup(content, "html.parser")
    for mark in page.find_all("sup"):
        mark.decompose()
    table = next((one for one in page.find_all("table") if _is_of_participants(one)), None)
    if table is None:
        raise RegisterError(
            "There is no table of participants on this page. Save the treaty's own status page, in English, as HTML."
        )
    lines = [_cells(row) for row in table.find_all("tr")]
    register = read_table(lines[0], lines[1:])
    text = page.get_text(" ")
    register.as_of = _as_at(text)
    check_totals(register, signatories=_total(text, "Signatories"), parties=_total(text, "Parties"))
    return register


def _is_of_participants(table: Tag) -> bool:
    # The innermost one: the page is laid out with tables around it.
    first = table.find("tr")
    return (
        first is not None
        and table.find("table") is None
        and [cell.lower() for cell in _cells(first)[:1]] != []
        and _cells(first)[0].lower().startswith("participant")
    )


def _cells(row: Tag) -> list[str]:
    return [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"], recursive=False)]


def _as_at(text: str) -> date | None:
    found = _AS_AT.search(text)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _total(text: str, name: str) -> int | None:
    found = re.search(_TOTAL.format(name=name), text)
    return int(found[1]) if found else None

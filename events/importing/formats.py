"""Which reader understands a file, and how large it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.importing.acts_csv import read_acts_csv
from events.importing.register import Register, RegisterError
from events.importing.status_page import read_status_page
from events.importing.status_xml import read_status_xml

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS: dict[str, Callable[[bytes], Register]] = {
    "xml": read_status_xml,
    "html": read_status_page,
    "csv": read_acts_csv,
}
# The status of the treaty with the most parties takes a few hundred kilobytes.
MOST_BYTES = 10 * 1024 * 1024


def format_of(name: str, content: bytes) -> str:
    """Return "xml", "html" or "csv" by the file's name, or by how it begins if the name does not tell."""
    start = content[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    by_name = {".xml": "xml", ".html": "html", ".htm": "html", ".csv": "csv"}
    told = next((form for ending, form in by_name.items() if name.lower().endswith(ending)), "")
    if told:
        return told
    if start.startswith(b"<?xml"):
        return "xml"
    return "html" if start.startswith(b"<") else "csv"


def read_register(name: str, content: bytes, form: str = "") -> Register:
    """Return the acts of a register's file.

    Raises:
        RegisterError: if the file is too large, of no known format, without any act, or has faulty rows; all faulty
            rows are named at once.

    """
    if len(content) > MOST_BYTES:
        raise RegisterError(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB; no status of a treaty is.")
    form = form or format_of(name, content)
    if form not in FORMATS:
        raise RegisterError(f"“{form}” is no known format; choose {', '.join(FORMATS)}.")
    register = FORMATS[form](content)
    if register.errors:
        raise RegisterError("Nothing was imported: some rows cannot be understood.", register.errors)
    if not register.entries:
        raise RegisterError("The file has a table, but no act in it.")
    return register

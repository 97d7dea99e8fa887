"""The UN Treaty Collection's status of a treaty as XML, the file offered beside its status page.

The table lies in Treaty/Participants/Table/TGroup: headings in Thead, one Row of Entry elements for each participant.
Footnotes are superscript elements, or the text of such an element, within an entry.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from events.importing.register import Register, RegisterError
from events.importing.status_table import check_totals, read_table

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SUPERSCRIPT = re.compile(r"<(superscript|sup)>.*?</\1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def read_status_xml(content: bytes) -> Register:
    """Return the acts of a status file.

    Raises:
        RegisterError: if it is not such a file, or not safe to read.

    """
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise RegisterError("The file declares entities or a document type; it is not read for safety.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise RegisterError(f"The file is not well-formed XML: {error}.") from error
    table = next(root.iter("TGroup"), None)
    if table is None:
        raise RegisterError("There is no table of participants in this XML file.")
    headings, rows = _cells(table.find("Thead")), [_cells(row) for row in _body(table).iter("Row")]
    if not headings and rows:
        headings, rows = rows[0], rows[1:]
    register = read_table(headings, rows)
    check_totals(register, signatories=_number(root, "Signatories"), parties=_number(root, "Parties"))
    return register


def _body(table: Element) -> Element:
    body = table.find("Tbody")
    return table if body is None else body


def _cells(part: Element | None) -> list[str]:
    return [] if part is None else [_text(entry) for entry in part.iter("Entry")]


def _text(entry: Element) -> str:
    for mark in list(entry):
        if mark.tag.lower() in {"superscript", "sup"}:
            mark.text = ""
    return _TAG.sub("", _SUPERSCRIPT.sub("", "".join(entry.itertext())))


def _number(root: Element, name: str) -> int | None:
    found = root.find(f".//Status/{name}")
    text = (found.text or "").strip() if found is not None else ""
    return int(text) if text.isdecimal() else None

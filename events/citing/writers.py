"""A citation in the forms that programs for references read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from events.citing.citation import PUBLISHER
from treaties.day_words import day_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from events.citing.citation import Citation

_BIBTEX_SPECIALS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_SPECIAL = re.compile("[" + re.escape("".join(_BIBTEX_SPECIALS)) + "]")


def text(citation: Citation) -> str:
    """Return the citation as a sentence."""
    edition = f", {citation.edition}" if citation.edition else ""
    told = {"publisher": PUBLISHER, "title": citation.title, "edition": edition, "address": citation.address}
    sentence = _("%(publisher)s, “%(title)s”%(edition)s. %(address)s (accessed %(accessed)s).")
    return sentence % (told | {"accessed": day_words(citation.accessed)}) + "\n"


def bibtex(citation: Citation) -> str:
    """Return a BibTeX entry; titles keep their capitals, the address is verbatim as `url` wants it."""
    fields = {
        "author": "{" + PUBLISHER + "}",
        "title": "{" + _bibtex(citation.title) + "}",
        "year": str(citation.changed.year) if citation.changed else "",
        "note": _bibtex(citation.edition),
        "url": _address(citation.address),
        "urldate": citation.accessed.isoformat(),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{citation.key},\n" + ",\n".join(lines) + "\n}\n"


def _bibtex(value: str) -> str:
    return _SPECIAL.sub(lambda match: _BIBTEX_SPECIALS[match[0]], _one_line(value))


def _address(address: str) -> str:
    # Braces are the only characters that could end the field.
    return address.replace("{", "%7B").replace("}", "%7D")


def ris(citation: Citation) -> str:
    """Return a RIS record; each field is one line, ended as the format wants it."""
    changed = citation.changed
    fields = [
        ("TY", "ELEC"),
        ("ID", citation.key),
        ("AU", PUBLISHER),
        ("TI", citation.title),
        ("PB", PUBLISHER),
        ("PY", str(changed.year) if changed else ""),
        ("DA", f"{changed:%Y/%m/%d}" if changed else ""),
        ("ET", citation.edition),
        ("UR", citation.address),
        ("Y2", f"{citation.accessed:%Y/%m/%d}"),
    ]
    lines = [f"{tag}  - {_one_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl(citation: Citation) -> str:
    """Return CSL-JSON: a list with one item."""
    item: dict[str, Any] = {
        "id": citation.key,
        "type": "webpage",
        "title": citation.title,
        "author": [{"literal": PUBLISHER}],
        "container-title": PUBLISHER,
        "URL": citation.address,
        "accessed": _csl_date(citation.accessed),
    }
    if citation.changed:
        item["issued"] = _csl_date(citation.changed)
    if citation.revision:
        item["version"] = str(citation.revision)
    if citation.edition:
        item["note"] = citation.edition
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _csl_date(day: date) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _one_line(value: str) -> str:
    return " ".join(value.split())


# By the name in the address: how it is written, its media type, the ending of its file.
WRITERS: dict[str, tuple[Callable[[Citation], str], str, str]] = {
    "text": (text, "text/plain", "txt"),
    "bibtex": (bibtex, "application/x-bibtex", "bib"),
    "ris": (ris, "application/x-research-info-systems", "ris"),
    "csl": (csl, "application/vnd.citationstyles.csl+json", "json"),
}

"""Rows as CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from events.exports.export import Export

# A spreadsheet takes a cell that begins so for a formula, and runs it (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


class _Line:
    """Hands back what the writer writes, so that a table need never be whole in memory."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the lines of a table; a text that a spreadsheet would compute is preceded by an apostrophe."""
    writer = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def table(export: Export) -> Iterator[str]:
    """Yield the lines of an export; the last two columns say how each row is cited and may be used."""
    about = export.about()
    rows = ([*(row[name] for name in export.columns), _cited(row, export), about["licence"]] for row in export.rows)
    return csv_lines([*export.columns, "cite_as", "licence"], rows)


def _cited(row: dict[str, Any], export: Export) -> str:
    if not row.get("address"):
        return str(export.about()["citation"])
    edition = f", revision {row['revision']}" if "revision" in row else ""
    # What is cited is what was seen: its address leads there again.
    days = [("as_of", export.as_of), ("known", export.known)]
    query = urlencode([(name, day.isoformat()) for name, day in days if day])
    page, mark, act = row["address"].partition("#")
    return f"TreatyWatch{edition}{export.seen_from}. {page}{f'?{query}' if query else ''}{mark}{act}"


def cell(value: Any) -> str | int:
    """Return a value as a cell: lists joined by semicolons, structures as JSON, no text that could be a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    text = _flat(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _flat(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "; ".join(value)
    if isinstance(value, list) and value and all("publisher" in one for one in value):
        return "; ".join(" ".join(part for part in (one["publisher"], one["address"]) if part) for one in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)

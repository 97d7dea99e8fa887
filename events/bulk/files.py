"""Tables as files: CSV, XLSX, JSON and YAML, read with limits and written so that no program runs what is in them."""

from __future__ import annotations

import csv
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import tablib
from tablib.exceptions import InvalidDimensions, TablibException

from events.exports.tables import cell, csv_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from events.bulk.tables import Table

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "yaml": "application/yaml",
}
LARGEST = 10 * 1024 * 1024
MOST_ROWS = 5000
MOST_ROWS_IN_MEMORY = 50_000


class FileError(ValueError):
    """A file cannot be read, or not be written; the message says why."""


def read_file(table: Table, file_name: str, content: bytes) -> list[dict[str, Any]]:
    """Return the rows of a file, by heading.

    Raises:
        FileError: for an unknown format, unreadable content, too much of it, or headings that the table has not.

    """
    kind = PurePath(file_name).suffix.lower().lstrip(".").replace("yml", "yaml")
    if kind not in FORMATS:
        raise FileError(f"“{file_name}” is none of {', '.join(FORMATS)}.")
    if len(content) > LARGEST:
        raise FileError(f"The file has more than {LARGEST // 1024 // 1024} MB; split it.")
    rows = _rows(kind, content)
    if not rows:
        raise FileError("The file has no rows.")
    if len(rows) > MOST_ROWS:
        raise FileError(
            f"The file has {len(rows)} rows; at most {MOST_ROWS} are read at once, so that all can be shown."
        )
    _check_headings(table, rows)
    return rows


def _rows(kind: str, content: bytes) -> list[dict[str, Any]]:
    try:
        raw: Any = content if kind == "xlsx" else content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError("The file is no text in UTF-8; save it as UTF-8.") from error
    try:
        rows = tablib.Dataset().load(raw, format=kind, **_dialect(kind, raw)).dict
    except InvalidDimensions as error:
        raise FileError(
            "A row has more cells than there are columns; in CSV, a text with commas needs quotes."
        ) from error
    # Whatever is wrong inside a file, its reader tells in its own kind of error.
    except (TablibException, ValueError, KeyError, TypeError, AttributeError, OSError, csv.Error) as error:
        raise FileError(f"The file cannot be read as {kind.upper()}: {error or type(error).__name__}.") from error
    except Exception as error:
        if type(error).__module__.split(".")[0] not in {"yaml", "openpyxl", "zipfile"}:
            raise
        raise FileError(f"The file cannot be read as {kind.upper()}: {str(error).splitlines()[0]}.") from error
    if any("\0" in text for row in rows for pair in row.items() for text in pair if isinstance(text, str)):
        raise FileError("The file holds U+0000, a character that no text can have; remove it.")
    return [{str(name).strip(): cell for name, cell in row.items()} for row in rows if any(row.values())]


def _dialect(kind: str, raw: Any) -> dict[str, str]:
    """Return what stands between the cells: where a comma is decimal, spreadsheets write semicolons into a CSV."""
    if kind != "csv":
        return {}
    heading = raw.split("\n", 1)[0]
    return {"delimiter": next((mark for mark in ";\t" if mark in heading and "," not in heading), ",")}


def _check_headings(table: Table, rows: list[dict[str, Any]]) -> None:
    given = {name for row in rows for name in row}
    unknown = sorted(given - set(table.headings))
    if unknown:
        raise FileError(f"There is no column “{unknown[0]}”; the columns are {', '.join(table.headings)}.")
    missing = [name for name in table.key if name not in given]
    if missing:
        raise FileError(f"The column “{missing[0]}” is missing: rows are found by {', '.join(table.key)}.")


def write_csv(table: Table, rows: Iterable[dict[str, str]]) -> Iterator[str]:
    """Yield a CSV file line by line, in bounded memory."""
    return csv_lines(table.headings, ([row[name] for name in table.headings] for row in rows))


def write_file(table: Table, kind: str, rows: Iterable[dict[str, str]]) -> bytes:
    """Return a whole file of the format.

    Raises:
        FileError: for an unknown format, or more rows than are kept in memory at once.

    """
    if kind not in FORMATS:
        raise FileError(f"“{kind}” is none of {', '.join(FORMATS)}.")
    data = tablib.Dataset(headers=table.headings, title=table.name[:31])
    for row in rows:
        if len(data) >= MOST_ROWS_IN_MEMORY:
            raise FileError(
                f"More than {MOST_ROWS_IN_MEMORY} rows: choose CSV, which has no limit, or filter the list."
            )
        data.append([row[name] if kind in {"json", "yaml"} else cell(row[name]) for name in table.headings])
    written = data.export(kind)
    return written if isinstance(written, bytes) else str(written).encode()

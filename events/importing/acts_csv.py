"""A plain table of acts as CSV: party, act, date, and if wanted deposited_with and note."""

from __future__ import annotations

import csv
import io

from events.dates import DateError
from events.importing.register import Entry, Register, RegisterError, RowError, read_day
from treaties.models import ParticipationAct

NEEDED = ("party", "act", "date")
COLUMNS = (*NEEDED, "deposited_with", "note")
MOST_ROWS = 20_000
_ACTS = {
    **{str(kind): str(kind) for kind in ParticipationAct.Kind.values},
    **{str(label).lower(): str(kind) for kind, label in ParticipationAct.Kind.choices},
}


def read_acts_csv(content: bytes) -> Register:
    """Return the acts of a table in UTF-8 whose first row names its columns, separated by commas or semicolons.

    Raises:
        RegisterError: if it is no such table.

    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegisterError("The file is not UTF-8. Save it as “CSV UTF-8”.") from error
    first = text.partition("\n")[0]
    table = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    names = [name.strip().lower() for name in table.fieldnames or []]
    missing, unknown = set(NEEDED) - set(names), set(names) - set(COLUMNS)
    if missing or unknown:
        wrong = f"no “{min(missing)}”" if missing else f"an unknown “{min(unknown)}”"
        raise RegisterError(
            f"The table has {wrong} column. It needs {', '.join(NEEDED)}; it may have {COLUMNS[3]}, note."
        )
    table.fieldnames = names
    register = Register()
    try:
        _read_rows(table, register)
    except csv.Error as error:
        raise RegisterError(f"The table cannot be read: {error}.") from error
    return register


def _read_rows(table: csv.DictReader[str], register: Register) -> None:
    # Numbered as a spreadsheet numbers them: the columns' names are row 1.
    for number, row in enumerate(table, start=2):
        if number > MOST_ROWS + 1:
            raise RegisterError(f"The table has more than {MOST_ROWS} rows; import it in parts.")
        values = {name: (row[name] or "").strip() for name in table.fieldnames or [] if name in row}
        if any(values.values()):
            _read_row(number, values, register)


def _read_row(number: int, values: dict[str, str], register: Register) -> None:
    name, kind = values["party"], _ACTS.get(values["act"].lower())
    if kind is None:
        sentence = f"“{values['act']}” is no act; write one of {', '.join(ParticipationAct.Kind.values)}."
        register.errors.append(RowError(number, name, sentence))
        return
    try:
        day = read_day(values["date"])
    except DateError as error:
        register.errors.append(RowError(number, name, str(error)))
        return
    register.entries.append(Entry(number, name, kind, day, values.get("deposited_with", ""), values.get("note", "")))

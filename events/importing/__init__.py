"""Bringing registers of participation onto the record: read a file, compare, write all of it or nothing.

`read_register` turns a file into dated acts, whatever its format; `import_register` compares them with the record and
writes them in one transaction, with the source that they come from, and recomputes the treaty's clocks.
"""

from events.importing.formats import FORMATS, read_register
from events.importing.register import Entry, Register, RegisterError, RowError
from events.importing.service import Imported, Provenance, import_register

__all__ = [
    "FORMATS",
    "Entry",
    "Imported",
    "Provenance",
    "Register",
    "RegisterError",
    "RowError",
    "import_register",
    "read_register",
]

"""Questions that a connection has PostgreSQL read, and as a rule plan, only once.

For most of what a page asks, that takes longer than the answer.
PostgreSQL keeps to one plan for all values only where that costs no more than a plan for each (`plan_cache_mode`).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What each connection to the server has prepared; a new one has prepared nothing.
_NAMES: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Prepared:
    """A question with places $1, $2, … for its values, whose types are those of the database."""

    text: str
    types: Sequence[str]
    name: str

    @classmethod
    def of(cls, text: str, types: Sequence[str]) -> Prepared:
        """Name a question by what it asks, so that no two questions ever share a name."""
        return cls(text, types, f"asked_{sha256(f'{types} {text}'.encode()).hexdigest()[:24]}")

    def execution(self) -> str:
        """Return the statement that asks it, with a %s for each value; the present connection has it prepared."""
        self._prepare()
        return f"EXECUTE {self.name}{_in_brackets('%s' for _ in self.types)}"

    def _prepare(self) -> None:
        # Opened first: Django may find that the old connection is gone, and make another one.
        with connection.cursor() as cursor:
            known = _NAMES.setdefault(connection.connection, set())
            if self.name not in known:
                with connection.wrap_database_errors:
                    # Past Django's own count of questions: this one asks the record nothing.
                    cursor.cursor.execute(f"PREPARE {self.name}{_in_brackets(self.types)} AS {self.text}")
                known.add(self.name)


def _in_brackets(parts: Iterable[str]) -> str:
    # Empty brackets are no SQL.
    listed = ", ".join(parts)
    return f"({listed})" if listed else ""


def forget_prepared() -> None:
    """Have the present connection prepare everything anew."""
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    _NAMES.pop(connection.connection, None)

"""Statements that PostgreSQL plans once for a connection instead of at every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Mapping


class Prepared:
    """A statement with named parameters (`%(name)s`) and the PostgreSQL type of each; its name is unique among all."""

    def __init__(self, name: str, statement: str, **types: str) -> None:
        self._name = name
        places = {parameter: f"${number}" for number, parameter in enumerate(types, 1)}
        self._prepare = f"PREPARE {name} ({', '.join(types.values())}) AS {statement % places}"
        self._execute = f"EXECUTE {name} ({', '.join(f'%({parameter})s' for parameter in types)})"
        # By the driver's own connection: a new one, after a lost one, knows nothing of it.
        self._known: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

    def rows(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it and return its rows."""
        with connection.cursor() as cursor:
            if connection.connection not in self._known:
                cursor.execute(self._prepare)
                self._known[connection.connection] = True
            cursor.execute(self._execute, values)
            return list(cursor.fetchall())

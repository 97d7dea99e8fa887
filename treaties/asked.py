"""Questions in SQL of our own that are asked again and again: prepared on each connection, where that is allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import NotSupportedError, connection

from treaties.prepared import Prepared, forget_prepared

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = re.compile(r"\$(\d+)")


class Asked:
    """A question with places $1, $2, … for its values, and the types of those."""

    def __init__(self, text: str, *types: str) -> None:
        self._prepared = Prepared.of(text, types)
        # Where nothing may be prepared, each place is named for psycopg, and has its type written beside it.
        self._plain = _PLACE.sub(lambda place: f"%({place[1]})s::{types[int(place[1]) - 1]}", text.replace("%", "%%"))

    def __call__(self, *values: Any) -> list[Any]:
        """Return the rows for these values.

        Raises:
            NotSupportedError: if a migration has changed what it returns meanwhile; asked again, it answers.

        """
        with connection.cursor() as cursor:
            if not settings.DATABASE_PREPARES:
                cursor.execute(self._plain, {str(place): value for place, value in enumerate(values, start=1)})
                return cursor.fetchall()
            try:
                cursor.execute(self._prepared.execution(), values)
            except NotSupportedError:
                forget_prepared()
                raise
            return cursor.fetchall()


class AskedByName(Asked):
    """A question with places such as %(at)s for its values, and the type of each by its name."""

    def __init__(self, text: str, **types: str) -> None:
        super().__init__(text % {name: f"${place}" for place, name in enumerate(types, start=1)}, *types.values())
        self._names = tuple(types)

    def rows(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the rows for the values of these names."""
        return self(*map(values.__getitem__, self._names))

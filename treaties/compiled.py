"""Questions that pages ask again and again, made into SQL only once.

Django puts a queryset together and compiles it each time it is asked, which takes longer than most of its answers. A
compiled question is put together once in the life of a process, and prepared once in the life of a connection; after
that only its values are told. What it asks is said by the same querysets as everything else.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connection, connections
from django.db.models import BigIntegerField, Expression, Field, Lookup, Value
from psycopg2.extensions import AsIs

from treaties.prepared import Prepared, forget_prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet
    from django.db.models.sql.compiler import SQLCompiler


class Told(Expression):
    """A value that is told only when the question is asked; it may stand wherever a queryset takes an expression."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, *_args: Any, **_named: Any) -> tuple[str, list[Any]]:
        """Stand for itself until the question is asked, when it needs its type: a bare NULL or list has none."""
        return f"%s::{self.output_field.db_type(connection)}", [self]


@Field.register_lookup
class IsAnyOf(Lookup):
    """`pk__any=` an array: as `pk__in=`, but one value, so that the question is the same for any number of rows."""

    lookup_name = "any"

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        """Return the comparison."""
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", [*left_values, *right_values]


def array_of(keys: Iterable[int]) -> Value:
    """Return keys that are known already as the array that `pk__any=` takes."""
    return Value(list(keys), output_field=ArrayField(BigIntegerField()))


@dataclass(frozen=True)
class _Question:
    """A queryset, and what its compiler made of it: SQL with its values, and how each column's values are read."""

    rows: QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    written: list[Any]
    converters: dict[int, Any]


class Compiled:
    """A queryset whose values are told when it is asked.

    `ask` puts it together from the expressions that stand for the values; each value is named with the field by which
    it is written: `Compiled(lambda day: Event.objects.by(day), day=DateField())(day=today)`. Related rows can be
    selected along, but not prefetched. It is planned once for all values, unless its plans vary, because one value
    leaves few rows and another most of them.
    """

    def __init__(
        self, ask: Callable[..., QuerySet[Any]], *, plans_vary: bool = False, **fields: Field[Any, Any]
    ) -> None:
        self._ask, self._plans_vary, self._fields = ask, plans_vary, fields

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows for these values, as the queryset would."""
        if not settings.DATABASE_PREPARES:
            told = [values[one.name] if isinstance(one, Told) else one for one in self._once.written]
            return self._rows(self._once.sql, told)
        try:
            return self._rows(self._prepared.execution(), list(map(values.__getitem__, self._fields)))
        except NotSupportedError:
            # A migration has changed the type of a column: "cached plan must not change result type".
            forget_prepared()
            if connection.in_atomic_block:
                raise
            return self._rows(self._prepared.execution(), list(map(values.__getitem__, self._fields)))

    def _rows(self, sql: str, told: list[Any]) -> list[Any]:
        once = self._once
        asked, compiler = once.rows.all(), copy(once.compiler)
        # Each thread has a connection of its own; a proxy that finds it at every step would cost as much as the rest.
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda *_args, **_named: (sql, told)  # type: ignore[method-assign]
        compiler.get_converters = lambda *_args: once.converters  # type: ignore[method-assign]
        asked.query.get_compiler = lambda *_args, **_named: compiler  # type: ignore[method-assign]
        return list(asked)

    @cached_property
    def _once(self) -> _Question:
        rows = self._ask(**{name: Told(name, field) for name, field in self._fields.items()})
        compiler = rows.query.get_compiler(connection=connection)
        sql, written = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        return _Question(rows, compiler, sql, list(written), compiler.get_converters(columns))

    @cached_property
    def _prepared(self) -> Prepared:
        places = {name: AsIs(f"${number}") for number, name in enumerate(self._fields, start=1)}
        written = [places[one.name] if isinstance(one, Told) else one for one in self._once.written]
        with connection.cursor() as cursor:
            text = cursor.mogrify(self._once.sql, written).decode()
        types = [str(one.db_type(connection)) for one in self._fields.values()]
        return Prepared.of(text, types, is_planned_once=not self._plans_vary)

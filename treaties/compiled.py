"""Questions that pages ask again and again, made into SQL only once.

Django puts a queryset together and compiles it each time it is asked, which takes longer than most of its answers. A
compiled question is put together once in the life of a process; after that only its values are told. What it asks is
said by the same querysets as everything else.
"""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Expression, Field, Lookup

if TYPE_CHECKING:
    from collections.abc import Callable

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


class Compiled:
    """A queryset whose values are told when it is asked.

    `ask` puts it together from the expressions that stand for the values; each value is named with the field by which
    it is written: `Compiled(lambda day: Event.objects.by(day), day=DateField())(day=today)`. Related rows can be
    selected along, but not prefetched.
    """

    def __init__(self, ask: Callable[..., QuerySet[Any]], **fields: Field[Any, Any]) -> None:
        self._ask, self._fields = ask, fields

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows for these values, as the queryset would."""
        rows, made, sql, written = self._once
        asked, compiler = rows.all(), copy(made)
        told = [values[one.name] if isinstance(one, Told) else one for one in written]
        # Each thread has a connection of its own.
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_named: (sql, told)  # type: ignore[method-assign]
        asked.query.get_compiler = lambda *_args, **_named: compiler  # type: ignore[method-assign]
        return list(asked)

    @cached_property
    def _once(self) -> tuple[QuerySet[Any], SQLCompiler, str, list[Any]]:
        rows = self._ask(**{name: Told(name, field) for name, field in self._fields.items()})
        compiler = rows.query.get_compiler(connection=connection)
        sql, written = compiler.as_sql()
        return rows, compiler, sql, list(written)

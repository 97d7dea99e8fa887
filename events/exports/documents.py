"""Rows as one JSON document, written row by row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from events.exports.export import Export


def document(export: Export) -> Iterator[str]:
    """Yield the document: what it is about, then the rows."""
    about = json.dumps(export.about(), ensure_ascii=False, cls=DjangoJSONEncoder)
    yield f'{{"about": {about},\n"{export.name}": ['
    comma = "\n"
    for row in export.rows:
        yield comma + json.dumps(row, ensure_ascii=False, cls=DjangoJSONEncoder)
        comma = ",\n"
    yield "\n]}\n"

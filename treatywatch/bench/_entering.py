"""What entering a statement costs, and how much of that the indexes of texts take."""

from __future__ import annotations

import statistics
import time
from itertools import chain

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, transaction
from django.utils import timezone

from events.models import Statement
from events.services import after_event_change, save_event
from treaties.as_known import tracked_models
from treaties.models import Party, Source, Treaty

_TIMES = 25


def index_cost() -> dict[str, float]:
    """Return the milliseconds (median) of entering a statement with the indexes of texts and without them.

    Both are measured within a transaction that is taken back: so the indexes are there again at once.
    """
    whole, bare = _entered(), _entered(without_text_indexes=True)
    return {
        "entering a statement, ms (median)": round(whole, 1),
        "entering it without indexes of texts, ms (median)": round(bare, 1),
        "indexes of texts cost each statement, ms": round(whole - bare, 1),
    }


def _entered(*, without_text_indexes: bool = False) -> float:
    with transaction.atomic():
        if without_text_indexes:
            _drop_text_indexes()
        # The first plans its questions.
        enter()
        taken = [_milliseconds() for _ in range(_TIMES)]
        transaction.set_rollback(True)
    return statistics.median(taken)


def _milliseconds() -> float:
    began = time.perf_counter()
    enter()
    return (time.perf_counter() - began) * 1000


def enter() -> None:
    """Enter a statement as an editor's save does, and take it back."""
    said = Statement(slug="entered", kind="statement", date="2019-02-02", body="Ministry", stance="remarks")
    said.title, said.summary, said.quotation = "The ministry is told", "It is told so that it is found.", "Told " * 50
    said.actor, said.publication = Party.objects.get(slug="russia"), "published"
    with transaction.atomic():
        save_event(said, at=timezone.now())
        said.treaties.set([Treaty.objects.get(slug="wide-5")])
        said.sources.set([Source.objects.get(slug="gazette-5")])
        after_event_change(said, at=timezone.now())
        transaction.set_rollback(True)


def _drop_text_indexes() -> None:
    models = chain.from_iterable(tracked_models())
    with connection.schema_editor() as editor:
        for model in models:
            for index in model._meta.indexes:
                if isinstance(index, GinIndex):
                    editor.remove_index(model, index)

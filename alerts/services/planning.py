"""Planning: the mails that are wanted at an instant become rows of the outbox, each once.

Every question is set-based, asks only "what is wanted at `at`?" (never "what changed since the last run?"), and may be
asked twice, late, or by two processes at once: planners follow one another, and the unique key `alert_planned_once`
stands behind them. What spares asking everybody each minute is told in `planning_questions`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from alerts.models import AskAgain
from alerts.services import digests
from alerts.services.planning_cancellations import CANCELLATIONS
from alerts.services.planning_statements import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from alerts.services.planning_questions import Question

    _Subject = tuple[int, list[int], list[int], bool]

# How long after a change somebody who was not reached is still told of it, in days.
NEWS_DAYS = 7
CORRECTION_DAYS = 30
# A statement is news while it was made this many days ago at most; older ones are history that was entered.
SPOKEN_DAYS = 30
# A mail may leave this many days after it was due; a reminder's end is set by the next one instead.
WORTH_DAYS = 14


# So many changes of subscribers are answered in one transaction.
_ROUND = 5000
# If the turn of more than so many comes at once, it is quicker to read all followers.
_MOST_CALLED = 20_000
# For sorting and joining the followers of a clock in memory, up to a million; more go through files.
_ROOM = "SET LOCAL work_mem = '128MB'"
# Any number, the same in every process.
_PLANNERS_LOCK = 0x706C_616E


def plan(*, at: datetime, only_subscriber: int | None = None, everybody: bool = False) -> int:
    """Put every mail that is wanted at `at` into the outbox, cancel what is no longer; returns how many rows are new.

    `only_subscriber` restricts both to one subscriber's id, as the replay does. `everybody` asks all followers of all
    subjects, also of those that are noted as fully planned: if the notes are right, it finds nothing more.
    """
    values = {
        "at": at,
        "settle": settings.ALERTS_SETTLE_SECONDS,
        "hour": settings.ALERTS_MORNING_HOUR,
        "news": NEWS_DAYS,
        "correction": CORRECTION_DAYS,
        "spoken": SPOKEN_DAYS,
        "worth": WORTH_DAYS,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in CANCELLATIONS:
            cursor.execute(statement, {"at": at, "only": only_subscriber})
    if only_subscriber is None:
        # The changed first: of one subscriber, a reminder is asked for after the mail that may make it needless.
        planned = _plan_for_the_changed(values) + _plan_for_all(values, everybody=everybody)
        planned += _plan_for_the_changed(values)
    else:
        planned = _plan_for_some([only_subscriber], values, noting=False)
    with transaction.atomic():
        return planned + digests.plan_digests(at=at, only_subscriber=only_subscriber)


def plan_unless_at_work(*, at: datetime) -> bool:
    """Plan, unless another process is in the middle of it: what that one does not see yet, the next minute finds.

    Returns whether it has planned.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_PLANNERS_LOCK])
        (is_free,) = cursor.fetchone()
    if is_free:
        plan(at=at)
    return bool(is_free)


def plan_for_everybody(*, at: datetime) -> int:
    """Sweep, then ask everybody; returns how many mails the sweeps had missed, which are planned now: 0 is right."""
    # A digest that is scheduled looks further ahead: that is the next sweep's, and no miss.
    while plan(at=at):
        pass
    return plan(at=at, everybody=True)


def _plan_for_the_changed(values: dict[str, Any]) -> int:
    planned, taken = 0, _ROUND
    # What is written down from now on waits for the next sweep: some of it by the questions below, about digests that
    # are on their way, and those would else be asked about until they have gone.
    last = AskAgain.objects.aggregate(last=Max("pk"))["last"] or 0
    while taken == _ROUND:
        with transaction.atomic():
            _wait_for_other_planners()
            subscribers = _take_the_changed(last)
            if subscribers:
                planned += _plan_for_some(subscribers, values, noting=True)
                digests.send_singly_to_the_changed(subscribers, at=values["at"])
        taken = len(subscribers)
    return planned


def _take_the_changed(last: int) -> list[int]:
    """Take who is to be asked again, up to the last note; only then are they asked, so that no change is lost.

    In this order a change is either seen by the questions that follow, or its note is still there for the next sweep.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM alerts_askagain WHERE id IN ("
            "SELECT id FROM alerts_askagain WHERE id <= %s ORDER BY id LIMIT %s) RETURNING subscriber_id",
            [last, _ROUND],
        )
        return [subscriber for (subscriber,) in cursor.fetchall()]


def _plan_for_some(subscribers: list[int], values: dict[str, Any], *, noting: bool) -> int:
    planned = 0
    again = _array(subscribers)
    with connection.cursor() as cursor:
        for kind, question in QUESTIONS.items():
            cursor.execute(question.of_some, values | {"kind": kind, "again": again, "noting": noting})
            planned += cursor.rowcount
    return planned


def _plan_for_all(values: dict[str, Any], *, everybody: bool) -> int:
    """Plan what is not fully planned; each kind is committed with its notes, and a plan cut off goes on from there."""
    planned = 0
    for kind, question in QUESTIONS.items():
        with transaction.atomic(), connection.cursor() as cursor:
            _wait_for_other_planners()
            cursor.execute(question.open_subjects, values | {"kind": kind, "everybody": everybody})
            subjects = cursor.fetchall()
            called = _call(cursor, question, subjects, values | {"kind": kind})
            if subjects := [one for one in subjects if one[0] not in called]:
                cursor.execute(_ROOM)
                cursor.execute(question.of_all, values | {"kind": kind} | _named(subjects))
                planned += cursor.rowcount
    return planned


def _call(cursor: CursorWrapper, question: Question, subjects: list[_Subject], values: dict[str, Any]) -> set[int]:
    """Let those be asked again whose turn has come with a subject that all were asked about before; return its id."""
    noted = [subject for subject, _treaties, _parties, is_noted in subjects if is_noted]
    if not (noted and question.turns):
        return set()
    cursor.execute(question.call, values | {"ids": _array(noted), "most": _MOST_CALLED})
    return {subject for (subject,) in cursor.fetchall()}


def _named(subjects: list[_Subject]) -> dict[str, str]:
    ids, treaties, parties, _are_noted = zip(*subjects, strict=True)
    return {"ids": _array(ids), "treaties": _array(chain(*treaties)), "parties": _array(chain(*parties))}


def _array(ids: Iterable[int]) -> str:
    """Return ids as PostgreSQL writes an array, which it reads much faster than a long expression."""
    return "{" + ",".join(map(str, sorted(set(ids)))) + "}"


def _wait_for_other_planners() -> None:
    """Let planners follow one another: a statement that follows sees all that the planner before has written.

    Two at once could each miss what only the other sees, if a subject changed and changed back between their snapshots.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PLANNERS_LOCK])

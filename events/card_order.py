"""The order of clock cards, told by the database: to make very many cards only to sort them would take seconds.

It reads a clock's standing as `clock_cards.standing_on` does, and sorts as `clock_cards.place_of`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, DateField, DateTimeField, F, Func, IntegerField, JSONField, Q, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Abs, Cast, Coalesce
from django.db.models.lookups import LessThanOrEqual

from events.clock_cards import UNDATED
from events.models import Deadline

if TYPE_CHECKING:
    from events.querysets import DeadlineQuerySet
    from events.viewpoint import Viewpoint

_GONE = Q(state=Deadline.State.WITHDRAWN)
_RUNNING = Deadline.State.RUNNING
_LAST_BEGUN = '$[*] ? (@."from" <= $day)'


def in_order_of_cards(deadlines: DeadlineQuerySet, viewpoint: Viewpoint) -> DeadlineQuerySet:
    """Return the clocks of which there are cards at the viewpoint, in the order of the cards.

    Seen from today, those taken off the record come last; seen from a past day, they are left out.
    """
    deadlines = _with_standing(deadlines, viewpoint)
    begun = Q(started_on__lte=F("card_day"))
    stored, lived = Q(card_segment__isnull=True, state=_RUNNING), Q(card_state=_RUNNING, card_latest__gte=F("card_day"))
    is_running = Q(due_latest__isnull=False) & (stored | lived)
    # A pause keeps the days that remained when it began.
    counted_from = Case(When(card_state=Deadline.State.PAUSED, then=_date_of("from")), default="card_day")
    days = Func("card_due", counted_from, arg_joiner=" - ", template="%(expressions)s", output_field=IntegerField())
    return deadlines.filter(begun & ~_GONE if viewpoint.past_day else begun | _GONE).order_by(
        Case(When(_GONE, then=2), When(is_running, then=0), default=1),
        Case(When(_GONE, then=0), When(due_latest=None, then=UNDATED), default=Abs(days)),
        "due_earliest",
        "slug",
    )


def _with_standing(deadlines: DeadlineQuerySet, viewpoint: Viewpoint) -> DeadlineQuerySet:
    """Return the clocks with the day seen from, and how their life stood on it: part, state, date and last day."""
    return (
        deadlines.alias(card_day=_day(viewpoint))
        .alias(card_segment=_segment())
        .alias(
            card_state=KeyTextTransform("state", "card_segment"),
            card_due=Coalesce("override_due", _date_of("due_earliest"), "due_earliest"),
            card_latest=Coalesce("override_due", _date_of("due_latest")),
        )
    )


def _day(viewpoint: Viewpoint) -> Value | Func:
    """Return the past day seen from, or today in each clock's own zone."""
    if viewpoint.past_day:
        return Value(viewpoint.past_day, output_field=DateField())
    now = Value(viewpoint.now, output_field=DateTimeField())
    template = "(%(expressions)s)::date"
    return Func(now, F("zone"), arg_joiner=" AT TIME ZONE ", template=template, output_field=DateField())


def _segment() -> Case:
    """Return the last part of the clock's life that had begun on the day; NULL for none."""
    day = Func("card_day", Value("YYYY-MM-DD"), function="to_char", output_field=TextField())
    path = Func(Value(_LAST_BEGUN), template="%(expressions)s::jsonpath", output_field=TextField())
    told = Func(Value("day"), day, function="jsonb_build_object", output_field=JSONField())
    begun = Func("life", path, told, function="jsonb_path_query_array", output_field=JSONField())
    last = KeyTransform("-1", "life")
    # Nearly always the last of all; to look through the parts takes ten times as long.
    begins = KeyTextTransform("from", last)
    return Case(When(LessThanOrEqual(begins, day), then=last), default=KeyTransform("-1", begun))


def _date_of(name: str) -> Cast:
    return Cast(KeyTextTransform(name, "card_segment"), DateField())

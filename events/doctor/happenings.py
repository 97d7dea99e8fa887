"""Events and statements that cannot have been so, or stand on record twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from events.models import Event, Statement

if TYPE_CHECKING:
    from events.doctor.findings import Rows

# Only acts under a treaty have to lie within its life: talks come before it, reports after it.
_WITHIN_LIFE = [
    Event.Kind.NOTICE_OF_WITHDRAWAL,
    Event.Kind.REVOCATION_OF_NOTICE,
    Event.Kind.WITHDRAWAL_EFFECT,
    Event.Kind.SUSPENSION,
    Event.Kind.EXTENSION,
]
# What one party can do under one treaty only once on one day.
_ONCE_A_DAY = [
    *_WITHIN_LIFE,
    Event.Kind.SIGNATURE,
    Event.Kind.RATIFICATION,
    Event.Kind.ENTRY_INTO_FORCE,
    Event.Kind.EXPIRY,
    Event.Kind.SNAPBACK_NOTIFICATION,
]


def outside_a_treatys_life() -> Rows:
    """Name acts under a treaty that come before it was signed or after it had ended."""
    acts = Event.objects.filter(kind__in=_WITHIN_LIFE, treaties__isnull=False).distinct()
    for event in acts.filter(treaties__signed_on__gt=F("latest")):
        yield f"event {event.slug}", "comes before its treaty was signed."
    for event in acts.filter(treaties__ended_on__lt=F("earliest")):
        yield f"event {event.slug}", "comes after its treaty had ended."


def not_in_office() -> Rows:
    """Name statements whose speaker did not hold the office on that day."""
    said = Statement.objects.filter(speaker__isnull=False).select_related("speaker")
    for one in said.filter(Q(speaker__held_from__gt=F("latest")) | Q(speaker__held_to__lt=F("earliest"))):
        yield f"statement {one.slug}", f"was made when {one.speaker} did not hold that office."


def duplicates() -> Rows:
    """Name events of the same title and date."""
    twice = Event.objects.values("title", "date").annotate(number=Count("pk")).filter(number__gt=1)
    for one in twice:
        yield f"event {one['date']} {one['title']}", f"is on record {one['number']} times."


def near_duplicates() -> Rows:
    """Name legal acts of one kind by one party under one treaty on one day, under different titles."""
    acts = Event.objects.filter(kind__in=_ONCE_A_DAY, treaties__isnull=False, publication="published")
    same = acts.values("kind", "earliest", "latest", "actor", "treaties", "treaties__slug")
    for one in same.annotate(number=Count("pk", distinct=True)).filter(number__gt=1).order_by("earliest"):
        rows = acts.filter(**{name: one[name] for name in ("kind", "earliest", "latest", "actor", "treaties")})
        slugs = ", ".join(rows.order_by("slug").values_list("slug", flat=True).distinct())
        yield f"events {slugs}", f"tell the same act under {one['treaties__slug']} twice."

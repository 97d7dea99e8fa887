"""Finding an entry in its list: by its words, its day and its treaty, as quickly among a million."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.dates import DateError, read_words, span
from events.filters import FilterError
from events.models import Event
from events.search.at_the_desk import MOST, newest_rows
from treaties.long_lists import LongList, TypedFilter
from treaties.models import PublicationState

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class DayFilter(TypedFilter):
    """Entries of a day, month, year or "late 2017"."""

    title = _("date")
    parameter_name = "on"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what may have happened then."""
        typed = (self.value() or "").strip()
        if not typed:
            return queryset
        try:
            first, last = span(read_words(typed)[0])
        except DateError as error:
            messages.error(request, str(error))
            return queryset.none()
        return queryset.filter(earliest__lte=last, earliest__gte=first)


class FoundByWords(LongList):
    """Searches published entries by the index of words, and the few others by their title."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Keep what holds all the words typed."""
        if not search_term.strip():
            return queryset, False
        try:
            keys = newest_rows(search_term)
        except FilterError as error:
            messages.error(request, str(error))
            return queryset.none(), False
        drafts = Event.objects.exclude(publication=PublicationState.PUBLISHED)
        for word in search_term.split():
            drafts = drafts.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Q(slug__icontains=word))
        keys += list(drafts.values_list("pk", flat=True)[:MOST])
        return queryset.filter(pk__in=keys), False

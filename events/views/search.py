"""The search over everything, as a page and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render

from events.models import SearchDocument
from events.search import read_question, search
from events.search.ways_out import WaysOut, ways_out
from events.views.faults import says_what_is_wrong

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@says_what_is_wrong
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the form, and the answer to what the address asks."""
    question = read_question(request.GET.dict())
    answer = search(question)
    is_empty = question.text and not answer.hits and not question.after
    return render(
        request,
        "events/search.html",
        {
            "question": question,
            "answer": answer,
            "next_query": question.query(after=answer.after),
            "ways_out": ways_out(question) if is_empty else WaysOut(),
            "kinds": SearchDocument.Kind.choices,
        },
    )


@says_what_is_wrong
def search_json(request: HttpRequest) -> HttpResponse:
    """Answer a program; `next` is the query string of the next page."""
    question = read_question(request.GET.dict())
    answer = search(question)
    return JsonResponse(
        {
            "query": question.text,
            "count": answer.count,
            "count_is_estimate": answer.is_estimate,
            "count_is_minimum": answer.is_minimum,
            "results": [
                {
                    "kind": one.kind,
                    "title": one.title,
                    "excerpt": one.excerpt,
                    "date": one.date or None,
                    "treaties": [treaty.slug for treaty in one.treaties],
                    "address": request.build_absolute_uri(one.address),
                }
                for one in answer.hits
            ],
            "next": question.query(after=answer.after) if answer.after else None,
        },
        json_dumps_params={"ensure_ascii": False},
    )

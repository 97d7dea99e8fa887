"""The calculator and the comparison of exit clauses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from events.calculator import CalculatorError, answer
from events.exit_clauses import BY_TREATY, COLUMNS, PARAMETERS, clauses_asked, exit_clause
from events.exports.sending import Leaving, fetched
from events.exports.tables import csv_lines
from events.paging import page_of
from events.parameters import read
from events.views.asked import asked_of
from events.views.faults import says_what_is_wrong
from events.views.problems import problem
from treaties.models import Party, Provision, Treaty

ASKED = ("treaty", "kind", "party", "on")


def calculator(request: HttpRequest) -> HttpResponse:
    """Show the form, and the answer to what the address asks."""
    asked = {name: request.GET.get(name, "").strip() for name in ASKED}
    context: dict[str, Any] = {
        "asked": asked,
        "treaties": Treaty.objects.published(),
        "parties": Party.objects.order_by("name"),
        "kinds": Provision.Kind.choices,
    }
    if not any(asked.values()):
        return render(request, "events/calculator.html", context)
    try:
        context["answer"] = answer(asked)
    except CalculatorError as error:
        return render(request, "events/calculator.html", context | {"fault": error}, status=400)
    return render(request, "events/calculator.html", context | {"query": request.GET.urlencode()})


def calculator_json(request: HttpRequest) -> HttpResponse:
    """Answer a program."""
    try:
        found = answer({name: request.GET.get(name, "").strip() for name in ASKED})
    except CalculatorError as error:
        return problem(request, str(error), 400, field=error.field)
    return JsonResponse(found.as_json())


@says_what_is_wrong
def exit_clause_list(request: HttpRequest) -> HttpResponse:
    """Compare the clauses on withdrawal."""
    asked = asked_of(request, *PARAMETERS, view=("page", "after"))
    page = page_of(clauses_asked(asked), BY_TREATY, request.GET, asked)
    context = {"clauses": [exit_clause(one) for one in page], "page": page, "asked": asked}
    return render(request, "events/exit_clauses.html", context | {"lateralities": Treaty.Laterality.choices})


@says_what_is_wrong
def exit_clause_csv(request: HttpRequest) -> Leaving:
    """Return the comparison as a table for spreadsheets."""
    rows = fetched(clauses_asked(read(request.GET, PARAMETERS)))
    lines = csv_lines(COLUMNS, (exit_clause(one).cells() for one in rows))
    return Leaving(lines, "text/csv; charset=utf-8", file_name="exit-clauses.csv")

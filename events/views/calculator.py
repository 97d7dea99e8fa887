"""The calculator and the comparison of exit clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from events.calculator import CalculatorError, answer
from events.exit_clauses import COLUMNS, exit_clauses
from events.exports.tables import csv_lines
from events.parameters import FilterError
from events.views.faults import says_what_is_wrong
from events.views.problems import problem
from treaties.models import Party, Provision, Treaty

if TYPE_CHECKING:
    from events.exit_clauses import ExitClause

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


def _filtered(request: HttpRequest) -> list[ExitClause]:
    reasons, laterality = request.GET.get("reasons", ""), request.GET.get("laterality", "")
    if reasons not in ("", "yes", "no"):
        raise FilterError(_("“%(choice)s” is no choice of reasons; write yes or no.") % {"choice": reasons})
    if laterality and laterality not in Treaty.Laterality.values:
        sentence = _("“%(kind)s” is no kind of treaty; write one of %(kinds)s.")
        raise FilterError(sentence % {"kind": laterality, "kinds": ", ".join(Treaty.Laterality.values)})
    return exit_clauses(text=request.GET.get("q", ""), reasons=reasons, laterality=laterality)


@says_what_is_wrong
def exit_clause_list(request: HttpRequest) -> HttpResponse:
    """Compare the clauses on withdrawal."""
    context = {"clauses": _filtered(request), "asked": request.GET, "lateralities": Treaty.Laterality.choices}
    return render(request, "events/exit_clauses.html", context | {"query": request.GET.urlencode()})


@says_what_is_wrong
def exit_clause_csv(request: HttpRequest) -> HttpResponse:
    """Return the comparison as a table for spreadsheets."""
    lines = csv_lines(COLUMNS, (clause.cells() for clause in _filtered(request)))
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="exit-clauses.csv"'
    return response

"""Addresses of the public pages; they are permanent."""

from django.urls import path

from events.views import about, calculator, deadlines, events, front, parties, treaties

urlpatterns = [
    path("", front.front, name="front"),
    path("treaties/", treaties.treaty_list, name="treaties"),
    path("treaties/<slug:slug>/", treaties.treaty, name="treaty"),
    path("parties/", parties.party_list, name="parties"),
    path("parties/<slug:slug>/", parties.party, name="party"),
    path("events/<slug:slug>/", events.event, name="event"),
    path("statements/", events.statements, name="statements"),
    path("deadlines/", deadlines.deadlines, name="deadlines"),
    path("deadlines/<slug:slug>/", deadlines.deadline, name="deadline"),
    path("calculator/", calculator.calculator, name="calculator"),
    path("calculator.json", calculator.calculator_json, name="calculator-json"),
    path("exit-clauses/", calculator.exit_clause_list, name="exit-clauses"),
    path("exit-clauses.csv", calculator.exit_clause_csv, name="exit-clauses-csv"),
    path("coverage/", about.coverage, name="coverage"),
    path("method/", about.method, name="method"),
]

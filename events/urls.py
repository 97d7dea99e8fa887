"""Addresses of the public pages; they are permanent."""

from django.urls import path

from events import clock_views, views

urlpatterns = [
    path("", views.front, name="front"),
    path("treaties/", views.treaty_list, name="treaties"),
    path("treaties/<slug:slug>/", views.treaty, name="treaty"),
    path("parties/", views.party_list, name="parties"),
    path("parties/<slug:slug>/", views.party, name="party"),
    path("events/<slug:slug>/", views.event, name="event"),
    path("statements/", views.statements, name="statements"),
    path("deadlines/", views.deadlines, name="deadlines"),
    path("deadlines/<slug:slug>/", views.deadline, name="deadline"),
    path("calculator/", clock_views.calculator, name="calculator"),
    path("calculator.json", clock_views.calculator_json, name="calculator-json"),
    path("exit-clauses/", clock_views.exit_clause_list, name="exit-clauses"),
    path("exit-clauses.csv", clock_views.exit_clause_csv, name="exit-clauses-csv"),
    path("coverage/", views.coverage, name="coverage"),
    path("method/", views.method, name="method"),
]

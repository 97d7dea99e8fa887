"""Addresses of the public pages; they are permanent."""

from django.urls import path, register_converter

from events.exports.forms import DatesForm, NewsForm, RowsForm
from events.views import about, calculator, deadlines, events, exports, front, parties, search, treaties

for form in (RowsForm, NewsForm, DatesForm):
    register_converter(form, form.__name__)

urlpatterns = [
    path("treaties.<RowsForm:form>", exports.treaties, name="treaties-export"),
    path("treaties/<slug:slug>.<DatesForm:form>", exports.of_treaty, name="treaty-export"),
    path("parties.<RowsForm:form>", exports.parties, name="parties-export"),
    path("parties/<slug:slug>.<DatesForm:form>", exports.of_party, name="party-export"),
    path("statements.<NewsForm:form>", exports.statements, name="statements-export"),
    path("deadlines.<DatesForm:form>", exports.deadlines, name="deadlines-export"),
    path("changes.<NewsForm:form>", exports.changes, name="changes-export"),
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
    path("search/", search.search_page, name="search"),
    path("search.json", search.search_json, name="search-json"),
    path("coverage/", about.coverage, name="coverage"),
    path("method/", about.method, name="method"),
]

"""Addresses of the public pages; they are permanent."""

from django.urls import path, register_converter

from events.exports.forms import CitationForm, DatesForm, NewsForm, RowsForm
from events.views import (
    about,
    calculator,
    changes,
    citations,
    claims,
    deadlines,
    embed,
    events,
    exports,
    front,
    indexing,
    matrix,
    parties,
    pictures,
    search,
    treaties,
)

for form in (RowsForm, NewsForm, DatesForm, CitationForm):
    register_converter(form, form.__name__)

urlpatterns = [
    path("treaties.<RowsForm:form>", exports.treaties, name="treaties-export"),
    path("treaties/<slug:slug>.<DatesForm:form>", exports.of_treaty, name="treaty-export"),
    path("parties.<RowsForm:form>", exports.parties, name="parties-export"),
    path("parties/<slug:slug>.<DatesForm:form>", exports.of_party, name="party-export"),
    path("statements.<NewsForm:form>", exports.statements, name="statements-export"),
    path("deadlines.<DatesForm:form>", exports.deadlines, name="deadlines-export"),
    path("cite/<CitationForm:form>/", citations.citation, {"page": ""}, name="citation-of-front"),
    path("cite/<CitationForm:form>/<path:page>", citations.citation, name="citation"),
    path("embed/treaties/<slug:slug>/", embed.treaty, name="embed-treaty"),
    path("embed/deadlines/<slug:slug>/", embed.deadline, name="embed-deadline"),
    path("oembed", embed.oembed, name="oembed"),
    path("pictures/treaties/<slug:slug>.png", pictures.treaty, name="picture-of-treaty"),
    path("pictures/deadlines/<slug:slug>.png", pictures.deadline, name="picture-of-deadline"),
    path("sitemap.xml", indexing.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", indexing.sitemap_section, name="sitemap-section"),
    path("robots.txt", indexing.robots, name="robots"),
    path("changes.<NewsForm:form>", exports.changes, name="changes-export"),
    path("", front.front, name="front"),
    path("treaties/", treaties.treaty_list, name="treaties"),
    path("treaties/<slug:slug>/", treaties.treaty, name="treaty"),
    path("treaties/<slug:treaty>/parties/<slug:party>/", matrix.participation, name="participation"),
    path("matrix/", matrix.matrix_page, name="matrix"),
    path("claims/", claims.claim_list, name="claims"),
    path("changes/", changes.changes, name="changes"),
    path("changes/<int:number>/", changes.change, name="change"),
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
    path("about/", about.about, name="about"),
    path("method/", about.method, name="method"),
]

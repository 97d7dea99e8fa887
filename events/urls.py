"""Addresses of the public pages; they are permanent."""

from django.urls import path

from events import views

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
    path("method/", views.method, name="method"),
]

"""Addresses of the embedded mailbox."""

from django.urls import path

from treatywatch.mailbox import views

app_name = "mailbox"
urlpatterns = [
    path("", views.mailbox, name="list"),
    path("<str:name>/", views.message, name="message"),
    path("<str:name>/html", views.html_part, name="html"),
]

"""Addresses for subscribing, confirming and leaving."""

from django.urls import path

from alerts import bounce_views, preference_views, preview_views, views

app_name = "alerts"
urlpatterns = [
    path("subscribe/", views.subscribe_page, name="subscribe"),
    path("bounces/", bounce_views.take_report, name="bounces"),
    path("confirm/<str:token>/", views.confirm_page, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe_page, name="unsubscribe"),
    path("one-click/<str:token>/", views.one_click, name="one-click"),
    path("link/", preference_views.ask_link, name="link"),
    path("preview/", preview_views.previews, name="previews"),
    path("preview/<str:kind>.<str:form>", preview_views.preview, name="preview"),
    path("preferences/<str:token>/", preference_views.preferences, name="preferences"),
    path("preferences/<str:token>/export.json", preference_views.export, name="export"),
]

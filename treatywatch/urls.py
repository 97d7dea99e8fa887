"""The address book of the site."""

from django.contrib import admin
from django.urls import include, path

from treatywatch import health

admin.site.site_header = admin.site.site_title = "TreatyWatch: the editors' desk"
admin.site.index_title = "What would you like to enter?"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("mailbox/", include("treatywatch.mailbox.urls")),
    path("alerts/", include("alerts.urls")),
    path("", include("events.urls")),
]

"""The address book of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from treatywatch import health
from treatywatch.metrics import metrics

handler500 = "treatywatch.faults.server_error"
urlpatterns = [
    # Browsers ask for it on pages that are not ours to mark up, such as the admin's.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.ico")),
    path("admin/", admin.site.urls),
    path("metrics", metrics),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("health/alerts", health.alerts),
    *i18n_patterns(
        path("mailbox/", include("treatywatch.mailbox.urls")),
        path("alerts/", include("alerts.urls")),
        path("", include("events.urls")),
        prefix_default_language=False,
    ),
]

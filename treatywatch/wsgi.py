"""WSGI entry point for the application server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "treatywatch.settings")

_django = get_wsgi_application()

# Reads the settings, so it can be imported only now.
from treatywatch.page_cache.serving import PageCache  # noqa: E402

application = PageCache(_django)

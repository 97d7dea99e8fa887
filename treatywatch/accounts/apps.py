"""Puts our own admin site in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class DeskSiteConfig(AdminConfig):
    """The admin, with the desk's way to sign in."""

    default_site = "treatywatch.accounts.site.DeskSite"

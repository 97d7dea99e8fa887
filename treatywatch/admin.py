"""The accounts of the desk: role by group, and the treaties that an editor may be limited to."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User

from treaties.models import EditorAssignment

admin.site.unregister(User)


class AssignmentInline(admin.TabularInline):
    """The treaties that an editor publishes on; none means all."""

    model = EditorAssignment
    autocomplete_fields = ["treaty"]
    extra = 0


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts."""

    inlines = [AssignmentInline]
    list_display = ["username", "get_full_name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]

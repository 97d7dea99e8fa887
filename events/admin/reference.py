"""Editing parties, officials and sources: what readers see of them is shown and recorded like the rest."""

from __future__ import annotations

from django.contrib import admin

from events.admin.desk import DeskAdmin
from treaties.admin import OfficialAdmin, PartyAdmin, SourceAdmin
from treaties.models import Official, Party, Source


@admin.register(Source)
class SourceDesk(DeskAdmin, SourceAdmin):
    """Sources; they feed no clock, and bring files, so that they are saved at once."""

    confirms = False


@admin.register(Party)
class PartyDesk(DeskAdmin, PartyAdmin):
    """Parties."""


@admin.register(Official)
class OfficialDesk(DeskAdmin, OfficialAdmin):
    """Officials."""

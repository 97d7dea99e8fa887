"""The subscribe form."""

from __future__ import annotations

import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.models import AlertKind

MOST_LEAD_DAYS = 3650
MOST_LEADS = 20


class SubscribeForm(forms.Form):
    """An address and the zone whose morning brings the mail."""

    email = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        error_messages={"invalid": _("This is not a mail address; write it like name@example.org, on one line.")},
    )
    time_zone = forms.CharField(
        label=_("Time zone"), initial="UTC", help_text=_("Such as Europe/Vienna; mail comes in its morning.")
    )

    def clean_email(self) -> str:
        """Write an international domain the way mail relays read it."""
        name, _at, domain = self.cleaned_data["email"].rpartition("@")
        try:
            return f"{name}@{domain.encode('idna').decode('ascii')}"
        except UnicodeError as error:
            raise forms.ValidationError(_("The part after the @ is not a domain that mail can reach.")) from error

    def clean_time_zone(self) -> str:
        """Refuse what is no IANA zone."""
        return known_zone(self.cleaned_data["time_zone"])


def known_zone(text: str) -> str:
    """Return the zone's name.

    Raises:
        ValidationError: if it is no IANA zone.

    """
    zone = text.strip()
    if zone not in zoneinfo.available_timezones():
        raise forms.ValidationError(_("“%(zone)s” is not a time zone; write it like Europe/Vienna.") % {"zone": zone})
    return zone


class ZoneForm(forms.Form):
    """The zone whose morning brings the mail."""

    time_zone = forms.CharField(label=_("Time zone"), help_text=_("Such as Europe/Vienna; mail comes in its morning."))

    def clean_time_zone(self) -> str:
        """Refuse what is no IANA zone."""
        return known_zone(self.cleaned_data["time_zone"])


class WishForm(forms.Form):
    """What a subscription tells, and how many days before a date."""

    kinds = forms.MultipleChoiceField(
        label=_("Tell me of"),
        choices=AlertKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind, or end this subscription.")},
    )
    lead_days = forms.CharField(
        label=_("Days before a date"),
        required=False,
        help_text=_("Numbers from 0 to 3650, separated by commas: 90, 30, 7."),
    )

    def clean_lead_days(self) -> list[int]:
        """Read the numbers, the largest first."""
        words = self.cleaned_data["lead_days"].replace(",", " ").split()
        if not all(word.isdecimal() and int(word) <= MOST_LEAD_DAYS for word in words):
            raise forms.ValidationError(_("Write whole numbers of days from 0 to 3650, separated by commas."))
        if len(words) > MOST_LEADS:
            raise forms.ValidationError(_("At most %(number)d reminders for one date.") % {"number": MOST_LEADS})
        return sorted({int(word) for word in words}, reverse=True)

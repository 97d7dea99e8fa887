"""What somebody can say of their mail: the address, what to be told and when, and how it comes."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alerts.models import AlertKind, Subscriber, default_kinds, default_lead_days
from treaties.zones import is_known_zone

MOST_LEAD_DAYS = 3650
MOST_LEADS = 20
DIGEST_HOURS = range(5, 12)
DEFAULT_HOUR = 8


def known_zone(text: str) -> str:
    """Return the zone's name.

    Raises:
        ValidationError: if it is no IANA zone.

    """
    zone = text.strip()
    if zone not in zoneinfo.available_timezones() or not is_known_zone(zone):
        raise forms.ValidationError(_("“%(zone)s” is not a time zone; write it like Europe/Vienna.") % {"zone": zone})
    return zone


class DeliveryForm(forms.Form):
    """When mail comes, how much at once, and in which language."""

    time_zone = forms.CharField(
        label=_("Time zone"), initial="UTC", help_text=_("Such as Europe/Vienna; mail comes in its morning.")
    )
    rhythm = forms.ChoiceField(
        label=_("How mail comes"),
        choices=Subscriber.Rhythm.choices,
        initial=Subscriber.Rhythm.IMMEDIATE,
        widget=forms.RadioSelect,
    )
    digest_weekday = forms.TypedChoiceField(
        label=_("Day of the weekly mail"),
        choices=Subscriber.Weekday.choices,
        empty_value=str(int(Subscriber.Weekday.MONDAY)),
        required=False,
        initial=Subscriber.Weekday.MONDAY,
    )
    digest_hour = forms.TypedChoiceField(
        label=_("Hour of a daily or weekly mail"),
        choices=[(hour, f"{hour}:00") for hour in DIGEST_HOURS],
        empty_value=str(DEFAULT_HOUR),
        required=False,
        initial=DEFAULT_HOUR,
    )
    empty_digest = forms.BooleanField(
        label=_("The weekly mail comes even when nothing is due, and says so"), required=False, initial=True
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)

    def clean_time_zone(self) -> str:
        """Refuse what is no IANA zone."""
        return known_zone(self.cleaned_data["time_zone"])

    @property
    def delivery(self) -> dict[str, Any]:
        """Return the checked columns of a subscriber."""
        chosen = {name: self.cleaned_data[name] for name in DeliveryForm.base_fields}
        return chosen | {name: int(chosen[name]) for name in ("digest_weekday", "digest_hour")}


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

    @property
    def wish(self) -> dict[str, Any]:
        """Return the checked columns of a subscription."""
        return {name: self.cleaned_data[name] for name in WishForm.base_fields}

    def clean_lead_days(self) -> list[int]:
        """Read the numbers, the largest first."""
        words = self.cleaned_data["lead_days"].replace(",", " ").split()
        if not all(word.isdecimal() and int(word) <= MOST_LEAD_DAYS for word in words):
            raise forms.ValidationError(_("Write whole numbers of days from 0 to 3650, separated by commas."))
        if len(words) > MOST_LEADS:
            raise forms.ValidationError(_("At most %(number)d reminders for one date.") % {"number": MOST_LEADS})
        return sorted({int(word) for word in words}, reverse=True)

    def clean(self) -> dict[str, Any]:
        """Refuse reminders that would never come."""
        chosen = super().clean() or self.cleaned_data
        # None where they could not be read.
        if AlertKind.LEAD in chosen.get("kinds", ()) and chosen.get("lead_days") == []:
            sentence = _("Write how many days before a date you want to be reminded, or do not choose “%(kind)s”.")
            self.add_error("lead_days", sentence % {"kind": AlertKind.LEAD.label})
        return chosen


class AddressForm(forms.Form):
    """A mail address."""

    email = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        error_messages={"invalid": _("This is not a mail address; write it like name@example.org, on one line.")},
    )

    def clean_email(self) -> str:
        """Write an international domain the way mail relays read it."""
        name, _at, domain = self.cleaned_data["email"].rpartition("@")
        try:
            return f"{name}@{domain.encode('idna').decode('ascii')}"
        except UnicodeError as error:
            raise forms.ValidationError(_("The part after the @ is not a domain that mail can reach.")) from error


class SubscribeForm(AddressForm, WishForm, DeliveryForm):
    """An address, and all that can be chosen; at first it shows what most want."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].initial = default_kinds()
        self.fields["lead_days"].initial = ", ".join(str(days) for days in default_lead_days())
        self.fields["language"].initial = get_language() or settings.LANGUAGE_CODE

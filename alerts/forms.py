"""The subscribe form."""

from __future__ import annotations

import zoneinfo

from django import forms


class SubscribeForm(forms.Form):
    """An address and the zone whose morning brings the mail."""

    email = forms.EmailField(
        label="Mail address",
        max_length=254,
        error_messages={"invalid": "This is not a mail address; write it like name@example.org, on one line."},
    )
    time_zone = forms.CharField(
        label="Time zone", initial="UTC", help_text="Such as Europe/Vienna; mail comes in its morning."
    )

    def clean_email(self) -> str:
        """Write an international domain the way mail relays read it."""
        name, _, domain = self.cleaned_data["email"].rpartition("@")
        try:
            return f"{name}@{domain.encode('idna').decode('ascii')}"
        except UnicodeError as error:
            raise forms.ValidationError("The part after the @ is not a domain that mail can reach.") from error

    def clean_time_zone(self) -> str:
        """Refuse what is no IANA zone."""
        zone: str = self.cleaned_data["time_zone"].strip()
        if zone not in zoneinfo.available_timezones():
            raise forms.ValidationError(f"“{zone}” is not a time zone; write it like Europe/Vienna.")
        return zone

"""An editor looks at a mail as readers would get it, or sends one to their own address by the real way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation

from alerts.models import AlertKind
from alerts.preview_views import as_answer
from alerts.samples import sample_of, shown
from alerts.services.test_mail import TestMailError, plan_test
from events.models import Deadline

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from alerts.samples import Sample


class TryForm(forms.Form):
    """Which mail to look at."""

    kind = forms.ChoiceField(choices=AlertKind.choices)
    deadline = forms.ModelChoiceField(
        Deadline.objects.on_record(),
        to_field_name="slug",
        required=False,
        widget=forms.TextInput,
        help_text="The last part of its address; empty for the one that shows this kind best.",
        error_messages={"invalid_choice": "There is no such deadline on record."},
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE)

    def clean(self) -> dict[str, Any]:
        """Find what the mail would be about."""
        data = super().clean() or {}
        if not self.errors:
            data["sample"] = sample_of(data["kind"], deadline=data["deadline"])
            if data["sample"] is None:
                raise forms.ValidationError("Nothing on record, or not this deadline, shows a mail of this kind.")
        return data


def try_mail(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Answer the editor's page: empty, with a mail shown, or after a test was planned."""
    form = TryForm(request.POST or request.GET or None)
    if form.is_valid() and request.method == "POST":
        return _send(request, form.cleaned_data["sample"], form.cleaned_data["language"])
    mail = None
    if form.is_valid():
        with translation.override(form.cleaned_data["language"]):
            mail = shown(form.cleaned_data["sample"], link=request.path)
        if request.GET.get("show") == "html":
            return as_answer(mail, "html")
    return render(request, "admin/alerts/alert/try.html", context | {"form": form, "mail": mail})


def _send(request: HttpRequest, sample: Sample, language: str) -> HttpResponse:
    email = getattr(request.user, "email", "")
    try:
        plan_test(sample.alert, email=email, language=language, at=timezone.now())
    except TestMailError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"A test is on its way to {email}; you see it in the outbox below.")
    return redirect(reverse("admin:alerts_alert_changelist"))

"""The source of an entry named beside it: its address is pasted, and a page that is not on record yet is added."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminTextInputWidget, AdminURLFieldWidget
from django.utils.translation import gettext_lazy as _

from events.admin.explaining import NO_DAY
from events.source_entry import NamedSource
from treaties.models import Source

SOURCE_FIELDS = ("sources", "source_address", "source_publisher", "source_title", "source_published_on")
_FIELD_OF = {"url": "source_address", "publisher": "source_publisher", "title": "source_title"}


class NamesSource(forms.ModelForm):
    """Fields that name one more source; `named_source` is what they say once the form is clean."""

    source_address = forms.URLField(
        label=_("Address of the source"),
        required=False,
        max_length=1000,
        assume_scheme="https",
        widget=AdminURLFieldWidget,
        help_text=_("Paste it: a page that is on record is used, a new one is added with this entry."),
        error_messages={
            "invalid": _("This is no address of a page: one reads https://example.org/page, without spaces.")
        },
    )
    source_publisher = forms.CharField(
        label=_("Publisher"),
        required=False,
        max_length=200,
        widget=AdminTextInputWidget,
        help_text=_("Of a new page: who published it."),
    )
    source_title = forms.CharField(
        label=_("Title of the page"),
        required=False,
        max_length=400,
        widget=AdminTextInputWidget,
        help_text=_("Of a new page: as it has it."),
    )
    source_published_on = forms.DateField(
        label=_("Published on"),
        required=False,
        widget=AdminDateWidget,
        help_text=_("Of a new page: 2019-02-02; empty if it does not say."),
        error_messages={"invalid": NO_DAY},
    )

    named_source = NamedSource("", "", "")

    def clean(self) -> dict[str, Any]:
        """Use the source that is on record, or check what a new one needs."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        named = NamedSource(
            cleaned.get("source_address") or "",
            (cleaned.get("source_publisher") or "").strip(),
            (cleaned.get("source_title") or "").strip(),
            cleaned.get("source_published_on"),
        )
        known = named.on_record() if named else None
        if known:
            cleaned["sources"] = [*cleaned.get("sources", []), known]
        elif named:
            for part, sentence in named.faults().items():
                self.add_error(_FIELD_OF[part], sentence)
            self.named_source = named
        return cleaned

    def sources_to_be(self) -> list[Source]:
        """Return the entry's sources as they will be once it is saved; a new one has no key yet."""
        new = Source(publisher=self.named_source.publisher, title=self.named_source.title)
        return [*self.cleaned_data.get("sources", []), *([new] if self.named_source else [])]

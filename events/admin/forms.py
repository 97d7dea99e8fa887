"""The forms in which events and statements are entered: dates as people write them, faults as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import slugify
from django.utils.translation import gettext as _

from events.admin.source_fields import NamesSource
from events.dates import DateError, read_words, span
from events.entry_advice import look_alikes, office_on
from events.entry_names import free_slug
from events.intake.stances import KIND_OF_STANCE
from events.models import Event, Statement
from events.validation import check_event

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

_SLUG_LENGTH = 120


class EventForm(NamesSource):
    """An event: the address and the bounds of its date follow from what is typed."""

    is_another = forms.BooleanField(
        label=_("This is another one"),
        required=False,
        help_text=_("Tick if an entry of the same party, treaty, kind and time is on record, and this is not it."),
    )

    class Meta:
        model = Event
        fields = [
            "kind",
            "date",
            "date_basis",
            "until",
            "treaties",
            "actor",
            "parties",
            "title",
            "summary",
            "place",
            "sources",
            "publication",
            "verified",
            "slug",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["date"] = self.instance.date_wording or self.instance.date
        for name, help_text in (
            ("date", "As the source has it: 2 Feb 2019, February 2019, 2014, late 2017, by 2 Feb 2019."),
            ("slug", "The lasting address; left empty, it is made from date and title."),
        ):
            if name in self.fields:
                self.fields[name].help_text = help_text
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_date(self) -> str:
        """Read the date, keeping the words of a coarse one.

        Raises:
            ValidationError: if it cannot be read.

        """
        try:
            edtf, self._wording = read_words(self.cleaned_data["date"])
        except DateError as error:
            raise forms.ValidationError(str(error)) from error
        return edtf

    def clean(self) -> dict[str, Any]:
        """Check what only the whole entry can tell."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._derive_kind(cleaned)
        if not cleaned.get("date"):
            return cleaned
        cleaned["date_wording"] = self.instance.date_wording = self._wording
        for field, sentence in check_event(cleaned | {"sources": self.sources_to_be()}).items():
            self.add_error(field if field in self.fields else None, sentence)
        if cleaned.get("title") and not self.errors:
            self._name(cleaned)
        self._ask_about_look_alikes(cleaned)
        return cleaned

    def _ask_about_look_alikes(self, cleaned: dict[str, Any]) -> None:
        """Stop a new entry that looks like one on record, until the editor says that it is another."""
        if self.instance.pk or cleaned.get("is_another") or self.errors:
            return
        twins = look_alikes(
            kind=cleaned.get("kind") or "",
            actor=cleaned.get("actor"),
            treaties=cleaned.get("treaties") or (),
            days=span(cleaned["date"]),
        )
        if twins:
            names = format_html_join(", ", '<a href="{}">{}</a>', ((_desk_address(one), str(one)) for one in twins))
            sentence = _("Is it on record already? {twins}. If this is another one, say so below.")
            self.add_error("is_another", format_html(sentence, twins=names))

    def _derive_kind(self, cleaned: dict[str, Any]) -> None:
        """Leave the kind as it was chosen."""

    def _name(self, cleaned: dict[str, Any]) -> None:
        """Make the address of a new entry; refuse one that is already on record."""
        if cleaned.get("slug") or self.instance.pk:
            cleaned["slug"] = cleaned.get("slug") or self.instance.slug
            return
        twin = Event.objects.filter(title=cleaned["title"], date=cleaned["date"]).first()
        if twin:
            self.add_error(None, _already_there(twin))
            return
        start = cleaned["date"].strip("./").split("/")[0].rstrip("~?%")
        cleaned["slug"] = free_slug(f"{start}-{slugify(cleaned['title'])}"[:_SLUG_LENGTH], Event.objects)


def _already_there(twin: Event) -> SafeString:
    sentence = _('An entry with this date and title is already on record: <a href="{}">{}</a>. Nothing was saved.')
    return format_html(sentence, _desk_address(twin), str(twin))


def _desk_address(event: Event) -> str:
    kind = "statement" if Statement.objects.filter(pk=event.pk).exists() else "event"
    return reverse(f"admin:events_{kind}_change", args=[event.pk])


class StatementForm(EventForm):
    """A statement: the kind follows from the stance, the acting party from the speaker."""

    class Meta(EventForm.Meta):
        model = Statement
        fields = [
            *EventForm.Meta.fields,
            "speaker",
            "body",
            "stance",
            "targets",
            "obligation",
            "quotation",
            "responds_to",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, help_text in (
            ("kind", "Left empty, it follows from the stance."),
            ("actor", "Left empty, it is the speaker's party."),
        ):
            if name in self.fields:
                self.fields[name].required = False
                self.fields[name].help_text = help_text

    def clean(self) -> dict[str, Any]:
        """Check the speaker, and fill in what follows from speaker and stance."""
        if not self.cleaned_data.get("speaker") and not self.cleaned_data.get("body"):
            self.add_error("speaker", "Who said it? Choose a speaker, or name the speaking body.")
        cleaned = super().clean()
        self._check_office(cleaned)
        return cleaned

    def _check_office(self, cleaned: dict[str, Any]) -> None:
        speaker, day = cleaned.get("speaker"), cleaned.get("date")
        if not speaker or not day:
            return
        held = office_on(speaker, span(day)[1])
        if held is None:
            sentence = _(
                "%(speaker)s did not hold that office on that day, nor another on record: correct one of them."
            )
            self.add_error("speaker", sentence % {"speaker": speaker})
        elif held != speaker:
            sentence = _("On that day %(name)s was %(office)s: choose that office.")
            self.add_error("speaker", sentence % {"name": held.name, "office": held.office})

    def _derive_kind(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("kind"):
            cleaned["kind"] = KIND_OF_STANCE.get(cleaned.get("stance", ""), Event.Kind.STATEMENT)
        if not cleaned.get("actor") and cleaned.get("speaker"):
            cleaned["actor"] = cleaned["speaker"].party

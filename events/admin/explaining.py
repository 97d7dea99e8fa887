"""What each field of the desk's forms asks for, in the words of the field; the model's own help comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.utils.translation import gettext_lazy as _

from events.admin.autocompleting import OneChoice, SeveralChoices

if TYPE_CHECKING:
    from django.db.models import Field
    from django.http import HttpRequest

NO_DAY = _("This is no day: write 2019-02-02 or 2 February 2019.")
_ADDRESS = _("The lasting part of its address; once published it stays.")
_STATE = _("Readers see what is published; drafts and what was withdrawn stay at the desk.")
_HELP = {
    "source.slug": _ADDRESS,
    "source.publisher": _("Who published it: a depositary, a ministry, an agency, a newspaper."),
    "source.title": _("As the page or document has it."),
    "source.published_on": _("The day that the page itself names; empty if it names none."),
    "source.language": _("Of the text that was read, as a code: en, fr, ru."),
    "source.read_on": _("The day on which somebody last read it for the record."),
    "source.archived_copy": _("Address of a copy in a web archive."),
    "source.note": _("What a later editor should know: a paywall, a translation used, a missing page."),
    "party.slug": _ADDRESS,
    "party.name": _("The short name in general use."),
    "party.kind": _("A predecessor state is one that others have succeeded."),
    "party.iso_code": _("Two letters; empty for organisations and predecessor states."),
    "party.succeeded_by": _("Of a predecessor state: who continues its treaties."),
    "official.slug": _ADDRESS,
    "official.name": _("As the press writes it; one person in two offices has two rows of the same name."),
    "official.office": _("With its state or body: Foreign Minister of Russia."),
    "official.party": _("For whom this office speaks."),
    "official.sources": _("Where the dates of the office were read."),
    "treaty.slug": _ADDRESS,
    "treaty.short_name": _("The name in general use: NPT, INF Treaty."),
    "treaty.official_name": _("In full, as the depositary has it."),
    "treaty.laterality": _("How many may be party to it."),
    "treaty.signed_on": _("The day on which it was signed or opened for signature."),
    "treaty.signed_at": _("Where that was."),
    "treaty.entered_into_force_on": _("Of the treaty itself; when it entered into force for a party is an act."),
    "treaty.un_registration": _("Its number in the United Nations Treaty Series."),
    "treaty.scope": _("In your own words, in one sentence."),
    "treaty.summary": _("In your own words; readers see it at the head of the page."),
    "treaty.publication": _STATE,
    "treaty.depositaries": _("With whom instruments and notices are deposited."),
    "treaty.sources": _("Where each fact of this row was read."),
    "participation.treaty": _("The treaty to which it is, was or may become party."),
    "participation.party": _("A state or organisation; its acts are entered below."),
    "participation.note": _("What the acts do not tell, in your own words."),
    "participationact.kind": _("A deposit and the entry into force that follows from it are two acts."),
    "participationact.date": _("The day of the deposit or act itself."),
    "participationact.basis": _("Only what a source states or an editor infers is typed in."),
    "participationact.note": _("Such as the text of a reservation in short."),
    "participationact.source": _("Where the date was read."),
    "participationact.verified": _("Read in the source given."),
    "provision.treaty": _("The treaty of which this is a clause."),
    "provision.paragraph": _("As the treaty numbers it: 2, or (5)-(6)."),
    "provision.kind": _("What the clause regulates."),
    "provision.recipients": _("Such as: the other parties and the Security Council."),
    "provision.reasons": _("Such as: a statement of the extraordinary events."),
    "provision.armed_conflict": _("Such as: no withdrawal takes effect before the end of the conflict."),
    "provision.survival": _("Such as: duties that outlast the withdrawal."),
    "provision.source": _("Where the clause was read."),
    "disputedreading.trigger": _("The act whose effect is disputed."),
    "disputedreading.source": _("Where that reading is stated."),
    "event.slug": _ADDRESS,
    "event.kind": _("What kind of act or happening it is; a kind may start, stop or end a clock."),
    "event.date_basis": _("Whether the source itself gives the date."),
    "event.title": _("Who did or said what, in one line and without judgement."),
    "event.summary": _("In your own words; *emphasis*, lists and links are understood."),
    "event.place": _("Where it happened."),
    "event.publication": _STATE,
    "event.treaties": _("Every treaty that it concerns: their clocks are recomputed."),
    "event.parties": _("Whom it concerns besides the one who acted."),
    "event.sources": _("Where you have read it; nothing is published without one."),
    "statement.speaker": _("Type the date first: the office held on that day is then offered first."),
    "statement.stance": _("What the speaker does by saying it; the kind of the entry follows."),
    "statement.responds_to": _("The entry that it answers: both are then shown together."),
    "statement.targets": _("At whom it is aimed."),
}


class Explained(BaseModelAdmin):
    """A form or inline in which every field says what it asks for."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Complete what is typed with a field that takes back whatever was sent."""
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", OneChoice(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Complete what is typed with a field that takes back whatever was sent."""
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", SeveralChoices(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **options)

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **options: Any) -> Any:
        """Add the help of the field, where the model gives none."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        help_text = _HELP.get(f"{db_field.model._meta.model_name}.{db_field.name}")
        if field is not None and help_text and not db_field.help_text:
            field.help_text = help_text
        if isinstance(field, forms.DateField):
            field.error_messages["invalid"] = NO_DAY
        return field

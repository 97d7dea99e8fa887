"""How every row is saved at the desk: shown first, then committed as shown; or proposed, where one may not publish.

A save runs in a transaction. At its end the impact is measured; if the editor has not seen exactly this impact yet,
or may not publish it, the transaction is undone by one of the exceptions below, and the page says what happens next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from events.admin import presence
from events.admin.anew import gone
from events.admin.confirming import Question, decision_of
from events.admin.exporting import Exporting
from events.admin.first_fault import BeginsAtFault
from events.admin.history import KeepsHistory
from events.admin.publishable import Publishable
from events.editorial import proposals
from events.editorial.edits import NotAllowedError, because, settle
from events.editorial.impact import Look
from events.editorial.kinds import kind_of
from events.editorial.permission import PUBLISH, may_commit, may_publish
from events.editorial.values import digest, values_of, with_new_children
from events.editorial.versions import last_version
from events.editorial.writing import EditError, write
from events.services import ConcurrentChangeError
from treaties.keys import is_key
from treaties.models import PublicationState

if TYPE_CHECKING:
    from django.forms import ModelForm
    from django.http import HttpRequest, HttpResponse

    from events.editorial.impact import Impact
    from events.editorial.kinds import RowKind
    from events.editorial.values import Values
    from events.source_entry import NamedSource
    from treaties.models import Source


class MustBeProposedError(Exception):
    """Readers would see it, and the user may not publish, or wants a review; `values` are what was typed."""

    def __init__(self, label: str, values: Values) -> None:
        super().__init__(label)
        self.label, self.values = label, values


@dataclass
class Saving:
    """What one request has looked at before it saves."""

    look: Look
    wants_review: bool
    brought: dict[int, NamedSource] = field(default_factory=dict)

    def brings(self, source: Source, named: NamedSource) -> None:
        """Note a source that the save itself adds: it will have another key if it is undone and made again."""
        self.brought[source.pk] = named
        self.look.brought[source.pk] = source.slug


class RefusedForm:
    """A form that shows what was typed, and saves nothing."""

    refusal = ""

    def clean(self) -> Any:
        """Refuse with a sentence."""
        cleaned = super().clean()  # type: ignore[misc]
        self.add_error(None, self.refusal)  # type: ignore[attr-defined]
        return cleaned


class ReopenedForm:
    """A form that shows what was typed, without a fault, and saves nothing."""

    def is_valid(self) -> bool:
        """Let nothing be saved."""
        return False


class DeskAdmin(Exporting, Publishable, KeepsHistory):
    """Saves a row with its impact shown before, or as a proposal."""

    change_form_template = "admin/desk/change_form.html"
    # False for rows that come with files, which a page of confirmation could not carry.
    confirms = True

    class Media:
        css = {"all": ["desk.css", "desk-impact.css"]}

    @property
    def kind(self) -> RowKind:
        """Return the kind of the rows edited here."""
        return kind_of(self.model)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form, or save it."""
        pk = self._pk(object_id)
        context = (extra_context or {}) | self._form_context(request, pk)
        if request.method == "POST" and "_edit" not in request.POST:
            return self._save(request, pk, form_url, context)
        if request.method == "POST":
            if pk and not self.model._base_manager.filter(pk=pk).exists():
                raise gone(self, request, pk)
            request.desk_reopens = True  # type: ignore[attr-defined]
            messages.info(request, _("Nothing has been saved yet."))
        return super().changeform_view(request, object_id, form_url, context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the address fills in; where it names no row that there could be, the field stays empty."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        relations = {one.name for one in self.opts.get_fields() if one.is_relation}
        return {
            name: value
            for name, value in initial.items()
            if name not in relations or all(map(is_key, value if isinstance(value, list) else [value]))
        }

    def _save(self, request: HttpRequest, pk: int | None, form_url: str, context: dict[str, Any]) -> HttpResponse:
        """Save, or say why not; the form then still holds what was typed.

        Raises:
            RowGoneError: if the row has been deleted; it holds what was typed.

        """
        try:
            return self._attempt(request, pk, form_url, context)
        except (ConcurrentChangeError, NotAllowedError, EditError) as error:
            sentence = str(error)
        except IntegrityError:
            sentence = _("The same entry was saved a moment ago; yours was not saved a second time.")
        except self.model.DoesNotExist as error:
            if pk is None:
                raise
            raise gone(self, request, pk) from error
        request.desk_refusal = sentence  # type: ignore[attr-defined]
        return self._form(request, pk, form_url, context | self._form_context(request, pk))

    def _form(self, request: HttpRequest, pk: int | None, form_url: str, context: dict[str, Any]) -> HttpResponse:
        return super().changeform_view(request, str(pk) if pk else None, form_url, context)

    def _attempt(self, request: HttpRequest, pk: int | None, form_url: str, context: dict[str, Any]) -> HttpResponse:
        try:
            with transaction.atomic(), because(user=request.user, note=decision_of(request).public_note, how="form"):
                look = Look(self.kind, [pk] if pk else [])
                self._check_opened(request, look, pk)
                request.desk = Saving(look, "_propose" in request.POST)  # type: ignore[attr-defined]
                return self._form(request, pk, form_url, context)
        except Question as question:
            return self.ask(request, question, row=self.get_object(request, str(pk)) if pk else None)
        except MustBeProposedError as wish:
            return self._propose(request, pk, wish)

    def _pk(self, object_id: str | None) -> int | None:
        try:
            return self.model._meta.pk.to_python(unquote(object_id)) if object_id else None
        except ValidationError:
            return None

    def _form_context(self, request: HttpRequest, pk: int | None) -> dict[str, Any]:
        row = self.model._base_manager.filter(pk=pk).first() if pk else None
        values = values_of(self.kind, row) if row else None
        others = presence.others(self.kind.name, pk, request.user) if row and request.method == "GET" else []
        if row:
            presence.note(self.kind.name, row.pk, request.user)
        is_public = self.kind.is_public(pk, values) if values else not self.kind.can_be_draft
        return {
            "opened": digest(values) if values else "",
            "reason": decision_of(request).reason,
            # Of work that was kept and is now sent again: once it is saved, it need not be kept any longer.
            "kept": request.POST.get("_kept", ""),
            "others": others,
            "row_is_public": is_public,
            "may_publish": request.user.has_perm(PUBLISH),
            "may_publish_this": may_publish(request.user, self.kind.treaties_of(pk, values)) if row else True,
            "waiting": proposals.open_for(self.kind, pk) if row else [],
        }

    def _check_opened(self, request: HttpRequest, look: Look, pk: int | None) -> None:
        """Refuse to save over what somebody else has saved since the form was opened, but keep what was typed."""
        opened = request.POST.get("_opened")
        if not opened or pk is None or opened == digest(look.values[pk]):
            return
        last = last_version(self.kind, pk)
        sentence = _(
            "Somebody else (%(who)s) has saved this entry since you opened it; yours was not saved. "
            "Compare with the history of the row. What you typed is still below: saving again puts it in the "
            "place of theirs."
        ) % {"who": last.who if last else "?"}
        history = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[pk])
        # In a window of its own: what was typed stays where it is.
        link = format_html('{} <a href="{}" target="_blank">{}</a>', sentence, history, _("Its history"))
        request.desk_refusal = link  # type: ignore[attr-defined]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any
    ) -> type[ModelForm[Any]]:
        """Return the form; one that refuses where this request must not save."""
        form = super().get_form(request, obj, change, **options)
        refusal = getattr(request, "desk_refusal", "")
        stops = (RefusedForm,) if refusal else (ReopenedForm,) if getattr(request, "desk_reopens", False) else ()
        in_order = tuple(options.get("fields") or ())
        meta: Any = type(form)
        return meta(form.__name__, (BeginsAtFault, *stops, form), {"refusal": refusal, "in_order": in_order})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the publication state to those who may publish."""
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.has_perm(PUBLISH):
            return fieldsets
        hidden = {"publication"}
        return [
            (title, {**options, "fields": [one for one in options["fields"] if one not in hidden]})
            for title, options in fieldsets
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        """Look at the clocks of the treaties that the row comes to, then save it."""
        self._saving(request).look.also(self._treaties_named(form))
        if not change and self.kind.can_be_draft and not request.user.has_perm(PUBLISH):
            obj.publication = PublicationState.DRAFT
        self.save_row(obj)

    def save_row(self, obj: Any) -> None:
        """Save the row itself."""
        obj.save()

    def recompute(self, obj: Any, before: set[int]) -> None:
        """Bring the clocks in step with the saved row; `before` are the treaties that it concerned."""

    def save_related(self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool) -> None:
        """Save what hangs on the row, recompute, and settle whether it stays so."""
        saving = self._saving(request)
        super().save_related(request, form, formsets, change)
        self.recompute(form.instance, saving.look.treaties)
        self._settle(request, form.instance, saving)

    def _saving(self, request: HttpRequest) -> Saving:
        return request.desk  # type: ignore[attr-defined]

    def _treaties_named(self, form: ModelForm[Any]) -> set[int]:
        one = form.cleaned_data.get("treaty")
        return {treaty.pk for treaty in [*form.cleaned_data.get("treaties", []), *([one] if one else [])]}

    def _settle(self, request: HttpRequest, row: Any, saving: Saving) -> None:
        impact = saving.look.measure([row])
        if saving.wants_review or not may_commit(request.user, impact):
            raise MustBeProposedError(str(row), values_of(self.kind, row))
        if not impact.public_rows:
            return
        if self.confirms:
            self.require_shown(request, impact)
        settle(impact, user=request.user, decision=self._decision(request, impact), at=timezone.now())
        self.tell_moves(request, impact)

    def _decision(self, request: HttpRequest, impact: Impact) -> Any:
        decision = decision_of(request)
        return decision if self.confirms or not impact.corrects else self.unasked(decision)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Keep Django's own log too: the desk's first page lists it."""
        presence.leave(self.kind.name, obj.pk, request.user)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Keep Django's own log too; whoever has saved no longer has the row open."""
        presence.leave(self.kind.name, obj.pk, request.user)
        return super().log_change(request, obj, message)

    def _propose(self, request: HttpRequest, pk: int | None, wish: MustBeProposedError) -> HttpResponse:
        """Keep what was typed: in a draft where there is one, and what readers would see as a proposal."""
        at = timezone.now()
        with transaction.atomic(), because(user=request.user, how="form"):
            row, values = self._draft(pk, self.values_to_propose(request, wish.values), at=at)
            proposal = proposals.propose(
                self.kind,
                row,
                values,
                user=request.user,
                at=at,
                decision=decision_of(request),
                label=wish.label,
            )
        messages.success(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("Sent to review; readers see no change until an editor publishes it."),
                reverse("admin:events_proposal_change", args=[proposal.pk]),
                _("Look at it"),
            ),
        )
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def values_to_propose(self, request: HttpRequest, values: Values) -> Values:  # noqa: ARG002
        """Return the values that were typed, for an entry whose first save has been undone."""
        return values

    def _draft(self, pk: int | None, values: Values, *, at: Any) -> tuple[Any | None, Values]:
        """Save the draft that the proposal is about; returns it with the values to propose."""
        standing = self.model._base_manager.filter(pk=pk).first() if pk else None
        is_public = standing is not None and self.kind.is_public(pk, values_of(self.kind, standing))
        if not self.kind.can_be_draft or is_public:
            return standing, values
        state = standing.publication if standing else PublicationState.DRAFT
        base = values_of(self.kind, standing) if standing else {}
        new = with_new_children(self.kind, base, values)
        row = write(self.kind, pk, new | {"publication": state}, at=at)
        return row, values_of(self.kind, row) | {"publication": PublicationState.PUBLISHED}

"""The review queue: who waits for what since when; compare, publish, schedule, return or drop."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.admin.confirming import Confirming, decision_of, missing_part
from events.editorial import proposals
from events.editorial.edits import Decision, EditError, MovedMeanwhileError, NotAllowedError, rehearse
from events.editorial.permission import may_publish
from events.editorial.values import word_differences
from events.models import Change, Proposal
from events.services import ConcurrentChangeError
from treaties.long_lists import LongList, treaty_filter

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from events.editorial.impact import Impact


class HourForm(forms.Form):
    """When a proposal is to be published, by the clock of a named zone."""

    # It stands in one form with the buttons that publish now and return: those need no hour.
    use_required_attribute = False

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    hour = forms.TimeField(label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}))
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        initial="UTC",
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
    )

    def clean(self) -> dict[str, Any]:
        """Turn it into an instant; refuse an hour that the zone's clocks leave out."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        zone = ZoneInfo(cleaned["zone"])
        wall = datetime.combine(cleaned["day"], cleaned["hour"], tzinfo=zone)
        cleaned["instant"] = wall.astimezone(ZoneInfo("UTC"))
        if cleaned["instant"].astimezone(zone).replace(tzinfo=zone) != wall:
            self.add_error("hour", _("The clocks are put forward over this hour; choose another."))
        return cleaned

    @property
    def sentence(self) -> str:
        """Return what is wrong, as one text."""
        return " ".join(f"{self.fields[name].label}: {' '.join(map(str, said))}" for name, said in self.errors.items())


@admin.register(Proposal)
class ProposalAdmin(LongList, Confirming):
    """Proposals."""

    list_display = ["row_label", "row_kind", "state", "made_by", "waits", "publish_at"]
    list_filter = ["state", treaty_filter("treaties")]
    list_select_related = ["made_by"]
    search_fields = ["row_label", "reason", "made_by__username"]
    ordering = ["state_since"]
    actions = None

    class Media:
        css = {"all": ["desk.css", "desk-impact.css"]}

    @admin.display(description=gettext_lazy("since"), ordering="state_since")
    def waits(self, proposal: Proposal) -> str:
        """Return for how long it has been in its state."""
        return timesince(proposal.state_since)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        """Show all to who may publish, and to a contributor their own."""
        return super().get_queryset(request).filter(proposals.visible_to(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """A proposal comes from a row's own form."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:  # noqa: ARG002
        """A proposal is dropped, and stays on record."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """Show the proposal beside the live row with what it would do, or take the decision."""
        proposal = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        if proposal is None:
            messages.error(request, _("There is no such proposal, or it is not yours to see."))
            return HttpResponseRedirect(reverse("admin:events_proposal_changelist"))
        if request.method != "POST":
            return self._page(request, proposal)
        return self._decide(request, proposal)

    def _decide(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        try:
            said = self._take_decision(request, proposal)
        except (EditError, NotAllowedError, MovedMeanwhileError, ConcurrentChangeError) as error:
            # What the undone decision had written on it is no more so.
            proposal.refresh_from_db()
            return self._page(request, proposal, sentence=str(error))
        except proposals.AlreadyDecidedError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        if not said:
            return self._page(request, proposal)
        messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:events_proposal_changelist"))

    def _take_decision(self, request: HttpRequest, proposal: Proposal) -> str:
        """Return what was done; empty where the page is only to be shown again."""
        at, user, sent = timezone.now(), request.user, request.POST
        decision, expected = decision_of(request), sent.get("_expected", "")
        if "_publish" in sent:
            for change in proposals.publish(proposal, user=user, decision=decision, expected=expected, at=at)[:1]:
                for move in change.moves:
                    messages.info(
                        request, _("Clock: %(title)s: %(words)s.") % {"title": move["title"], "words": move["after"]}
                    )
            return _("Published.")
        if "_return" in sent:
            proposals.return_to_author(proposal, user=user, comment=sent.get("comment", ""), at=at)
            return _("Returned with your comment.")
        if "_drop" in sent:
            proposals.drop(proposal, user=user, at=at)
            return _("Dropped.")
        if "_schedule" in sent:
            return self._schedule(request, proposal, decision, expected)
        return ""

    def _schedule(self, request: HttpRequest, proposal: Proposal, decision: Decision, expected: str) -> str:
        hour = HourForm(request.POST)
        if not hour.is_valid():
            raise EditError(hour.sentence)
        shown = rehearse(proposals.edit_of(proposal), user=request.user, at=timezone.now(), decision=decision)
        if shown.digest != expected:
            raise MovedMeanwhileError(shown)
        fault = decision.fault(shown)
        if fault:
            raise EditError(fault)
        proposals.schedule(
            proposal,
            user=request.user,
            decision=decision,
            expected=expected,
            publish_at=hour.cleaned_data["instant"],
            zone=hour.cleaned_data["zone"],
            at=timezone.now(),
        )
        return _("Scheduled.")

    def _page(self, request: HttpRequest, proposal: Proposal, sentence: str = "") -> HttpResponse:
        decision = decision_of(request) if request.method == "POST" else _proposed_decision(proposal)
        impact = None
        if proposal.state in proposals.OPEN:
            try:
                edit = proposals.edit_of(proposal)
                impact = rehearse(edit, user=request.user, at=timezone.now(), decision=decision)
            except EditError as error:
                sentence = sentence or str(error)
        fields = proposals.fields_of(proposal)
        concerned = list(proposal.treaties.all())
        context = {
            **self.admin_site.each_context(request),
            "title": proposal.row_label,
            "opts": self.opts,
            "proposal": proposal,
            "fields": [(one, list(word_differences(one.live, one.proposed))) for one in fields],
            "has_moved": any(one.live_moved for one in fields) and impact is not None,
            "treaties": concerned,
            "impact": impact,
            "sentence": sentence,
            "missing": _missing(request, decision, impact, sentence),
            "decision": decision,
            "comment": request.POST.get("comment", ""),
            "weights": Change.Weight.choices,
            "hour": HourForm(request.POST if request.POST.get("day") else None),
            "local_publish_at": proposal.publish_at and proposal.publish_at.astimezone(ZoneInfo(proposal.publish_zone)),
            "may_review": may_publish(request.user, [one.pk for one in concerned]),
            "may_drop": proposal.made_by == request.user and proposal.state in proposals.OPEN,
            "row_address": _row_address(proposal),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/desk/proposal.html", context)


def _missing(request: HttpRequest, decision: Decision, impact: Impact | None, sentence: str) -> str:
    """Return beside which field the sentence is to stand; empty if it is about none of them."""
    if sentence and "_return" in request.POST and not request.POST.get("comment", "").strip():
        return "comment"
    return missing_part(decision, impact, sentence) if impact else ""


def _proposed_decision(proposal: Proposal) -> Decision:
    return Decision(proposal.weight, proposal.public_note, proposal.mail_held)


def _row_address(proposal: Proposal) -> str:
    if proposal.row_id is None:
        return ""
    app = proposals.KINDS[proposal.row_kind].model._meta.app_label
    return reverse(f"admin:{app}_{proposal.row_kind}_change", args=[proposal.row_id])

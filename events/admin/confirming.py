"""The page that shows an edit's impact and asks for a decision, used by forms, deletions, actions and reviews alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.editorial.edits import Decision, forecast
from events.editorial.values import word_differences
from events.models import Change

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from events.editorial.impact import Impact

# What the page itself sends; everything else is the form that it carries along.
_OWN = {"csrfmiddlewaretoken", "_expected", "_weight", "_note", "_hold", "_propose", "_edit", "_show"}


class Question(Exception):  # noqa: N818 - not a fault: the way out of a transaction that is to be undone
    """The editor has not seen this impact yet, or has left something out; nothing was saved."""

    def __init__(self, impact: Impact, sentence: str = "") -> None:
        super().__init__(sentence)
        self.impact, self.sentence = impact, sentence


def decision_of(request: HttpRequest) -> Decision:
    """Return what the editor decided on the page."""
    return Decision(
        weight=request.POST.get("_weight", ""),
        public_note=request.POST.get("_note", "").strip(),
        mail_held="_hold" in request.POST,
        reason=request.POST.get("_reason", "").strip(),
    )


def missing_part(decision: Decision, impact: Impact, sentence: str) -> str:
    """Return the part of the decision beside which the sentence is to stand; empty if it is about something else."""
    return decision.missing(impact) if sentence and sentence == decision.fault(impact) else ""


class Confirming(admin.ModelAdmin):
    """Shows an impact before it is committed."""

    class Media:
        js = ["desk-keys.js"]

    def require_shown(self, request: HttpRequest, impact: Impact, *, always: bool = False) -> None:
        """Let pass what the editor has seen and decided on, and, but for `always`, what moves and corrects nothing.

        Raises:
            Question: otherwise; the transaction is undone.

        """
        expected = request.POST.get("_expected", "")
        if not impact.asks_first and not always:
            return
        decision = decision_of(request)
        sentence = ""
        if expected and expected != impact.digest:
            sentence = _("The record has moved since you were shown what this does. Nothing was saved; look again.")
        elif expected and "_show" not in request.POST:
            sentence = decision.fault(impact)
            if not sentence:
                return
        raise Question(forecast(impact, user=request.user, decision=decision, at=timezone.now()), sentence)

    def ask(self, request: HttpRequest, question: Question, *, row: Any = None, **more: Any) -> HttpResponse:
        """Return the page that shows the impact and carries the form along."""
        impact = question.impact
        context = {
            **self.admin_site.each_context(request),
            "title": _("What this does"),
            "opts": self.opts,
            "original": row,
            "impact": impact,
            "rows": [
                (one, [(diff, list(word_differences(diff.before, diff.after))) for diff in one.differences])
                for one in impact.public_rows
            ],
            "sentence": question.sentence,
            "missing": missing_part(decision_of(request), impact, question.sentence),
            "carried": [(name, value) for name, values in request.POST.lists() if name not in _OWN for value in values],
            "decision": decision_of(request),
            "weights": Change.Weight.choices,
            "can_go_back": True,
            "can_propose": True,
            "media": self.media,
            **more,
        }
        return TemplateResponse(request, "admin/desk/impact.html", context)

    def unasked(self, decision: Decision) -> Decision:
        """Return the decision on an edit that is not asked about: it is recorded, and no more."""
        return Decision(Change.Weight.MINOR, decision.public_note)

    def tell_moves(self, request: HttpRequest, impact: Impact) -> None:
        """Tell the editor which clocks have moved."""
        for move in impact.moves:
            words = move.after.words if move.after else _("no longer there")
            messages.info(request, _("Clock: %(title)s: %(words)s.") % {"title": move.title, "words": words})

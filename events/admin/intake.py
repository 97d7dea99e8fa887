"""The intake desk in the admin: paste an article, then accept, change or drop what it was found to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from events import intake_desk
from events.models import Event, Intake, IntakeFinding, Statement
from treaties.long_lists import LongList

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet
    from django.urls import URLPattern


class PasteForm(forms.ModelForm):
    """An article as its page has it."""

    text = forms.CharField(
        label=_("Text of the article"),
        widget=forms.Textarea(attrs={"rows": 18, "cols": 100, "class": "vLargeTextField"}),
        help_text=_(
            "The whole text, as copied from the page. Kept as an archived copy of the source; not republished."
        ),
    )
    url = forms.URLField(label=_("Address"), required=False, max_length=1000, assume_scheme="https")
    publisher = forms.CharField(label=_("Publisher"), max_length=200)
    title = forms.CharField(label=_("Title"), max_length=400)
    language = forms.CharField(label=_("Language"), max_length=8, initial="en")

    class Meta:
        model = Intake
        fields = ["published_on"]

    def clean(self) -> dict[str, Any]:
        """Check what the desk needs before anything is written."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.pasted = intake_desk.checked(
                    intake_desk.Pasted(**{name: cleaned[name] for name in intake_desk.Pasted.__dataclass_fields__})
                )
            except intake_desk.ArticleError as error:
                raise forms.ValidationError(str(error)) from error
        return cleaned


class LeftFilter(admin.SimpleListFilter):
    """Articles on which something is still to decide."""

    title = _("decisions")
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Intake]) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Return the choice."""
        return [("open", _("Something is to decide"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Intake]) -> QuerySet[Intake]:  # noqa: ARG002
        """Keep the rows chosen."""
        is_open = Exists(IntakeFinding.objects.filter(intake=OuterRef("pk"), state=IntakeFinding.State.OPEN))
        return queryset.filter(is_open) if self.value() == "open" else queryset


@admin.register(Intake)
class IntakeAdmin(LongList):
    """Articles on the desk."""

    form = PasteForm
    fields = ["text", "url", "publisher", "title", "published_on", "language"]
    list_display = ["source", "published_on", "left", "pasted_by", "pasted_at"]
    list_select_related = ["source", "pasted_by"]
    search_fields = ["source__title", "source__publisher", "source__url"]
    list_filter = [LeftFilter]
    change_form_template = "admin/events/intake/desk.html"
    add_form_template = "admin/change_form.html"

    class Media:
        css = {"all": ["desk.css"]}

    @admin.display(description=_("to decide"))
    def left(self, intake: Intake) -> str:
        """Return how many proposals wait."""
        findings = intake.findings.all()
        return f"{sum(one.state == IntakeFinding.State.OPEN for one in findings)} / {len(findings)}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Intake]:
        """Fetch the proposals along."""
        return super().get_queryset(request).prefetch_related("findings")

    def get_urls(self) -> list[URLPattern]:
        """Add the decisions on single proposals."""
        decide = path("<int:finding_id>/decide/", self.admin_site.admin_view(self.decide), name="events_intake_decide")
        return [decide, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Intake, form: Any, change: bool) -> None:  # noqa: ARG002
        """Read the article and lay its proposals out."""
        intake = intake_desk.paste(form.pasted, by=_editor(request), at=timezone.now())
        obj.pk = intake.pk
        obj.__dict__.update(intake.__dict__)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing hangs on the form: the desk has laid out the proposals."""

    def response_add(self, request: HttpRequest, obj: Intake, post_url_continue: str | None = None) -> HttpResponse:  # noqa: ARG002
        """Go on to the proposals."""
        return HttpResponseRedirect(reverse("admin:events_intake_change", args=[obj.pk]))

    def has_change_permission(self, request: HttpRequest, obj: Intake | None = None) -> bool:  # noqa: ARG002
        """An article on the desk is worked through, not edited: whoever may paste may decide."""
        return self.has_add_permission(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the proposals beside their passages."""
        intake = self.get_object(request, object_id)
        if intake is None:
            raise Http404(_("This article is not on the desk."))
        if request.method == "POST":
            raise PermissionDenied
        rows = intake.findings.select_related("twin", "event", "decided_by").order_by("position")
        extra = {"intake": intake, "findings": [(one, _shown(one)) for one in rows], "states": IntakeFinding.State}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | extra)

    def decide(self, request: HttpRequest, finding_id: int) -> HttpResponse:
        """Accept, change, drop or take up again one proposal."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        finding = IntakeFinding.objects.select_related("intake__source").filter(pk=finding_id).first()
        if finding is None:
            raise Http404(_("This proposal is not on the desk."))
        if not self.has_change_permission(request, finding.intake):
            raise PermissionDenied
        try:
            event = self._carry_out(request, finding)
        except intake_desk.AlreadyDecidedError as error:
            messages.warning(request, str(error))
            event = None
        if event is not None and "change" in request.POST:
            return HttpResponseRedirect(_desk_address(event))
        desk = reverse("admin:events_intake_change", args=[finding.intake_id])
        return HttpResponseRedirect(f"{desk}#finding-{finding.position}")

    def _carry_out(self, request: HttpRequest, finding: IntakeFinding) -> Event | None:
        if "drop" in request.POST:
            intake_desk.drop(finding, by=_editor(request), at=timezone.now())
        elif "again" in request.POST:
            intake_desk.take_up_again(finding)
        elif "accept" in request.POST or "change" in request.POST:
            return intake_desk.accept(finding, by=_editor(request), at=timezone.now())
        else:
            messages.error(request, _("Nothing was done: that button is not known here."))
        return None


def _editor(request: HttpRequest) -> User:
    # The admin lets nobody come here who has not signed in.
    return cast("User", request.user)


def _desk_address(event: Event) -> str:
    kind = "statement" if isinstance(event, Statement) else "event"
    return reverse(f"admin:events_{kind}_change", args=[event.pk])


def _shown(finding: IntakeFinding) -> SafeString:
    """Return the passage with the quoted words marked."""
    passage, quote = escape(finding.passage), escape(finding.proposal["quote"] or "")
    # Both are escaped; only our own mark is added.
    return mark_safe(passage.replace(quote, f"<mark>{quote}</mark>", 1) if quote else passage)  # noqa: S308

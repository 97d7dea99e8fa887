"""The desk's admin site: signing in takes two factors from who may publish, and loses nobody's work."""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django_otp import user_has_device

from events.editorial.gone import RowGoneError
from treatywatch.accounts import kept_work, second_factor
from treatywatch.accounts.choices import Choices
from treatywatch.accounts.guide import guide
from treatywatch.accounts.kept_in_words import told
from treatywatch.accounts.signing_in import DeskSignIn
from treatywatch.dashboard import sections
from treatywatch.queues import queues

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern, URLResolver


_APPS = {
    "events": gettext_lazy("What happened"),
    "treaties": gettext_lazy("Treaties, parties, sources"),
    "alerts": gettext_lazy("Mail"),
    "auth": gettext_lazy("Accounts"),
    "otp_totp": gettext_lazy("Authenticators"),
    "otp_static": gettext_lazy("Recovery codes"),
    "axes": gettext_lazy("Failed sign-ins"),
    "treatywatch": gettext_lazy("Audit trail"),
}


class DeskSite(AdminSite):
    """The editors' desk."""

    login_form = DeskSignIn
    site_header = site_title = gettext_lazy("TreatyWatch: the editors' desk")
    index_title = gettext_lazy("The desk")

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in who is on the staff, with both factors where two are needed."""
        return super().has_permission(request) and second_factor.is_satisfied(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """List what is worked on daily first, each under a name that editors use."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["name"] = _APPS.get(app["app_label"], app["name"])
        order = list(_APPS)
        return sorted(apps, key=lambda app: order.index(app["app_label"]) if app["app_label"] in order else len(order))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the second factor's pages, and the one for kept work."""
        ours = [
            path("second-factor/", csrf_protect(never_cache(self.second_factor)), name="second-factor"),
            path("recovery-codes/", self.admin_view(self.recovery_codes), name="recovery-codes"),
            path("kept-work/", self.admin_view(self.kept_work), name="kept-work"),
            path("guide/", self.admin_view(self.guide), name="guide"),
        ]
        return [*ours, *super().get_urls()]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Let nobody in who may not, but keep the form that they sent, if they were in before."""
        inner = super().admin_view(view, cacheable)

        def outer(request: HttpRequest, *args: Any, **named: Any) -> Any:
            was_in = self.has_permission(request)
            try:
                answer = inner(request, *args, **named)
            except RowGoneError as gone:
                kept_work.keep_without_row(request, gone)
                return HttpResponseRedirect(reverse("admin:kept-work"))
            if request.method != "POST" or not isinstance(answer, HttpResponseRedirect):
                return answer
            if was_in:
                # It has gone where it was to go; a refused form comes back, and its work is kept on.
                kept_work.forget(request, request.POST.get(kept_work.RESENT, ""))
            # Only a form whose token was right gets as far as being sent to the sign-in.
            elif kept_work.keep(request):
                messages.info(request, _("Your sign-in has run out. What you had typed is kept: sign in to see it."))
                return HttpResponseRedirect(_with_next(reverse("admin:login"), reverse("admin:kept-work")))
            return answer

        return update_wrapper(outer, inner)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Offer choices in the words of the admin whose rows they are."""
        answer: HttpResponse = Choices.as_view(admin_site=self)(request)  # type: ignore[assignment]
        return answer

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Take name and password; who is in with these alone is asked for the second factor."""
        if request.method == "GET" and self._lacks_second_factor(request):
            return HttpResponseRedirect(_with_next(reverse("admin:second-factor"), self._next(request)))
        answer = super().login(request, extra_context)
        if request.user.is_authenticated:
            kept_work.mark(request, answer)
        return answer

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show what waits for whoever has signed in, above the lists."""
        waiting = {"queues": queues(request.user, at=timezone.now()), "sections": sections(request.user)}
        return super().index(request, (extra_context or {}) | waiting)

    def guide(self, request: HttpRequest) -> TemplateResponse:
        """Show the editing guide."""
        context = {**self.each_context(request), "title": _("Editing guide"), "guide": guide()}
        return TemplateResponse(request, "admin/desk/guide.html", context)

    def _lacks_second_factor(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not second_factor.is_satisfied(request)

    def _next(self, request: HttpRequest) -> str:
        wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
        is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        return wanted if is_ours else reverse("admin:index")

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.each_context(request), "title": title, "next": self._next(request)}

    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """Ask for a code; who has no authenticator yet sets one up here."""
        if not super().has_permission(request):
            return HttpResponseRedirect(_with_next(reverse("admin:login"), request.get_full_path()))
        user: Any = request.user
        has_device = user_has_device(user)
        if has_device and user.is_verified():
            return HttpResponseRedirect(self._next(request))
        credentials = {"username": user.get_username()}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return get_lockout_response(request, credentials)
        if request.method == "POST":
            return self._check(request, has_device=has_device)
        return self._ask(request, has_device=has_device)

    def _check(self, request: HttpRequest, *, has_device: bool) -> HttpResponse:
        code = request.POST.get("code", "")
        wrong = _("That code is not right, or no longer. Wait for the next one and type it as it is shown.")
        if has_device:
            good = second_factor.verify(request, code)
            return (
                HttpResponseRedirect(self._next(request)) if good else self._ask(request, has_device=True, error=wrong)
            )
        codes = second_factor.enrol(request, code)
        if codes is None:
            return self._ask(request, has_device=False, error=wrong)
        return self._show_codes(request, codes)

    def _ask(self, request: HttpRequest, *, has_device: bool, error: str = "") -> HttpResponse:
        context = {
            **self.each_context(request),
            "title": _("Second factor"),
            "next": self._next(request),
            "error": error,
        }
        if has_device:
            return TemplateResponse(request, "admin/second_factor.html", context)
        device = second_factor.device_to_enrol(request.user)
        context |= {"picture": second_factor.picture_of(device), "secret": second_factor.secret_of(device)}
        return TemplateResponse(request, "admin/second_factor_enrol.html", context)

    def _show_codes(self, request: HttpRequest, codes: list[str]) -> HttpResponse:
        context = {
            **self.each_context(request),
            "title": _("Recovery codes"),
            "codes": codes,
            "next": self._next(request),
        }
        return TemplateResponse(request, "admin/recovery_codes.html", context)

    def recovery_codes(self, request: HttpRequest) -> HttpResponse:
        """Make new recovery codes on request; the former ones are void."""
        user: Any = request.user
        if not user.is_verified():
            return HttpResponseRedirect(reverse("admin:second-factor"))
        codes = second_factor.new_recovery_codes(user) if request.method == "POST" else []
        return self._show_codes(request, codes)

    def kept_work(self, request: HttpRequest) -> HttpResponse:
        """Show what was typed and could not be saved, to be sent again, entered anew or dropped."""
        if request.method == "POST":
            kept_work.forget(request, request.POST.get("drop", ""))
        works = kept_work.kept(request)
        if not works:
            return HttpResponseRedirect(reverse("admin:index"))
        context = {
            **self.each_context(request),
            "title": _("Your work was kept"),
            "works": [told(request, one) for one in works],
            "resent": kept_work.RESENT,
        }
        return TemplateResponse(request, "admin/kept_work.html", context)


def _with_next(address: str, wanted: str) -> str:
    return f"{address}?{urlencode({REDIRECT_FIELD_NAME: wanted})}"

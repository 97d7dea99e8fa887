"""What the mails look like, before anybody subscribes: each kind with real data, in both formats and every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.constants import NONE, UNSAFE_INLINE
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alerts import samples
from alerts.models import MAIL_KINDS, FormMail
from treaties.addresses import in_language

if TYPE_CHECKING:
    from alerts.messages import Shown

# A mail brings its style along, which the pages' policy forbids; so it is shown as a mail program would: nothing
# else is loaded, no script runs, no form is sent.
MAIL_POLICY = {name: [NONE] for name in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]} | {
    "style-src": [UNSAFE_INLINE],
    "sandbox": True,
}


@require_safe
def previews(request: HttpRequest) -> HttpResponse:
    """List the kinds, each with its subject, and its mail in both formats and every language."""
    labels = dict([*MAIL_KINDS, *FormMail.Kind.choices]) | {samples.EMPTY_DIGEST: _("Digest with nothing due")}
    rows = [(labels[kind], kind, samples.shown_kind(kind, link="#"), _addresses(kind)) for kind in samples.KINDS]
    return render(request, "alerts/previews.html", {"rows": rows})


def _addresses(kind: str) -> list[tuple[str, str, str]]:
    """Return language, its code and its address without the format."""
    bare = in_language(reverse("alerts:preview", args=[kind, "txt"]), settings.LANGUAGE_CODE).removesuffix("txt")
    return [(str(name), code, in_language(bare, code)) for code, name in settings.LANGUAGES]


@require_safe
def preview(request: HttpRequest, kind: str, form: str) -> HttpResponse:  # noqa: ARG001 - a view takes its request
    """Show one mail as a reader of this language would get it."""
    mail = samples.shown_kind(kind, link=reverse("alerts:previews")) if kind in samples.KINDS else None
    if mail is None or form not in {"html", "txt"}:
        raise Http404(_("Nothing on record shows a mail of this kind."))
    return as_answer(mail, form)


def as_answer(mail: Shown, form: str) -> HttpResponse:
    """Return the mail's HTML under a policy of its own, or its subject and text."""
    if form == "txt":
        return HttpResponse(f"{_('Subject')}: {mail.subject}\n\n{mail.text}", content_type="text/plain; charset=utf-8")
    response = HttpResponse(mail.html)
    # As django-csp's own decorator does, which knows no views with further arguments.
    response._csp_replace = MAIL_POLICY  # type: ignore[attr-defined]
    return response

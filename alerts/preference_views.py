"""One signed page on which a subscriber sees and changes everything; every change is a POST."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from alerts import tasks
from alerts.end_words import end_words
from alerts.forms import AddressForm, DeliveryForm, WishForm
from alerts.limiting import is_sent_twice, may_ask, may_mail
from alerts.models import Subscriber
from alerts.services import preferences as service
from alerts.services.coming_back import ended_of, follow_again
from alerts.services.digests import choose_delivery
from alerts.services.form_mails import ask_link as ask_link_for
from alerts.services.subscribing import lift_mute
from alerts.tokens import ExpiredError, TokenError, read_preferences
from alerts.waking import wake

if TYPE_CHECKING:
    from alerts.models import Subscription


# What a button does to the one row that its form names, what is said then, and what if there was nothing to do.
_ON_ONE_ROW = {
    "end": (service.end_wish, gettext_lazy("Ended."), gettext_lazy("It had ended already.")),
    "lift": (lift_mute, gettext_lazy("You are told of it again."), gettext_lazy("Nothing to change.")),
    "again": (follow_again, gettext_lazy("You follow it again."), gettext_lazy("Nothing to change.")),
}


def _subscriber(token: str) -> Subscriber | None:
    return Subscriber.objects.filter(key=read_preferences(token)).first()


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show everything, or carry out one change."""
    try:
        subscriber = _subscriber(token)
    except ExpiredError as error:
        return render(request, "alerts/ask_link.html", {"form": AddressForm(), "fault": str(error)}, status=410)
    except TokenError as error:
        return render(request, "alerts/link_fault.html", {"fault": str(error)}, status=400)
    if subscriber is None:
        # Deleted, or never there: the same answer.
        return render(request, "alerts/forgotten.html")
    if request.method == "GET":
        return _page(request, subscriber, token)
    return _change(request, subscriber, token)


def _change(request: HttpRequest, subscriber: Subscriber, token: str) -> HttpResponse:
    what, wish = request.POST.get("what", ""), request.POST.get("wish", "")
    wish_id = int(wish) if wish.isdecimal() else 0
    if what == "forget":
        return _forget(request, subscriber, token)
    if what in _ON_ONE_ROW:
        act, done, nothing = _ON_ONE_ROW[what]
        return _page(
            request, subscriber, token, said=str(done if act(subscriber, wish_id, at=timezone.now()) else nothing)
        )
    if what == "delivery":
        return _change_delivery(request, subscriber, token)
    if what == "wish":
        return _change_wish(request, subscriber, token, wish_id)
    return _page(
        request,
        subscriber,
        token,
        status=HTTPStatus.BAD_REQUEST,
        said=_("Nothing was changed: that button is not known here."),
    )


def _forget(request: HttpRequest, subscriber: Subscriber, token: str) -> HttpResponse:
    if request.POST.get("sure") != "yes":
        return _page(
            request,
            subscriber,
            token,
            status=HTTPStatus.BAD_REQUEST,
            said=_("Nothing was deleted: tick the box to say that you mean it."),
        )
    service.forget(subscriber)
    return render(request, "alerts/forgotten.html")


def _change_delivery(request: HttpRequest, subscriber: Subscriber, token: str) -> HttpResponse:
    form = DeliveryForm(request.POST)
    if not form.is_valid():
        return _refused(request, subscriber, token, delivery_form=form)
    choose_delivery(subscriber, form.delivery, at=timezone.now())
    return _page(request, subscriber, token, said=_("Saved."))


def _change_wish(request: HttpRequest, subscriber: Subscriber, token: str, wish_id: int) -> HttpResponse:
    form = WishForm(request.POST, prefix=str(wish_id))
    if not form.is_valid():
        return _refused(request, subscriber, token, wish_forms={wish_id: form})
    changed = service.change_wish(subscriber, wish_id, **form.wish)
    return _page(request, subscriber, token, said=_("Saved.") if changed else _("It has ended; nothing was changed."))


def _refused(request: HttpRequest, subscriber: Subscriber, token: str, **forms: Any) -> HttpResponse:
    # The field itself may be far below what a phone shows first.
    said = _("Nothing was saved: look at what is marked below.")
    return _page(request, subscriber, token, status=HTTPStatus.BAD_REQUEST, said=said, **forms)


def _page(
    request: HttpRequest,
    subscriber: Subscriber,
    token: str,
    *,
    status: int = HTTPStatus.OK,
    said: str = "",
    delivery_form: DeliveryForm | None = None,
    wish_forms: dict[int, WishForm] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "subscriber": subscriber,
        "token": token,
        "said": said,
        "is_refused": status != HTTPStatus.OK,
        "delivery_form": delivery_form or DeliveryForm(initial=_delivery(subscriber)),
        "left": service.left_by(subscriber),
        "ended": ended_of(subscriber),
        "wishes": [(one, (wish_forms or {}).get(one.pk) or _wish_form(one)) for one in service.wishes_of(subscriber)],
        "mails": [(mail, end_words(mail.reason)) for mail in service.mails_to(subscriber, at=timezone.now())],
        "most_mails": service.SHOWN_MAILS,
    }
    return render(request, "alerts/preferences.html", context, status=status)


def _delivery(subscriber: Subscriber) -> dict[str, Any]:
    return {name: getattr(subscriber, name) for name in DeliveryForm.base_fields} | {
        "language": subscriber.reading_language
    }


def _wish_form(wish: Subscription) -> WishForm:
    initial = {"kinds": wish.kinds, "lead_days": ", ".join(str(days) for days in wish.lead_days)}
    return WishForm(initial=initial, prefix=str(wish.pk))


@require_http_methods(["GET", "POST"])
def ask_link(request: HttpRequest) -> HttpResponse:
    """Mail somebody the link to their page; the answer is the same for every address."""
    form = AddressForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 400 if request.method == "POST" else 200
        return render(request, "alerts/ask_link.html", {"form": form}, status=status)
    email = form.cleaned_data["email"]
    if not may_ask(request):
        fault = _("Too many requests came from your network. Please try again in an hour.")
        return render(request, "alerts/ask_link.html", {"form": form, "fault": fault}, status=429)
    # Looked up by nobody here: a stranger who sends it twice learns nothing either.
    if not is_sent_twice("link", email) and may_mail(email):
        ask_link_for(email, at=timezone.now())
        wake(tasks.answer_forms)
    return render(request, "alerts/link_mailed.html", {"email": email})


@require_safe
def export(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - a view takes its request
    """Give the subscriber a copy of all that is stored of them."""
    try:
        subscriber = _subscriber(token)
    except TokenError as error:
        return JsonResponse({"error": str(error)}, status=400)
    if subscriber is None:
        return JsonResponse({"error": _("Nothing is stored under this link.")}, status=404)
    response = JsonResponse(
        service.exported(subscriber, at=timezone.now()), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = 'attachment; filename="treatywatch-subscription.json"'
    return response

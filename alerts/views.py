"""Subscribing, confirming, leaving. A GET changes nothing: mail scanners open every link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from alerts import tasks
from alerts.forms import SubscribeForm
from alerts.limiting import may_ask, may_mail
from alerts.models import Subscriber, Subscription
from alerts.services.form_mails import ask_confirmation
from alerts.services.subscribing import Followed, confirm, unsubscribe
from alerts.tokens import Left, TokenError, preferences_token, read_confirmation, read_unsubscribe
from alerts.waking import wake
from events.models import Deadline
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _followed(request: HttpRequest) -> Followed:
    """Return what the address asks to follow; everything if it names nothing."""
    return Followed(
        treaty=_named(request, "treaty", Treaty.objects.published()),
        party=_named(request, "party", Party.objects.all()),
        deadline=_named(request, "deadline", Deadline.objects.on_record()),
    )


def _named(request: HttpRequest, name: str, rows: QuerySet[Any]) -> Any:
    slug = request.GET.get(name)
    if not slug:
        return None
    # The database takes no such character, and no slug has it.
    found = None if "\0" in slug else rows.filter(slug=slug).first()
    if found is None:
        raise Http404(_("There is no “%(slug)s” on record (%(name)s).") % {"slug": slug, "name": name})
    return found


@require_http_methods(["GET", "POST"])
def subscribe_page(request: HttpRequest) -> HttpResponse:
    """Ask for an address; answer the same whether it is known or not."""
    followed, form = _followed(request), SubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if not may_ask(request):
            fault = _("Too many requests came from your network. Please try again in an hour.")
            context = {"form": form, "followed": followed, "fault": fault}
            return render(request, "alerts/subscribe.html", context, status=429)
        # Counted whoever it is, and answered alike: a stranger neither floods an address nor learns of it.
        if may_mail(email):
            ask_confirmation(email, followed, delivery=form.delivery, wish=form.wish, at=timezone.now())
            wake(tasks.answer_forms)
        return render(request, "alerts/check_mail.html", {"followed": followed, "email": email})
    status = 400 if request.method == "POST" else 200
    return render(request, "alerts/subscribe.html", {"form": form, "followed": followed}, status=status)


@require_http_methods(["GET", "POST"])
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what would be confirmed; a POST confirms it, and only the first one opens the subscriber's page."""
    try:
        subscription_id = read_confirmation(token)
    except TokenError as error:
        return render(request, "alerts/link_fault.html", {"fault": str(error)}, status=400)
    wish = Subscription.objects.exclude(state=Subscription.State.ENDED).filter(pk=subscription_id).first()
    is_new = wish is not None and wish.state == Subscription.State.PENDING
    if request.method == "POST":
        wish = confirm(subscription_id, at=timezone.now())
    if wish is None:
        fault = _("This subscription has ended. Subscribe again if you want it back.")
        return render(request, "alerts/link_fault.html", {"fault": fault}, status=410)
    done = request.method == "POST" or not is_new
    page = preferences_token(str(wish.subscriber.key)) if done and is_new else ""
    return render(request, "alerts/confirm.html", {"wish": wish, "done": done, "page": page})


@require_http_methods(["GET", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what can be left; a POST leaves it."""
    try:
        left = read_unsubscribe(token)
    except TokenError as error:
        return render(request, "alerts/link_fault.html", {"fault": str(error)}, status=400)
    deadline, treaty = _named_by(left)
    narrower = {"deadline": deadline, "treaty": treaty}
    what = request.POST.get("what", "")
    # Whoever asks to leave a part that is gone must not lose the rest.
    done = what == "all" or narrower.get(what) is not None
    if done:
        _leave(left, **{name: row for name, row in narrower.items() if name == what})
    context = {**narrower, "asked": request.GET.get("what", ""), "done": done, "token": token}
    status = 400 if request.method == "POST" and not done else 200
    return render(request, "alerts/unsubscribe.html", context, status=status)


def _named_by(left: Left) -> tuple[Deadline | None, Treaty | None]:
    if left.event_id:
        return None, Treaty.objects.published().filter(events=left.event_id).order_by("short_name").first()
    deadline = Deadline.objects.select_related("provision__treaty").filter(pk=left.deadline_id).first()
    return deadline, deadline.provision.treaty if deadline else None


def _leave(left: Left, **only: Any) -> None:
    subscriber = Subscriber.objects.filter(key=left.subscriber_key).first()
    if subscriber:
        unsubscribe(subscriber, at=timezone.now(), **only)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Leave everything by the POST of a mail program (RFC 8058): no cookie, no page; a GET only shows the page.

    What is pressed on that page goes to the page's own address: here it would leave everything, whatever was pressed.
    """
    if request.method == "GET":
        return unsubscribe_page(request, token=token)
    try:
        _leave(read_unsubscribe(token))
    except TokenError as error:
        return HttpResponse(str(error), status=400, content_type="text/plain")
    return HttpResponse(_("You are unsubscribed."), content_type="text/plain")

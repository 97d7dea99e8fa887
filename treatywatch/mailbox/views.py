"""`/mailbox/`: what was mailed, for somebody who runs `./tw up` without a mail server. Never public."""

from __future__ import annotations

import functools
import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from treatywatch.mailbox.messages import Kept, all_messages, read_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase


def _only_here(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Hide the page unless mail is kept on this machine and the reader sits at it."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        if not settings.MAILBOX_DIR or not _is_loopback(request.META.get("REMOTE_ADDR", "")):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _message(name: str) -> Kept:
    try:
        return read_message(Path(settings.MAILBOX_DIR), name)
    except FileNotFoundError as error:
        raise Http404(_("There is no such message in this mailbox.")) from error


@_only_here
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the messages, newest first."""
    return render(request, "mailbox/list.html", {"kept": all_messages(Path(settings.MAILBOX_DIR))})


@_only_here
def message(request: HttpRequest, name: str) -> HttpResponse:
    """Show one message: headers, text, HTML in a frame of its own."""
    return render(request, "mailbox/message.html", {"kept": _message(name)})


@_only_here
@xframe_options_sameorigin
@csp_replace({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"]})  # type: ignore[arg-type]  # its types know only views without arguments
def html_part(_request: HttpRequest, name: str) -> HttpResponse:
    """Return the HTML part alone, under a policy that lets it load and run nothing."""
    return HttpResponse(_message(name).html())

"""What a program is told when it asks wrongly: the sentence that a reader is told, in a form that it can read."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

if TYPE_CHECKING:
    from django.http import HttpRequest


def is_for_programs(request: HttpRequest) -> bool:
    """Say whether the address is that of a file, such as a table or a feed, and not of a page."""
    return not request.path.endswith("/") or "/cite/" in request.path


def problem(request: HttpRequest, sentence: str, status: int, **more: Any) -> HttpResponse:
    """Return the answer to a program: for JSON a problem (RFC 9457), for all else the sentence as plain text."""
    if not request.path.endswith(".json"):
        return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": sentence, **more}
    content = json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type="application/problem+json")

"""Where a mail system posts its reports, signed with a secret that it shares with us."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from alerts.services.bounces import take_report as take

MOST_BYTES = 1_000_000
SECONDS_VALID = 300


@csrf_exempt
@require_POST
def take_report(request: HttpRequest) -> JsonResponse:
    """Take one report, a whole mail as the body; docs/operating.md says how it is signed."""
    if not settings.BOUNCE_SECRET:
        raise Http404("Reports are not taken here.")
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return JsonResponse({"error": f"A report has at most {MOST_BYTES} bytes."}, status=413)
    moment = timezone.now()
    stamp = request.headers.get("X-Timestamp", "")
    if not stamp.isdecimal() or abs(moment.timestamp() - int(stamp)) > SECONDS_VALID:
        return JsonResponse({"error": "X-Timestamp is not the present time in seconds since 1970."}, status=403)
    if not hmac.compare_digest(signature(stamp, request.body), request.headers.get("X-Signature", "")):
        return JsonResponse({"error": "X-Signature does not fit the time and the body."}, status=403)
    report, is_new = take(request.body, at=moment)
    return JsonResponse({"kind": report.kind, "reason": report.reason}, status=200 if is_new else 409)


def signature(stamp: str, body: bytes) -> str:
    """Return the signature of a report: HMAC-SHA256, in hexadecimal, of the time stamp, a full stop and the body."""
    signed = stamp.encode() + b"." + body
    return hmac.new(settings.BOUNCE_SECRET.encode(), signed, hashlib.sha256).hexdigest()

"""`/metrics`: how mail fares, for Prometheus; computed from the database at each scrape, whichever process answers."""

from __future__ import annotations

import hmac
import ipaddress
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from alerts.services.status import counts_by_kind, outbox_status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from prometheus_client import Metric

_GAUGES = {
    "due": "Mails that may be sent now",
    "late": "Mails due for long and never tried",
    "stuck": "Mails held by a worker past its lease",
    "held": "Mails of which it is unclear whether they arrived",
    "unanswered": "Mails asked for on a form long ago and not sent",
    "oldest_due_seconds": "Age of the mail that is due for longest",
    "last_dispatch_seconds": "Time since a worker last obeyed beat",
    "last_plan_seconds": "Time since planning last succeeded",
    "queued": "Tasks that no worker has taken up",
    "left_today": "Mails that the daily limit still allows",
}


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a scrape by somebody with `METRICS_TOKEN`; without one, from this machine only."""
    if not _may_read(request):
        raise Http404("Nothing here.")
    registry = CollectorRegistry()
    registry.register(OutboxCollector(at=timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        told = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(told, f"Bearer {settings.METRICS_TOKEN}".encode())
    # A proxy on this machine speaks for everybody else.
    return "X-Forwarded-For" not in request.headers and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class OutboxCollector(Collector):
    """The outbox at one instant."""

    def __init__(self, *, at: datetime) -> None:
        self._at = at

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        figures = outbox_status(at=self._at).as_dict()
        for name, words in _GAUGES.items():
            value = figures[name]
            # Without a limit, a first dispatch or a broker there is nothing to tell.
            if value is not None:
                yield GaugeMetricFamily(f"treatywatch_alerts_{name}", words, value=value)
        yield GaugeMetricFamily("treatywatch_alerts_troubles", "What is wrong just now", value=len(figures["troubles"]))
        for (name, label), counts in counts_by_kind().items():
            family = GaugeMetricFamily(f"treatywatch_{name}", f"By {label}", labels=[label])
            for kind, count in counts.items():
                family.add_metric([kind], count)
            yield family

"""Sources, quotations and references of the record's rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import Q

from events.models import Deadline, Event, Statement
from treaties.models import Official, ParticipationAct, Party, Provision, Treaty

if TYPE_CHECKING:
    from events.doctor.findings import Rows

_MOST_SENTENCES = 2
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_REFERENCE = re.compile(r"/(treaties|parties|events|deadlines)/([a-z0-9-]+)/")


def without_source() -> Rows:
    """Name published rows that no source stands behind."""
    for treaty in Treaty.objects.published().filter(sources=None):
        yield f"treaty {treaty.slug}", "is published without a source."
    for event in Event.objects.filter(publication="published", sources=None):
        yield f"event {event.slug}", "is published without a source, so nobody sees it."
    acts = ParticipationAct.objects.filter(source=None)
    for act in acts.select_related("participation__party", "participation__treaty"):
        yield f"act {act} of {act.participation}", "names no source."
    for provision in Provision.objects.filter(source=None).select_related("treaty"):
        yield f"provision {provision}", "names no source."
    dated = Q(held_from__isnull=False) | Q(held_to__isnull=False)
    for official in Official.objects.filter(dated, sources=None):
        yield f"official {official.slug}", "has dates of office that no source gives."


def long_quotations() -> Rows:
    """Name quotations of more than two sentences."""
    for one in Statement.objects.exclude(quotation=""):
        if _is_long(one.quotation):
            yield f"statement {one.slug}", "quotes more than two sentences."
    for provision in Provision.objects.exclude(quotation="").select_related("treaty"):
        if _is_long(provision.quotation):
            yield f"provision {provision}", "quotes more than two sentences."


def _is_long(quotation: str) -> bool:
    # Two short quotations in one, side by side, are two sentences each.
    parts = [_SENTENCE_END.findall(part) for part in quotation.split(" / ")]
    return max(len(ends) for ends in parts) > _MOST_SENTENCES


def dead_references() -> Rows:
    """Name texts that refer to a page of ours which is not there."""
    there = {
        "treaties": set(Treaty.objects.values_list("slug", flat=True)),
        "parties": set(Party.objects.values_list("slug", flat=True)),
        "events": set(Event.objects.values_list("slug", flat=True)),
        "deadlines": set(Deadline.objects.values_list("slug", flat=True)),
    }
    texts = [(f"event {one.slug}", one.summary) for one in Event.objects.filter(summary__contains="/")]
    texts += [(f"treaty {one.slug}", one.summary) for one in Treaty.objects.filter(summary__contains="/")]
    for row, text in texts:
        for kind, slug in _REFERENCE.findall(text):
            if slug not in there[kind]:
                yield row, f"refers to /{kind}/{slug}/, which is not there."

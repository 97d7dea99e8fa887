"""What helps an editor while an entry is typed: the office held that day, treaties named, what looks the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from events.dates import DateError, read_words, span, words_for
from events.intake_names import record_names
from events.markdown import rendered
from events.models import Event
from treaties.models import Official, Treaty
from treaties.same_page import same_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

_NEAR = timedelta(days=3)
_MOST = 5


@dataclass
class Advice:
    """What is worth telling about an entry so far; empty parts say nothing."""

    date_words: str = ""
    date_fault: str = ""
    office: Official | None = None
    office_fault: str = ""
    treaties: list[Treaty] = field(default_factory=list)
    twins: list[Event] = field(default_factory=list)
    source: Any = None
    preview: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the advice for the page's script."""
        return {
            "date": {"words": self.date_words, "fault": self.date_fault},
            "office": {"id": self.office.pk, "label": str(self.office)} if self.office else None,
            "office_fault": self.office_fault,
            "treaties": [{"id": one.pk, "label": str(one)} for one in self.treaties],
            "twins": [{"label": str(one), "address": one.get_absolute_url(), "id": one.pk} for one in self.twins],
            "source": {"id": self.source.pk, "label": str(self.source)} if self.source else None,
            "preview": self.preview,
        }


def advise(typed: Mapping[str, Any], *, besides: int | None = None) -> Advice:
    """Return advice on what has been typed so far; whatever is missing or cannot be read is left out.

    `typed` may hold date, speaker (id), text, kind, actor (id), treaties (ids), address, summary; `besides` is the
    entry itself, which is no twin of its own.
    """
    advice = Advice(preview=str(rendered(typed.get("summary") or "")))
    days = _read_date(typed.get("date") or "", advice)
    if days and typed.get("speaker"):
        _office(int(typed["speaker"]), days[1], advice)
    advice.treaties = treaties_named_in(typed.get("text") or "", besides=typed.get("treaties") or ())
    advice.source = same_page(typed.get("address") or "")
    if days:
        advice.twins = look_alikes(
            kind=typed.get("kind") or "",
            actor=typed.get("actor"),
            treaties=typed.get("treaties") or (),
            days=days,
            besides=besides,
        )
    return advice


def _read_date(text: str, advice: Advice) -> tuple[date, date] | None:
    if not text.strip():
        return None
    try:
        edtf, kept = read_words(text)
        advice.date_words = kept or words_for(edtf)
        return span(edtf)
    except DateError as error:
        advice.date_fault = str(error)
        return None


def office_on(speaker: Official, day: date) -> Official | None:
    """Return the office that this person held on the day, the given one if its dates allow; None if there is none."""
    same = Official.objects.filter(name=speaker.name).in_office_on(day)
    held = list(same.select_related("party"))
    return next((one for one in held if one.pk == speaker.pk), held[0] if held else None)


def _office(speaker_id: int, day: date, advice: Advice) -> None:
    speaker = Official.objects.filter(pk=speaker_id).first()
    if speaker is None:
        return
    advice.office = office_on(speaker, day)
    if advice.office is None:
        told = f"{speaker.name} held no office on record on that day; {speaker.office} was another time."
        advice.office_fault = told


def treaties_named_in(text: str, *, besides: Iterable[Any] = ()) -> list[Treaty]:
    """Return the treaties that a text names by any of their names, those of the ids `besides` left out."""
    names = record_names() if text.strip() else None
    if names is None:
        return []
    found = {names.treaties[int(str(one.lastgroup)[1:])].slug for one in names.treaty_pattern.finditer(text)}
    return list(Treaty.objects.published().filter(slug__in=found).exclude(pk__in=list(besides)))


def look_alikes(
    *, kind: str, actor: Any, treaties: Iterable[Any], days: tuple[date, date], besides: int | None = None
) -> list[Event]:
    """Return entries of the same party, treaty and kind within three days: this one may be on record already."""
    treaties = list(treaties)
    if not kind or not actor or not treaties:
        return []
    near = Event.objects.exclude(publication="withdrawn").filter(
        kind=kind, actor=actor, treaties__in=treaties, earliest__lte=days[1] + _NEAR, latest__gte=days[0] - _NEAR
    )
    near = near.exclude(pk=besides) if besides else near
    return list(near.distinct().order_by("earliest", "pk")[:_MOST])

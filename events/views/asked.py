"""What the address of a page asks for: the day, the record of which day, the treaty or party, the canonical address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import TextField
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from events.parameters import canonical, read
from events.viewpoint import read_viewpoint
from treaties.compiled import Compiled
from treaties.day_words import day_words
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest

    from events.parameters import Asked, Parameter
    from events.viewpoint import Viewpoint


_TREATY = Compiled(lambda slug: Treaty.objects.published().filter(slug=slug), slug=TextField())
_PARTY = Compiled(lambda slug: Party.objects.select_related("succeeded_by").filter(slug=slug), slug=TextField())


class ElsewhereError(Exception):
    """The address says what another, canonical one says; its query is the message."""


def asked_viewpoint(request: HttpRequest) -> Viewpoint:
    """Return the viewpoint that the address asks for.

    Raises:
        ViewpointError: if that is no day, or one to come.

    """
    return read_viewpoint(request.GET.get("as_of", ""), request.GET.get("known", ""), now=timezone.now())


def asked_of(request: HttpRequest, *parameters: Parameter, view: tuple[str, ...] = ()) -> Asked:
    """Return what the address asks of a page with these parameters; `view` names what else the page understands.

    Raises:
        FilterError: if something cannot be read.
        ElsewhereError: if the same question has a canonical address.

    """
    asked = read(request.GET, parameters, view=view)
    be_canonical(request, asked)
    return asked


def be_canonical(request: HttpRequest, asked: Asked) -> None:
    """Insist on the one address of a question, so that it is shared, cached and cited as one.

    Raises:
        ElsewhereError: if this is not it.

    """
    wanted = canonical(request.GET, asked)
    if wanted != request.META.get("QUERY_STRING", ""):
        raise ElsewhereError(wanted)


def found(row: Any, sentence: str, viewpoint: Viewpoint) -> Any:
    """Return the row of a page; `sentence` says what is not on record.

    Raises:
        Http404: if there is none, or was none on the day whose record is read.

    """
    if row is not None:
        return row
    if viewpoint.known:
        day = day_words(viewpoint.known)
        sentence = _("%(sentence)s It had not been entered by %(day)s.") % {"sentence": sentence, "day": day}
    raise Http404(sentence)


def published_treaty(slug: str, viewpoint: Viewpoint) -> Treaty:
    """Return the published treaty of this slug.

    Raises:
        Http404: if there is none.

    """
    sentence = _("There is no treaty “%(slug)s” on record.") % {"slug": slug}
    return found(next(iter(_TREATY(slug=slug)), None), sentence, viewpoint)


def party_on_record(slug: str, viewpoint: Viewpoint) -> Party:
    """Return the party of this slug.

    Raises:
        Http404: if there is none.

    """
    sentence = _("There is no party “%(slug)s” on record.") % {"slug": slug}
    return found(next(iter(_PARTY(slug=slug)), None), sentence, viewpoint)

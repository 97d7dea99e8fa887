"""The bench of a wide record asks every kind of address that the public site has, and none that it has not."""

from __future__ import annotations

from django.urls import resolve

from events.urls import urlpatterns
from treatywatch.bench._addresses import KINDS


def test_every_kind_of_public_address_is_measured():
    asked = {resolve(one.split("?")[0].removeprefix("/fr").format(party="russia")).url_name for one in KINDS}
    assert {one.name for one in urlpatterns} - asked == set()

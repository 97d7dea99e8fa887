"""What is written into pages is allowed by its hash, and nothing else of a page ever is."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from django.conf import settings

from treatywatch.inlined import SCRIPTS, STYLES, text_of

_FILES = settings.BASE_DIR / "static"
_ELEMENT = re.compile(r"<(style|script)([^>]*)>(.*?)</\1>", re.DOTALL)


def _hash_of(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("address", ["/", "/treaties/", "/about/", "/embed/treaties/inf/", "/nothing-here/"])
@pytest.mark.django_db
@pytest.mark.usefixtures("record")
def test_a_page_holds_only_what_its_policy_allows(client, address):
    answer = client.get(address)
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    elements = _ELEMENT.findall(answer.content.decode())
    assert {kind for kind, _attributes, _text in elements} >= {"style"}
    for kind, attributes, text in elements:
        assert not attributes
        assert _hash_of(text) in policy[f"{kind}-src"]


def test_the_policy_allows_no_other_text():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["style-src"] == ["'self'", *(_hash_of(text_of(name)) for name in STYLES)]
    assert directives["script-src"] == ["'self'", *(_hash_of(text_of(name)) for name in SCRIPTS)]


@pytest.mark.parametrize("name", [*STYLES, *SCRIPTS])
def test_no_text_ends_its_own_element(name):
    assert "</" not in text_of(name)
    assert "<!--" not in text_of(name)


@pytest.mark.parametrize(
    "address",
    [
        "/treaties/inf/",
        "/treaties/inf/?as_of=2019-02-05",
        "/treaties/ctbt/?known=2026-11-20",
        "/treaties/npt/?kind=poem",
        "/events/us-gives-notice-2019-02-02/",
    ],
)
@pytest.mark.django_db
@pytest.mark.usefixtures("record")
def test_a_timeline_without_the_sheet_of_listings_draws_nothing_of_it(client, address):
    page = client.get(address).content.decode()
    needed = _names_of((_FILES / "listings.css").read_text()) - _names_of((_FILES / "style.css").read_text())
    is_used = {name for listed in re.findall(r'class="([^"]*)"', page) for name in listed.split()}
    assert {"matrix", "plainform", "cell"} <= needed
    assert (text_of("listings.css") in page) or not needed & is_used
    assert "<mark" not in page


def _names_of(sheet):
    return set(re.findall(r"\.([a-z][a-z-]*)", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)))


def test_a_file_that_the_policy_does_not_know_is_refused():
    with pytest.raises(ValueError, match=r"desk\.js"):
        text_of("desk.js")

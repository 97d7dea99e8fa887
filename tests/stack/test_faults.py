"""What readers and programs are told while the database is away, and when something else of ours breaks."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.test import RequestFactory

from tests.other_session import PATIENCE
from treatywatch.bench._web import served
from treatywatch.faults import server_error

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def site():
    # Nothing listens on the first port of this machine.
    with served("treatywatch.wsgi:application", DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing") as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("address", "language", "sentence"),
    [
        ("/treaties/inf/?as_of=2019-02-05", "en", "The record cannot be read just now"),
        ("/fr/parties/", "fr", "est pas accessible pour le moment"),
    ],
)
def test_a_reader_is_told_to_come_back(site, address, language, sentence):
    with pytest.raises(HTTPError) as refused:
        urlopen(site + address, timeout=PATIENCE)
    body = refused.value.read().decode()
    assert (refused.value.code, refused.value.headers["Retry-After"]) == (503, "30")
    assert f'lang="{language}' in body
    assert sentence in body


def test_a_program_is_told_in_a_form_that_it_reads(site):
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{site}/treaties/inf.json", timeout=PATIENCE)
    assert json.load(refused.value)["status"] == refused.value.code == 503


def test_what_nobody_foresaw_is_our_fault():
    try:
        raise KeyError("unforeseen")  # noqa: TRY301
    except KeyError:
        answer = server_error(RequestFactory().get("/treaties/inf/"))
    assert (answer.status_code, "Retry-After" in answer) == (500, False)
    assert "Something broke on our side" in answer.content.decode()

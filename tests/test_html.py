"""Every kind of page, in every language, is valid HTML by the Nu Html Checker."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.pages import every_page
from treatywatch.launcher.testing import find_checker

pytestmark = pytest.mark.django_db

# What the checker says of sound pages: a CSS level that it does not know yet is no fault of the HTML.
_ADVICE = {"info"}


def test_every_page_is_valid_html(record, client, tmp_path):
    checker = find_checker()
    if checker is None:
        pytest.skip("the checker of HTML is not on this machine")
    named = {}
    for number, address in enumerate(every_page()):
        answer = client.get(address)
        named[f"{number}.html"] = address
        (tmp_path / f"{number}.html").write_text(answer.text)
    told = subprocess.run(
        [
            "java",
            "-Xss4m",
            "-jar",
            checker,
            "--format",
            "json",
            "--stdout",
            "--exit-zero-always",
            *sorted(tmp_path.iterdir()),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    faults = {
        f"{named[message['url'].rsplit('/')[-1]]}: {message['message']} {message.get('extract', '')!r}"
        for message in json.loads(told.stdout)["messages"]
        if message["type"] not in _ADVICE
    }
    assert not faults, "\n".join(sorted(faults))

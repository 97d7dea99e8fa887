"""Asks the Nu Html Checker about pages."""

from __future__ import annotations

import json
import subprocess

import pytest

from treatywatch.launcher.testing import find_checker

# What the checker says of sound pages: a CSS level that it does not know yet is no fault of the HTML.
_ADVICE = {"info"}


def faults_of(pages, directory):
    """Return what is wrong with pages, given by name as text; the directory is a test's own."""
    checker = find_checker()
    if checker is None:
        pytest.skip("the checker of HTML is not on this machine")
    named = {f"{number}.html": name for number, name in enumerate(pages)}
    for file, name in named.items():
        (directory / file).write_text(pages[name])
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
            *sorted(map(str, directory.iterdir())),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        f"{named[message['url'].rsplit('/')[-1]]}: {message['message']} {message.get('extract', '')!r}"
        for message in json.loads(told.stdout)["messages"]
        if message["type"] not in _ADVICE
    }

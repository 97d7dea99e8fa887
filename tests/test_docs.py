"""What the documents name exists: settings, commands, addresses, files, kinds of rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import resolve

from events.clocks import rule_from_json
from events.clocks.rules import KINDS
from treatywatch.launcher.command_line import _parser
from treatywatch.launcher.web import web_command

ROOT = Path(__file__).resolve().parent.parent
OPERATING = (ROOT / "docs" / "operating.md").read_text()
DOCUMENTS = {path.name: path.read_text() for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]}


def settings_read():
    source = (ROOT / "treatywatch" / "settings.py").read_text()
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))


def test_every_setting_is_explained_and_every_explained_setting_is_read():
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", OPERATING, re.MULTILINE))
    assert explained == settings_read()


def test_the_defaults_told_are_the_defaults():
    from django.conf import settings

    told = dict(re.findall(r"^\| `(ALERTS_\w+|EMAIL_TIMEOUT)` \| `?(\w+)", OPERATING, re.MULTILINE))
    source = (ROOT / "treatywatch" / "settings.py").read_text()
    for name, default in told.items():
        assert re.search(rf'"{name}", default="?{default}(\.0)?"?\)', source), name
    assert settings.ALERTS_BATCH_SIZE == 500


def test_the_web_server_is_run_in_production_as_it_is_run_here():
    told = re.search(r"^\| web \| `granian (.+?)`", OPERATING, re.MULTILINE)[1].split()
    assert set(told) <= set(web_command(told[-1], "127.0.0.1", 8000))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_exist(name):
    launcher = set(_parser()._subparsers._group_actions[0].choices)
    for command, rest in re.findall(r"\./tw ([a-z]+)(?: ([a-z_]+))?", DOCUMENTS[name]):
        assert command in launcher, command
        if command == "manage" and rest:
            assert rest in get_commands(), rest


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_and_links_exist(name):
    for target in re.findall(r"\]\(([^)#]+)\)", DOCUMENTS[name]):
        folder = ROOT if name == "README.md" else ROOT / "docs"
        assert target.startswith("https://") or (folder / target).exists(), target
    for target in re.findall(r"`((?:docs|requirements|fixtures|tests)/[\w./-]+)`", DOCUMENTS[name]):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_addresses_resolve(name):
    for address in re.findall(
        r"`(/(?:health|treaties|alerts|admin|mailbox|deadlines|parties)[\w/-]*)", DOCUMENTS[name]
    ):
        resolve(address)


def test_every_kind_of_rule_is_described_and_every_described_one_exists():
    table = DOCUMENTS["clock-rules.md"].split("## Kinds")[1].split("##")[0]
    described = {
        kind for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for kind in re.findall(r"`(\w+)`", row)
    }
    assert described == KINDS


def test_the_example_of_a_rule_is_one():
    rule = re.search(r"```json\n(.*?)```", DOCUMENTS["clock-rules.md"], re.DOTALL)[1]
    assert rule_from_json(json.loads(rule)).amount == 6

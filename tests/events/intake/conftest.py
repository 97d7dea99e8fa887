"""Articles of our own, with what a careful reader finds in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from events.intake import read_article

ARTICLES = Path(__file__).parent / "articles"


def expected(name):
    return yaml.safe_load((ARTICLES / f"{name}.yaml").read_text())


def text_of(name):
    return (ARTICLES / f"{name}.txt").read_text()


@pytest.fixture
def read(names):
    def _read(name):
        return read_article(text_of(name), date.fromisoformat(str(expected(name)["published"])), names)

    return _read


@pytest.fixture
def names(record):
    from events.intake_names import record_names

    return record_names()

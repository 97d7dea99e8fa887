"""Every kind of page, in every language, is valid HTML by the Nu Html Checker."""

from __future__ import annotations

import pytest

from tests.checking_html import faults_of
from tests.pages import every_page

pytestmark = pytest.mark.django_db


def test_every_page_is_valid_html(record, client, tmp_path):
    faults = faults_of({address: client.get(address).text for address in every_page()}, tmp_path)
    assert not faults, "\n".join(sorted(faults))

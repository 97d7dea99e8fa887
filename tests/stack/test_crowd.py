"""A crowd at the door, as after a link on the news: everybody waits a moment, nobody gets an error."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from treatywatch.chaos.checkout import Checkout

pytestmark = pytest.mark.stack

_READERS = 250
# In seconds, for the last of them: a slow machine makes a few pages a second.
_PATIENCE = 300
_FIRST_DAY = date(2019, 2, 2)


@pytest.fixture
def checkout(tmp_path):
    checkout = Checkout(tmp_path)
    checkout.up()
    yield checkout
    checkout.remove()


def test_more_readers_at_once_than_the_database_has_connections_are_all_served(checkout):
    together = Barrier(_READERS)

    def read(number):
        together.wait()
        # A page of its own for each, so that none is answered from one that another had made.
        address = f"{checkout.address}/treaties/inf/?as_of={_FIRST_DAY + timedelta(days=number)}"
        try:
            with urlopen(address, timeout=_PATIENCE) as answer:
                return answer.status
        except HTTPError as error:
            return error.code

    with ThreadPoolExecutor(_READERS) as readers:
        answers = Counter(readers.map(read, range(_READERS)))
    assert answers == {200: _READERS}

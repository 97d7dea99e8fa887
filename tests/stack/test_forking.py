"""What a worker does before it forks: the processes of one worker share what it has loaded."""

from __future__ import annotations

import gc

import pytest
from celery.signals import worker_before_create_process

from treatywatch import celery_app


class Loaded:
    pass


@pytest.fixture
def fork_of_worker():
    """Do what a worker does right before it forks one of its processes."""
    yield lambda: worker_before_create_process.send(sender=celery_app)
    gc.unfreeze()


def test_no_collection_in_a_forked_process_touches_what_its_worker_had_loaded(fork_of_worker):
    loaded = [Loaded()]
    fork_of_worker()
    assert all(one is not loaded for one in gc.get_objects())
    assert gc.get_freeze_count() > 0


def test_garbage_is_collected_before_the_rest_is_set_aside(fork_of_worker):
    ended = []

    class Ends(Loaded):
        def __del__(self):
            ended.append(True)

    cycle = Ends()
    cycle.itself = cycle
    gc.disable()
    try:
        del cycle
        fork_of_worker()
    finally:
        gc.enable()
    assert len(ended) == 1

"""The data that visitors make: within bounds, each with its visit, and used by the runs that were started on them."""

import gc
import time
import weakref
from dataclasses import replace

import numpy as np
import pytest

from cnnplay.data.datasets import OWN
from cnnplay.data.own import OwnData
from cnnplay.engine.engine import Engine
from cnnplay.engine.limits import Limits
from cnnplay.errors import SettingsError
from cnnplay.network.architecture import Architecture
from cnnplay.training.compiled import on_device
from cnnplay.training.config import TrainConfig

NET = "flatten-dense2"
CONFIG = TrainConfig(epochs=1, dataset=OWN)


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def own_data(count=8, classes=("one", "two"), seed=0):
    own = OwnData()
    for name in classes:
        own = own.with_class(name)
    images = np.random.default_rng(seed).integers(0, 256, (len(classes), count, 28, 28, 1), np.uint8)
    for label in range(len(classes)):
        own = own.added(label, images[label])
    return replace(own, augmentation=replace(own.augmentation, on=False))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def engine(clock):
    engine = Engine(limits=Limits(own_megabytes=0.1, silence=90, full_megabytes=1e6), clock=clock)
    yield engine
    engine.close()


def network(own):
    return Architecture.parse(NET, own.source().input_shape, len(own.classes))


def test_data_belong_to_the_visit_that_made_them(engine):
    own = own_data()
    engine.keep_data("a", own)
    assert engine.data_of("a") is own
    assert engine.data_of("b") is None
    assert engine.visit_of_data(engine.data_id("a")) == "a"
    assert engine.data_id("b") is None
    assert engine.visit_of_data("") is None


def test_the_id_of_the_data_stays_while_they_change(engine):
    engine.keep_data("a", own_data())
    first = engine.data_id("a")
    engine.keep_data("a", own_data(seed=1))
    assert engine.data_id("a") == first


def test_where_the_room_is_used_up_silent_visitors_make_room_and_others_do_not(engine, clock):
    large = own_data(30)
    assert 0.04e6 < large.nbytes <= 0.1e6
    engine.keep_data("a", large)
    clock.now = 50
    with pytest.raises(SettingsError, match=r"all visitors together can have 0\.1 MB"):
        engine.keep_data("b", large)
    assert engine.data_of("a") is large
    assert engine.data_of("b") is None
    clock.now = 100  # nobody has seen a for longer than `silence`
    engine.keep_data("b", large)
    assert engine.data_of("a") is None
    assert engine.data_of("b") is large


def test_what_has_no_room_leaves_what_was_there(engine):
    small = own_data(8)
    engine.keep_data("a", small)
    with pytest.raises(SettingsError):
        engine.keep_data("a", own_data(400))
    assert engine.data_of("a") is small


def test_a_run_learns_the_data_that_it_was_started_on_even_when_they_change(engine):
    own = own_data(12)
    engine.keep_data("a", own)
    run = engine.start(network(own), CONFIG, "a", own=own.source())
    engine.keep_data("a", own.without(0).without(1))
    view = engine.view(run)
    assert view.data.images == own.source().images == (18, 6)
    assert view.images == 18
    assert view.data.load().train is own.dataset().train


def test_settings_for_own_data_without_data_are_refused_in_a_sentence(engine):
    with pytest.raises(SettingsError, match="not here") as refused:
        engine.start(Architecture.parse("flatten-dense10"), CONFIG, "a")
    assert refused.value.remedies[0].change == {"dataset": "mnist"}


def test_the_bytes_of_a_run_count_its_visitors_pictures(engine):
    own = own_data(12)
    run = engine.start(network(own), CONFIG, "a", steps=0, own=own.source())
    held = engine._runs[run]
    other = replace(held, data=replace(own.source(), name="forms"))
    assert held.nbytes - other.nbytes == 24 * 28 * 28
    assert held.least_bytes - other.least_bytes == 24 * 28 * 28


def test_small_data_stay_for_hours_and_large_ones_go_when_their_visitor_has_left(clock):
    engine = Engine(limits=Limits(silence=90, full_megabytes=1e6), clock=clock)
    small, large = own_data(12), own_data(6000)
    assert small.nbytes < 1e6 < 8e6 < large.nbytes
    engine.keep_data("a", small)
    engine.keep_data("b", large)
    clock.now = 60
    engine.heartbeat("b")
    clock.now = 149
    assert engine.data_of("b") is large
    clock.now = 151  # 91 seconds since b was there
    wait_for(lambda: engine.data_of("b") is None)
    assert engine.data_of("a") is small
    clock.now = engine.limits.kept_for + 1
    wait_for(lambda: engine.data_of("a") is None)
    engine.close()


def test_the_memory_of_a_visitor_who_has_left_is_given_back(engine, clock):
    own = own_data(12)
    engine.keep_data("a", own)
    engine.start(network(own), CONFIG, "a", steps=0, own=own.source())
    images, data = weakref.ref(own.dataset().train), weakref.ref(own)
    on_device(own.dataset().train)  # as a training does
    del own
    clock.now = engine.limits.kept_for + 1
    wait_for(lambda: engine.views("a") == [])  # the worker's housekeeping evicts the run, and with it the visit
    clock.now *= 3
    wait_for(lambda: engine.data_of("a") is None)
    wait_for(lambda: gc.collect() >= 0 and images() is None and data() is None)


def wait_for(is_so, seconds=30):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)

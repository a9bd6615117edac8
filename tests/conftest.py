"""Fixtures of the whole suite, and the one way in which tests wait."""

import os
import time
from collections.abc import Callable

# Keras reads this when it is imported, and the oracles import it.
os.environ["KERAS_BACKEND"] = "jax"
# The suite's own process has Keras and PyTorch in its memory as well: no reason to sweep it or to refuse a run.
os.environ["CNNPLAY_SWEEP_MEGABYTES"] = os.environ["CNNPLAY_FULL_MEGABYTES"] = "100000"

import pytest

from cnnplay.data.datasets import Dataset, Split, mnist


def wait_until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Return as soon as `condition` holds; fail where it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} seconds: {condition}")
        time.sleep(0.005)


def cut(dataset: Dataset, train: int, test: int) -> Dataset:
    """The first images of a dataset."""
    return Dataset(
        Split(dataset.train.images[:train], dataset.train.labels[:train]),
        Split(dataset.test.images[:test], dataset.test.labels[:test]),
    )


@pytest.fixture(scope="session")
def small() -> Dataset:
    """2,000 images to train on and 500 to test on."""
    return cut(mnist(), 2000, 500)

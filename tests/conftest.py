"""Fixtures and environment of the whole suite, and the one way in which tests wait."""

import os
import shutil
import time
from collections.abc import Callable, Iterator

# Keras reads this when it is imported, and the oracles import it.
os.environ["KERAS_BACKEND"] = "jax"
# The suite's own process has Keras and PyTorch in its memory as well: no reason to sweep it or to refuse a run.
os.environ["CNNPLAY_SWEEP_MEGABYTES"] = os.environ["CNNPLAY_FULL_MEGABYTES"] = "100000"
# Tests keep every core busy: a process of low priority would hardly get a turn.
os.environ["CNNPLAY_NICENESS"] = "0"
os.environ["CNNPLAY_SLOW_PAGE"] = "1000"  # the number of runs that train does not depend on the machine's load
# There is a process for each core, so each computes with one thread: what these libraries' further threads do is wait.
os.environ["OMP_NUM_THREADS"] = "1"
# Every program is compiled once, whichever worker, server or notebook needs it: JAX keeps them in the folder below.
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"

import numpy as np
import pytest

from cnnplay.data.datasets import Dataset, Split, mnist
from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from tests import pytorch

LARGEST_CACHE = 500_000_000  # bytes of compiled programs; where earlier runs left more, all of them go


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--texts",
        type=int,
        default=24,
        help="how many hostile texts each view of a page gets in each of its fields (tests/pages/test_injection.py)",
    )
    parser.addoption(
        "--series",
        type=int,
        default=1,
        help="how many series of quick edits to make without and beside a training (tests/browser/test_quick_edits.py)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Give this process and those that it starts one folder of compiled programs, in pytest's own cache.

    It outlives the run: JAX finds a program by a hash of its text, options and JAX's version, so none is stale.
    """
    if "JAX_COMPILATION_CACHE_DIR" not in os.environ:  # a worker has it from whoever started it
        folder = config.cache.mkdir("programs")
        if sum(file.stat().st_size for file in folder.iterdir()) > LARGEST_CACHE:
            shutil.rmtree(folder)
        os.environ["JAX_COMPILATION_CACHE_DIR"] = str(folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what a Python without PyTorch did not compare."""
    if not pytorch.INSTALLED:
        terminalreporter.section("left out")
        terminalreporter.write_line(pytorch.LEFT_OUT)


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


@pytest.fixture(scope="module")
def compiled_quickly() -> Iterator[None]:
    """For hundreds of small programs of which each is used once."""
    import jax  # not above: it reads its environment when it is imported, which `pytest_configure` completes

    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.fixture(scope="session")
def small() -> Dataset:
    """2,000 images to train on and 500 to test on."""
    return cut(mnist(), 2000, 500)


@pytest.fixture(
    scope="session",
    params=[
        "conv6k2-relu-max2-flatten-dense10",
        "conv3k5-tanh-max2-conv20k3same-relu-max3s2-flatten-dropout20-dense10",
    ],
)
def trained(request: pytest.FixtureRequest, small: Dataset) -> tuple[Architecture, dict[str, np.ndarray]]:
    """A network and its weights after an epoch."""
    from cnnplay.training.trainer import Trainer  # loads JAX: not for tests that do without

    architecture = Architecture.parse(request.param)
    trainer = Trainer(architecture, TrainConfig(epochs=1), small)
    trainer.advance(trainer.total_steps)
    return architecture, trainer.weights()

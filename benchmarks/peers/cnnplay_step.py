"""cnnplay: the compiled programs with which the app trains."""

import gc
import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import jax
import numpy as np

from cnnplay import compilation_cache
from cnnplay.data.datasets import mnist
from cnnplay.experiments import Experiment, run
from cnnplay.experiments.executors import OneProcess
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.training.compiled import CHUNK, initial_optimizer_state, load, on_device, train_program
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer, evaluate

from . import check


def prepare(network: str, batch: int) -> Callable[[int], float]:
    architecture = Architecture.parse(network)
    images, labels = on_device(mnist().train)
    weights, rule = jax.device_put(initial_weights(architecture)), TrainConfig("adam").rule
    check(architecture, architecture.shapes[1:], sum(array.size for array in weights.values()))
    state = weights, initial_optimizer_state(rule, weights)
    order = jax.device_put(np.random.default_rng(0).permutation(60_000).astype(np.int32))
    rates = np.full(CHUNK, 1e-3, np.float32)
    program = train_program(architecture, rule, batch)
    zero = np.int32(0)

    def run(steps: int) -> float:
        nonlocal state
        began = time.perf_counter()
        while steps:
            count = min(steps, CHUNK, 60_000 // batch)
            state, record = program(state, images, labels, order, rates, zero, zero, zero, np.int32(count))
            jax.block_until_ready(record)
            steps -= count
        return time.perf_counter() - began

    run(1)
    return run


def prepare_evaluation(network: str, batch: int) -> Callable[[int], float]:
    """cnnplay chooses the images of a call itself, whatever the batch."""
    architecture = Architecture.parse(network)
    weights, test = jax.device_put(initial_weights(architecture)), mnist().test

    def run(times: int) -> float:
        began = time.perf_counter()
        for _ in range(times):
            evaluate(architecture, weights, test)
        return time.perf_counter() - began

    run(1)
    return run


def job(network: str, batch: int, epochs: int) -> dict[str, Any]:
    return train(network, {"batch_size": batch, "epochs": epochs})


def train(network: str, settings: dict[str, Any]) -> dict[str, Any]:
    """A whole training as in the app, compilation included; the images are loaded before, as by the app's warm-up."""
    load(mnist())
    began = time.perf_counter()
    trainer = Trainer(Architecture.parse(network), TrainConfig(**settings), mnist())
    trainer.advance(trainer.total_steps)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "accuracies": [epoch.test.accuracy for epoch in trainer.history.epochs]}


def experiment(network: str, rates: list[float], seeds: int, workers: int) -> dict[str, float]:
    """Seconds of an epoch with each rate and seed: in a plain loop where there are no workers, else as an experiment.

    Compilation is included; the images are loaded before, in each process that trains.
    """
    asked = Experiment(network, {"learning_rate": rates}, seeds, epochs=1)
    if not workers:
        load(mnist())
        began = time.perf_counter()
        for trial in asked.trials:
            trainer = Trainer(trial.architecture, trial.config, mnist())
            trainer.advance(trainer.total_steps)
        return {"seconds": time.perf_counter() - began}
    with OneProcess() if workers == 1 else ProcessPoolExecutor(workers, get_context("spawn")) as executor:
        for ready in [executor.submit(ready_to_train, 1.0) for _ in range(workers)]:
            ready.result()
        began = time.perf_counter()
        run(asked, executor, workers=workers)
        return {"seconds": time.perf_counter() - began}


def ready_to_train(seconds: float) -> None:
    """Load the images; it takes a while, so that each of several processes gets one such call."""
    load(mnist())
    time.sleep(seconds)


def first_step(network: str, programs: str | None = None) -> dict[str, float]:
    """Seconds from Start to the end of the first step, in a process that has compiled nothing yet.

    programs: the folder of a compilation cache.
    """
    if programs:
        jax.config.update("jax_enable_compilation_cache", True)  # all others do without: conduct.ENVIRONMENT
        assert compilation_cache.use(Path(programs)), "the folder cannot be used"
    load(mnist())
    began = time.perf_counter()
    Trainer(Architecture.parse(network), TrainConfig(), mnist()).advance(1)
    return {"seconds": time.perf_counter() - began}


def memory(network: str, further: list[str]) -> dict[str, Any]:
    """MB: the peak of one epoch; resident memory then, and after a few steps and a test of each further network."""
    trainer = Trainer(Architecture.parse(network), TrainConfig(epochs=1), mnist())
    trainer.advance(trainer.total_steps)
    peak, resident = _megabytes("VmHWM"), [_megabytes("VmRSS")]
    for other in further:
        Trainer(Architecture.parse(other), TrainConfig(epochs=1, train_images=256), mnist()).advance(8)
        gc.collect()
        resident.append(_megabytes("VmRSS"))
    return {"peak": peak, "resident": resident}


def _megabytes(name: str) -> float:
    # Not getrusage, whose peak may be inherited from the parent process.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(rf"{name}:\s*(\d+) kB", status)[1]) / 1000

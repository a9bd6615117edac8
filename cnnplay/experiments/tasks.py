"""The task that executors run: one epoch of one run, bytes in and bytes out.

So pausing, cancelling, retrying and moving a run need nothing of an executor but that it calls a function.
"""

import os
import platform
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from .. import compilation_cache
from ..data.datasets import DATASETS
from ..errors import PlaygroundError
from ..training.config import TrainConfig, network_for

COMPILES = "/jax/core/compile/"  # JAX's events while it traces and compiles a program


@dataclass(frozen=True)
class Done:
    """What a task brings back: the run after its epoch as bytes, and the seconds that the epoch took.

    problem: why it could not go on, in a sentence; `state` is then empty. startup, compilation: further seconds, in
    which the process loaded JAX and the images, and compiled. process: the one that trained.
    """

    state: bytes
    seconds: float
    problem: str | None = None
    startup: float = 0.0
    compilation: float = 0.0
    process: str = ""


def prepare(dataset: str = "mnist") -> None:
    """Load what training on one of DATASETS needs, so that a worker's first task need not wait for it."""
    from ..training import snapshots, trainer  # noqa: F401  # they load JAX: in the process that trains
    from ..training.compiled import load

    compilation_cache.use()
    load(DATASETS[dataset].load())


def train_epoch(net: str, config: TrainConfig, state: bytes | None) -> Done:
    """Train one epoch of a run, the first where `state` is None, and test it.

    The same arguments give the same state, bit for bit, on the same kind of processor.
    """
    began = time.perf_counter()
    prepare(config.dataset)
    ready, problem, new = time.perf_counter(), None, b""
    with _compiler_watched() as spans:
        try:
            new = _advanced(net, config, state)
        except PlaygroundError as error:
            problem = str(error)
    compilation = sum(end - begin for begin, end in spans)
    seconds = time.perf_counter() - ready - compilation
    return Done(new, seconds, problem, ready - began, compilation, f"{platform.node()}:{os.getpid()}")


def _advanced(net: str, config: TrainConfig, state: bytes | None) -> bytes:
    from ..training.snapshots import from_bytes, to_bytes
    from ..training.trainer import Trainer

    dataset = DATASETS[config.dataset].load()
    if state is None:
        trainer = Trainer(network_for(net, config), config, dataset)
    else:
        trainer = Trainer.restore(from_bytes(state), dataset)
    trainer.advance(trainer.steps_per_epoch)
    snapshot = trainer.snapshot()
    # Only the newest weights travel: the first follow from the seed, and nobody looks at those between.
    newest = {epoch: weights for epoch, weights in snapshot.epoch_weights.items() if epoch == trainer.epoch}
    return to_bytes(replace(snapshot, epoch_weights=newest))


@contextmanager
def _compiler_watched() -> Iterator[list[tuple[float, float]]]:
    """When JAX traces and compiles meanwhile in this thread: (begin, end) of each, without those within another."""
    from jax import monitoring

    spans: list[tuple[float, float]] = []
    thread = threading.get_ident()

    def note(event: str, duration_secs: float, **kwargs: str | int) -> None:
        if event.startswith(COMPILES) and threading.get_ident() == thread:
            end = time.perf_counter()
            while spans and spans[-1][0] >= end - duration_secs:
                spans.pop()
            spans.append((end - duration_secs, end))

    monitoring.register_event_duration_secs_listener(note)
    try:
        yield spans
    finally:
        monitoring.unregister_event_duration_listener(note)

"""A slice of a run as a task for a worker elsewhere: bytes in, bytes and the steps of the slice out."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .. import compilation_cache
from ..data.datasets import DATASETS
from ..errors import PlaygroundError
from ..training.config import TrainConfig, network_for
from ..training.history import History

if TYPE_CHECKING:  # it loads JAX
    from ..training.trainer import Snapshot, Trainer


Weights = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class RemoteState:
    """Where a run is between two slices: a snapshot as bytes, whose history is of its last slice alone.

    names: of the weights, which are the first of its leaves.
    """

    data: bytes
    names: tuple[str, ...]

    def snapshot(self) -> "Snapshot":
        from ..training.snapshots import from_bytes

        return from_bytes(self.data)

    def weights(self) -> Weights:
        """The weights, by layer and name, read-only."""
        return self.weights_of(self.snapshot())

    def weights_of(self, snapshot: "Snapshot") -> Weights:
        return read_only(dict(zip(self.names, snapshot.leaves, strict=False)))  # the others are the optimizer's


@dataclass(frozen=True)
class Slice:
    """What a slice brings back. seconds: that it took. error: what it ended with; its good steps are in `state`."""

    state: RemoteState
    seconds: float
    error: PlaygroundError | None = None


def train_slice(net: str, config: TrainConfig, state: bytes | None, steps: int, learning_rate: float) -> Slice:
    """Train `steps` steps of a run, at most to the end of its epoch; the first where `state` is None.

    The same arguments give the same state, bit for bit, on the same kind of processor. Raises PlaygroundError where
    it cannot begin.
    """
    from ..training.snapshots import to_bytes  # loads JAX: in the process that trains

    began, error = time.perf_counter(), None
    trainer = _trainer(net, config, state)
    epochs = trainer.history.epochs
    trainer.history = History(steps)  # of this slice alone: the app has the others
    trainer.history.epochs = epochs
    trainer.set_learning_rate(learning_rate)
    try:
        trainer.advance(min(steps, trainer.steps_per_epoch - trainer.step % trainer.steps_per_epoch))
    except PlaygroundError as problem:
        error = problem
    data = to_bytes(replace(trainer.snapshot(), epoch_weights={}))
    names = tuple(sorted(trainer.weights()))  # the order of JAX's leaves
    return Slice(RemoteState(data, names), time.perf_counter() - began, error)


def _trainer(net: str, config: TrainConfig, state: bytes | None) -> "Trainer":
    from ..training.snapshots import from_bytes
    from ..training.trainer import Trainer

    compilation_cache.use()
    dataset = DATASETS[config.dataset].load()
    if state is None:
        return Trainer(network_for(net, config), config, dataset)
    return Trainer.restore(from_bytes(state), dataset)


def read_only(weights: Weights) -> Weights:
    for array in weights.values():
        array.flags.writeable = False
    return weights

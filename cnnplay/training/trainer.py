"""Training: TrainConfig says how, Trainer does it, step by step, in compiled chunks.

Everything random is a function of (seed, step): which images a step sees, and what dropout drops. So a run that is
paused, restored or cut into other pieces is bit for bit the same run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import isfinite

import jax
import numpy as np
from jax import Array

from ..data.datasets import Dataset, Split
from ..errors import DataError, DivergedError, Remedy, SettingsError
from ..network.architecture import Architecture
from ..network.model import Network, Weights, initial_weights, split_statistics, with_weights, workspace
from .compiled import (
    CHUNK,
    State,
    evaluation_batch_size,
    evaluation_program,
    initial_optimizer_state,
    on_device,
    train_program,
    training_part_size,
)
from .config import BYTES_PER_VALUE, OPTIMIZERS, SCHEDULES, STEP_BYTES, STEP_MACS, TrainConfig, smaller_rate
from .history import Evaluation, History

__all__ = ["OPTIMIZERS", "SCHEDULES", "Evaluation", "Snapshot", "TrainConfig", "Trainer", "evaluate"]

WEIGHTS_BYTES = 64_000_000  # of the weights kept a run, one set an epoch; beyond it every second set goes


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All that a run is at one step: `Trainer.restore` goes on from it as if nothing had happened."""

    architecture: Architecture
    config: TrainConfig
    step: int
    learning_rate: float
    leaves: tuple[np.ndarray, ...]
    history: History
    epoch_weights: Mapping[int, Mapping[str, np.ndarray]]


class Trainer:
    """A network in training on a dataset. Its public attributes are for reading.

    step: steps done; total_steps; history; epoch_weights: {epoch: {"conv1/kernel": array, ...}}, 0 being the initial
    weights.
    Raises SettingsError, ShapeError where the network does not end in a score for each class, or DataError where it is
    made for other images than those of the dataset.
    """

    def __init__(self, architecture: Architecture, config: TrainConfig, dataset: Dataset):
        architecture.require_classes()
        check_size(architecture, config)
        check_images(architecture, dataset)
        self.architecture, self.config, self.dataset = architecture, config, dataset
        self.train_images = config.images_of(len(dataset.train))
        self.steps_per_epoch = config.steps_per_epoch(self.train_images)
        self.total_steps = config.epochs * self.steps_per_epoch
        self.learning_rate = config.learning_rate
        self.step = 0
        self.history = History(self.total_steps)
        self._schedule = np.asarray(SCHEDULES[config.schedule].factor(self.total_steps), np.float32)
        self._order: tuple[int, Array] | None = None
        # device_put, here and below: jnp.asarray compiles a program for each shape.
        weights = jax.device_put(initial_weights(architecture, config.seed))
        trained, _ = split_statistics(weights)
        self._state: State = weights, initial_optimizer_state(config.rule, trained)
        self.epoch_weights: dict[int, Mapping[str, np.ndarray]] = {0: self.weights()}

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.step // self.steps_per_epoch

    @property
    def finished(self) -> bool:
        return self.step == self.total_steps and not self._unevaluated

    def set_learning_rate(self, rate: float) -> None:
        """The rate from the next step on, without compiling anything again. Raises SettingsError out of bounds."""
        self.learning_rate = replace(self.config, learning_rate=rate).learning_rate

    def advance(self, steps: int, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Train `steps` steps, or up to the end; where an epoch ends, evaluate and keep the weights.

        `should_stop` is asked between compiled calls. Raises DivergedError where the loss is no longer a number: the
        history then ends before that step, the weights are useless, and those of the earlier epochs are unchanged.
        """
        target = min(self.step + steps, self.total_steps)
        self._finish_epoch(should_stop)
        while self.step < target and not self._unevaluated and not should_stop():
            in_epoch = self.step % self.steps_per_epoch
            self._run(min(target - self.step, self.steps_per_epoch - in_epoch, CHUNK), in_epoch, should_stop)
            self._finish_epoch(should_stop)

    def evaluate(self) -> Evaluation:
        """Loss, accuracy and confusion on all test images, as the weights are now."""
        evaluation = evaluate(self.architecture, self._state[0], self.dataset.test)
        assert evaluation is not None  # nothing asked it to stop
        return evaluation

    def weights(self) -> Mapping[str, np.ndarray]:
        """Copies of the weights, by layer and name: "conv1/kernel"."""
        return {name: _frozen(np.array(array)) for name, array in self._state[0].items()}

    def network(self) -> Network:
        """The Flax network with the weights as they are now."""
        return with_weights(self.architecture, self._state[0])

    def snapshot(self) -> Snapshot:
        leaves = tuple(np.array(leaf) for leaf in jax.tree.leaves(self._state))
        return Snapshot(
            self.architecture,
            self.config,
            self.step,
            self.learning_rate,
            leaves,
            self.history.copy(),
            dict(self.epoch_weights),
        )

    @classmethod
    def restore(cls, snapshot: Snapshot, dataset: Dataset) -> "Trainer":
        """A trainer that continues from the snapshot, bit for bit."""
        trainer = cls(snapshot.architecture, snapshot.config, dataset)
        structure = jax.tree.structure(trainer._state)
        trainer._state = jax.tree.unflatten(structure, jax.device_put(snapshot.leaves))
        trainer.step, trainer.learning_rate = snapshot.step, snapshot.learning_rate
        trainer.history = snapshot.history.copy()
        trainer.epoch_weights.update(snapshot.epoch_weights)
        return trainer

    @property
    def _unevaluated(self) -> bool:
        return self.epoch > len(self.history.epochs)

    def _run(self, count: int, in_epoch: int, should_stop: Callable[[], bool]) -> None:
        rates = np.zeros(CHUNK, np.float32)
        rates[:count] = self._schedule[self.step : self.step + count] * np.float32(self.learning_rate)
        state, record = train_program(self.architecture, self.config.rule, self.config.batch_size)(
            self._state,
            *on_device(self.dataset.train),
            self._shuffled(),
            rates,
            np.int32(self.config.seed),
            np.int32(self.step),
            np.int32(in_epoch),
            np.int32(count),
        )
        losses, accuracies = np.asarray(record)[:, :count]  # waits for the device
        if should_stop():
            return  # discard the steps: the run was paused or reset while they were computed
        self._state = state
        good = count if np.isfinite(losses).all() else int(np.argmin(np.isfinite(losses)))
        self.history.extend(losses[:good], accuracies[:good], rates[:good])
        self.step += good
        if good < count:
            raise _diverged(self.step + 1, float(losses[good]), self._rate(self.step), self.config.optimizer)

    def _rate(self, step: int) -> float:
        """The learning rate of a step (counted from 0), were it taken now."""
        return float(self._schedule[step] * np.float32(self.learning_rate))

    def _shuffled(self) -> Array:
        """The order of this epoch's images, the last batch filled up with -1: [steps per epoch · batch]."""
        if self._order is None or self._order[0] != self.epoch:
            generator = np.random.default_rng([self.config.seed, self.epoch])
            order = np.full(self.steps_per_epoch * self.config.batch_size, -1, np.int32)
            order[: self.train_images] = generator.permutation(self.train_images)
            self._order = self.epoch, jax.device_put(order)
        return self._order[1]

    def _finish_epoch(self, should_stop: Callable[[], bool]) -> None:
        if not self._unevaluated:
            return
        evaluation = evaluate(self.architecture, self._state[0], self.dataset.test, should_stop)
        if evaluation is None:
            return  # asked to stop: the next call evaluates
        if not isfinite(evaluation.loss):
            raise _diverged(self.step, evaluation.loss, self._rate(self.step - 1), self.config.optimizer)
        self.epoch_weights[self.epoch] = self.weights()
        thin_weights(self.epoch_weights)
        self.history.end_epoch(self.steps_per_epoch, evaluation)


def evaluate(
    architecture: Architecture, weights: Weights, split: Split, should_stop: Callable[[], bool] = lambda: False
) -> Evaluation | None:
    """Loss, accuracy and confusion [truth, answer] on every image of `split`; None if it was asked to stop.

    weights: as `Trainer.weights()` gives them.
    """
    program, images, labels = evaluation_program(architecture), *on_device(split)
    loss, confusion = 0.0, np.zeros((architecture.output_shape[0],) * 2, np.int64)
    for start in range(0, len(split), evaluation_batch_size(architecture)):
        if should_stop():
            return None
        part_loss, part_confusion = program(weights, images, labels, np.int32(start))
        loss += float(part_loss)
        confusion += np.asarray(part_confusion)
    return Evaluation(loss / len(split), float(np.trace(confusion) / len(split)), confusion)


def check_size(architecture: Architecture, config: TrainConfig) -> None:
    """Raises SettingsError, with a batch size that fits, if a step would need too much memory or take too long."""
    if too_much := _too_much(architecture, config.batch_size):
        smaller = (size for size in (256, 128, 64, 32, 16, 8) if size < config.batch_size)
        fits = [size for size in smaller if not _too_much(architecture, size)]
        raise SettingsError(
            f"{too_much} Take a smaller batch, or a network with fewer values.",
            [Remedy(f"Batch size {size}", {"batch_size": size}) for size in fits[:1]],
        )


def check_images(architecture: Architecture, dataset: Dataset) -> None:
    """Raises DataError where the network is made for other images, or another number of classes."""
    wanted, given = architecture.input_shape, dataset.input_shape
    if wanted != given or architecture.classes != len(dataset.classes):
        wanted_size, given_size = (" × ".join(map(str, shape)) for shape in (wanted, given))
        raise DataError(
            f"This network is made for images of {wanted_size} and {architecture.classes} classes; those of this "
            f"dataset are {given_size}, of {len(dataset.classes)} classes."
        )


def _too_much(architecture: Architecture, batch_size: int) -> str | None:
    if (needed := step_bytes(architecture, batch_size)) > STEP_BYTES:
        part = training_part_size(architecture, batch_size)
        return (
            f"A step would need about {needed / 1e9:.1f} GB for {_values(architecture):,} values for each of "
            f"{part} images; at most {STEP_BYTES / 1e9:.0f} GB is allowed."
        )
    if (macs := architecture.macs * batch_size) > STEP_MACS:
        return (
            f"A step would be {macs / 1e9:,.0f} billion multiply-adds, {architecture.macs:,} for each of {batch_size} "
            f"images; at most {STEP_MACS / 1e9:.0f} billion are allowed, so that it can be watched and stopped."
        )
    return None


def step_bytes(architecture: Architecture, batch_size: int) -> int:
    """About the memory of a training step."""
    part = training_part_size(architecture, batch_size)
    return BYTES_PER_VALUE * _values(architecture) * part + 16 * architecture.parameter_count


def _values(architecture: Architecture) -> int:
    # Every value of every layer is kept for the backward pass, together with its gradient.
    return architecture.values + sum(workspace(architecture))


def _frozen(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


def thin_weights(kept: dict[int, Mapping[str, np.ndarray]]) -> None:
    """Drop every second of the sets of weights, never the first or the newest, while they take too much memory."""
    size = sum(array.nbytes for array in kept[0].values())
    while len(kept) > 3 and size * len(kept) > WEIGHTS_BYTES:
        for epoch in list(kept)[1:-1:2]:
            del kept[epoch]


def _diverged(step: int, loss: float, rate: float, optimizer: str) -> DivergedError:
    became = "infinite" if loss == float("inf") else "not a number (NaN)"
    return DivergedError(
        f"At step {step:,} the loss became {became}. The likely cause: with a learning rate of {rate:.2g} the steps "
        "are so long that the weights fly apart instead of settling.",
        step,
        [smaller_rate(optimizer, rate)],
    )

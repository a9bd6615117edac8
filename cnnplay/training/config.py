"""TrainConfig, the settings of a training run, and the tables of optimizers and schedules, a row each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..bounds import bounded, bounds, check_bounds
from ..errors import Remedy, SettingsError

if TYPE_CHECKING:  # these load JAX: not before somebody trains
    from jax import Array
    from optax import GradientTransformation


@dataclass(frozen=True)
class OptimizerSpelling:
    """How a framework of the exports spells an optimizer: its name there, and what to set for the same steps as ours.

    note: a comment on what is set, or on what remains different; `note_scheduled` where the rate changes from step to
    step.
    """

    name: str
    options: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    note_scheduled: str = ""


def _spelling(**names: OptimizerSpelling) -> Mapping[str, OptimizerSpelling]:
    """Framework of an export -> its spelling."""
    return MappingProxyType(names)


@dataclass(frozen=True)
class Optimizer:
    """`function` with `options`, at learning rate 1: the training step multiplies by the scheduled rate.

    function: the name of one of optax, or a function of a learning rate and the options.

    spelling: where a framework differs. Else the title is its name in `keras.optimizers` and `torch.optim`, the
    function its name in `optax`, and the options are the same; the code for a framework says that it lacks a function
    without a name.
    """

    title: str
    function: "str | Callable[..., GradientTransformation]"
    description: str
    usual_rate: float  # a learning rate at which training usually does not diverge
    options: tuple[tuple[str, float], ...] = ()
    spelling: Mapping[str, OptimizerSpelling] = field(default_factory=_spelling, hash=False)

    def make(self) -> "GradientTransformation":
        import optax  # here, so that a page can list the optimizers without importing JAX

        function = getattr(optax, self.function) if isinstance(self.function, str) else self.function
        # Flat: one small program for all weights instead of one for each array.
        return optax.flatten(function(1.0, **dict(self.options)))


_ADAM_NOTE = "Keras's own epsilon is 1e-7, and weighs more in the first steps than in PyTorch and Optax."

OPTIMIZERS = {
    "adam": Optimizer(
        "Adam",
        "adam",
        "a step size of its own for each weight (Kingma & Ba 2015)",
        1e-3,
        spelling=_spelling(keras=OptimizerSpelling("keras.optimizers.Adam", {"epsilon": 1e-8}, _ADAM_NOTE)),
    ),
    "adamw": Optimizer(
        "AdamW",
        "adamw",
        "Adam that also shrinks the weights (Loshchilov & Hutter 2019)",
        1e-3,
        (("weight_decay", 0.01),),
        _spelling(keras=OptimizerSpelling("keras.optimizers.AdamW", {"epsilon": 1e-8}, _ADAM_NOTE)),
    ),
    "sgd": Optimizer("SGD", "sgd", "straight down the gradient of each batch", 0.05),
    "momentum": Optimizer(
        "Momentum",
        "sgd",
        "SGD that keeps rolling (Polyak 1964)",
        0.01,
        (("momentum", 0.9),),
        _spelling(
            keras=OptimizerSpelling(
                "keras.optimizers.SGD",
                note_scheduled="Keras's momentum adds up steps, each at the rate of its time; Optax adds up gradients.",
            ),
            pytorch=OptimizerSpelling("torch.optim.SGD"),
        ),
    ),
    "rmsprop": Optimizer(
        "RMSprop",
        "rmsprop",
        "gradients divided by their recent size (Hinton 2012)",
        1e-3,
        spelling=_spelling(
            keras=OptimizerSpelling(
                "keras.optimizers.RMSprop",
                {"rho": 0.9, "epsilon": 1e-8},
                "Epsilon as in Optax; Keras's own is 1e-7.",
            ),
            pytorch=OptimizerSpelling(
                "torch.optim.RMSprop",
                {"alpha": 0.9, "eps": 1e-4},
                "Keras and Optax add 1e-8 under the root, PyTorch adds eps to the root: nearly the same.",
            ),
        ),
    ),
    "adagrad": Optimizer(
        "Adagrad",
        "adagrad",
        "steps that shrink with all past gradients (Duchi et al. 2011)",
        0.02,
        spelling=_spelling(
            pytorch=OptimizerSpelling(
                "torch.optim.Adagrad", {"initial_accumulator_value": 0.1}, "PyTorch's own begins with 0."
            )
        ),
    ),
}


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes over a run: `factor(total)` gives its factor at each of `total` steps."""

    title: str
    description: str
    factor: "Callable[[int], Sequence[float] | Array]"


def _constant(total: int) -> list[float]:
    return [1.0] * total


def _one_cycle(total: int) -> "Array":
    return _at_each_step("cosine_onecycle_schedule", (max(total, 2), 1.0), total)


def _cosine(total: int) -> "Array":
    return _at_each_step("cosine_decay_schedule", (1.0, total), total)


def _at_each_step(name: str, arguments: tuple[float, ...], total: int) -> "Array":
    import jax
    import numpy as np
    import optax

    return jax.jit(jax.vmap(getattr(optax, name)(*arguments)))(np.arange(total))


SCHEDULES = {
    "constant": Schedule("constant", "the same rate throughout", _constant),
    "one-cycle": Schedule("one cycle", "rises to the rate, then falls to almost nothing (Smith 2018)", _one_cycle),
    "cosine": Schedule("cosine", "falls like half a cosine (Loshchilov & Hutter 2017)", _cosine),
}


STEP_BYTES, STEP_MACS = 1_000_000_000, 40_000_000_000  # the most that one step may need
BYTES_PER_VALUE = 8  # a value and its gradient
PROGRAMS = 8  # networks that stay compiled in a process


@dataclass(frozen=True)
class TrainConfig:
    """The settings of a training run.

    train_images: how many of the training images to use, from the first on; the test images are always all 10,000.

    Raises SettingsError if a setting is unknown, not a number, or out of its bounds.
    """

    optimizer: str = "adam"
    learning_rate: float = bounded(1e-5, 10.0, default=1e-3)
    batch_size: int = bounded(8, 512, default=32)
    epochs: int = bounded(1, 50, default=10)
    seed: int = bounded(0, 2**31 - 1, default=0)
    train_images: int = bounded(100, 60_000, default=60_000)
    schedule: str = "constant"

    def __post_init__(self) -> None:
        for name, table in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
            value = getattr(self, name)
            if not isinstance(value, str) or value not in table:
                raise SettingsError(
                    f"There is no {name} {str(value)[:40]!r}; there are {', '.join(table)}.",
                    [Remedy(f"{name} {first}", {name: first}) for first in list(table)[:1]],
                )
        check_bounds(self, SettingsError, "Training")

    def steps_per_epoch(self, images: int) -> int:
        """⌈images / batch size⌉: the last batch of an epoch may have fewer images."""
        return -(-images // self.batch_size)

    def differences(self) -> Mapping[str, str | float]:
        """The settings that differ from the defaults."""
        return {e.name: getattr(self, e.name) for e in fields(self) if getattr(self, e.name) != e.default}


def smaller_rate(optimizer: str, rate: float) -> Remedy:
    """The remedy for a rate that was too large: the optimizer's usual rate or a tenth, whichever is smaller."""
    lowest = bounds(TrainConfig, "learning_rate")[0]
    smaller = max(lowest, min(OPTIMIZERS[optimizer].usual_rate, float(f"{rate / 10:.2g}")))
    return Remedy(f"Train again with learning rate {smaller:g}", {"learning_rate": smaller})


# Short labels: field of TrainConfig -> text of its value.
SHORT: Mapping[str, Callable[[TrainConfig], str]] = {
    "optimizer": lambda config: OPTIMIZERS[config.optimizer].title,
    "learning_rate": lambda config: f"rate {config.learning_rate:g}",
    "schedule": lambda config: SCHEDULES[config.schedule].title,
    "batch_size": lambda config: f"batch {config.batch_size}",
    "epochs": lambda config: f"{config.epochs} epoch{'s' if config.epochs > 1 else ''}",
    "train_images": lambda config: f"{config.train_images:,} images",
    "seed": lambda config: f"seed {config.seed}",
}


def what_differs(configs: Sequence[TrainConfig]) -> list[list[str]]:
    """The settings of each that are not the same in all: ["batch 32", "seed 1"]."""
    differing = [name for name in SHORT if len({getattr(config, name) for config in configs}) > 1]
    return [[SHORT[name](config) for name in differing] for config in configs]

"""TrainConfig, the settings of a training run, and the tables of optimizers, their settings and schedules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..bounds import bounded, bounds, check_bounds
from ..data.datasets import DATASETS, OWN
from ..errors import Remedy, SettingsError
from ..network.architecture import Architecture

if TYPE_CHECKING:  # these load JAX: not before somebody trains
    from jax import Array
    from optax import GradientTransformation


@dataclass(frozen=True)
class Argument:
    """An argument by which an optimizer takes settings of the training: one as a number, several as a tuple.

    settings: their names in TrainConfig. default: what the optimizer takes where the argument is left out.
    """

    name: str
    settings: tuple[str, ...]
    default: float | tuple[float, ...]

    def value(self, config: "TrainConfig") -> float | tuple[float, ...]:
        values = tuple(float(getattr(config, name)) for name in self.settings)
        return values if len(values) > 1 else values[0]


@dataclass(frozen=True)
class OptimizerSpelling:
    """How a framework of the exports spells an optimizer: its name there, and what to set for the same steps as ours.

    note: a comment on what is set, or on what remains different; `note_scheduled` where the rate changes from step to
    step. arguments: what takes the optimizer's settings, where the framework names them otherwise than Optax.
    """

    name: str
    options: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    note_scheduled: str = ""
    arguments: tuple[Argument, ...] = ()


def _spelling(**names: OptimizerSpelling) -> Mapping[str, OptimizerSpelling]:
    """Framework of an export -> its spelling."""
    return MappingProxyType(names)


@dataclass(frozen=True)
class Optimizer:
    """`function` with `options`, at learning rate 1: the training step multiplies by the scheduled rate.

    function: the name of one of optax, or a function of a learning rate and the options.

    spelling: where a framework differs. Else the title is its name in `keras.optimizers` and `torch.optim`, the
    function its name in `optax`, and options and arguments are the same; the code for a framework says that it lacks a
    function without a name.

    arguments: those of `function` that take settings of the training; they are rows of OPTIMIZER_SETTINGS.
    """

    title: str
    function: "str | Callable[..., GradientTransformation]"
    description: str
    usual_rate: float  # a learning rate at which training usually does not diverge
    options: tuple[tuple[str, float], ...] = ()
    spelling: Mapping[str, OptimizerSpelling] = field(default_factory=_spelling, hash=False)
    arguments: tuple[Argument, ...] = ()

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings of TrainConfig that it takes, and that other optimizers may not have."""
        return tuple(name for argument in self.arguments for name in argument.settings)

    def make(self, **arguments: float | tuple[float, ...]) -> "GradientTransformation":
        """With the function's own defaults for the arguments that are not given."""
        import optax  # here, so that a page can list the optimizers without importing JAX

        function = getattr(optax, self.function) if isinstance(self.function, str) else self.function
        # Flat: one small program for all weights instead of one for each array.
        return optax.flatten(function(1.0, **dict(self.options), **arguments))


@dataclass(frozen=True)
class Rule:
    """An optimizer with its arguments: what the compiled step depends on, and `TrainConfig.rule` gives."""

    optimizer: str
    arguments: tuple[tuple[str, float | tuple[float, ...]], ...] = ()

    def make(self) -> "GradientTransformation":
        return OPTIMIZERS[self.optimizer].make(**dict(self.arguments))


@dataclass(frozen=True)
class OptimizerSetting:
    """A setting that some optimizers have: its symbol, its title within a sentence, and what it is, in plain words."""

    symbol: str
    title: str
    description: str
    explanation: str


OPTIMIZER_SETTINGS = {
    "beta1": OptimizerSetting(
        "β₁",
        "decay rate β₁",
        "how long past gradients are remembered",
        "Each weight follows a running mean of its gradients, m ← β₁·m + (1 − β₁)·g. It reaches back over about "
        "1 / (1 − β₁) steps: 10 at 0.9, 3 at 0.7, and at 0 there is the newest gradient alone (Kingma & Ba 2015).",
    ),
    "beta2": OptimizerSetting(
        "β₂",
        "decay rate β₂",
        "how long the size of past gradients is remembered",
        "Each step of a weight is divided by the root of a running mean of its squared gradients, "
        "v ← β₂·v + (1 − β₂)·g². It reaches back over about 1 / (1 − β₂) steps: 1,000 at 0.999, 10 at 0.9 (Kingma & "
        "Ba 2015).",
    ),
}

_BETAS = Argument("b1", ("beta1",), 0.9), Argument("b2", ("beta2",), 0.999)
_KERAS_BETAS = Argument("beta_1", ("beta1",), 0.9), Argument("beta_2", ("beta2",), 0.999)
_PYTORCH_BETAS = (Argument("betas", ("beta1", "beta2"), (0.9, 0.999)),)

_ADAM_NOTE = "Keras's own epsilon is 1e-7, and weighs more in the first steps than in PyTorch and Optax."

OPTIMIZERS = {
    "adam": Optimizer(
        "Adam",
        "adam",
        "a step size of its own for each weight (Kingma & Ba 2015)",
        1e-3,
        spelling=_spelling(
            keras=OptimizerSpelling("keras.optimizers.Adam", {"epsilon": 1e-8}, _ADAM_NOTE, arguments=_KERAS_BETAS),
            pytorch=OptimizerSpelling("torch.optim.Adam", arguments=_PYTORCH_BETAS),
        ),
        arguments=_BETAS,
    ),
    "adamw": Optimizer(
        "AdamW",
        "adamw",
        "Adam that also shrinks the weights (Loshchilov & Hutter 2019)",
        1e-3,
        (("weight_decay", 0.01),),
        _spelling(
            keras=OptimizerSpelling("keras.optimizers.AdamW", {"epsilon": 1e-8}, _ADAM_NOTE, arguments=_KERAS_BETAS),
            pytorch=OptimizerSpelling("torch.optim.AdamW", arguments=_PYTORCH_BETAS),
        ),
        _BETAS,
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

    train_images: how many of the training images to use, from the first on, or all where there are fewer; the test
    images are always all. dataset: the name of one of DATASETS, or OWN. beta1, beta2: β₁ and β₂ of Adam and AdamW
    (Kingma & Ba 2015, algorithm 1); other optimizers have no such settings.

    Raises SettingsError if a setting is unknown, not a number, or out of its bounds.
    """

    optimizer: str = "adam"
    learning_rate: float = bounded(1e-5, 10.0, default=1e-3)
    batch_size: int = bounded(8, 512, default=32)
    epochs: int = bounded(1, 50, default=10)
    seed: int = bounded(0, 2**31 - 1, default=0)
    train_images: int = bounded(100, 60_000, default=60_000)
    schedule: str = "constant"
    dataset: str = "mnist"
    beta1: float = bounded(0.0, 0.99, default=0.9)
    beta2: float = bounded(0.0, 0.9999, default=0.999)

    def __post_init__(self) -> None:
        names = {"optimizer": [*OPTIMIZERS], "schedule": [*SCHEDULES], "dataset": [*DATASETS, OWN]}
        for name, table in names.items():
            value = getattr(self, name)
            if not isinstance(value, str) or value not in table:
                raise SettingsError(
                    f"There is no {name} {str(value)[:40]!r}; there are {', '.join(table)}.",
                    [Remedy(f"{name} {table[0]}", {name: table[0]})],
                )
        check_bounds(self, SettingsError, "Training")

    @property
    def rule(self) -> Rule:
        """The optimizer and the settings that it takes."""
        arguments = OPTIMIZERS[self.optimizer].arguments
        return Rule(self.optimizer, tuple((argument.name, argument.value(self)) for argument in arguments))

    def takes(self, name: str) -> bool:
        """Whether a setting has an effect: a row of OPTIMIZER_SETTINGS has one where the optimizer takes it."""
        return name not in OPTIMIZER_SETTINGS or name in OPTIMIZERS[self.optimizer].settings

    def canonical(self) -> "TrainConfig":
        """The settings of the same run, with the defaults of those without effect."""
        idle: dict[str, Any] = {entry.name: entry.default for entry in fields(self) if not self.takes(entry.name)}
        return replace(self, **idle)

    def images_of(self, available: int) -> int:
        """How many images are trained on where so many are there."""
        return min(self.train_images, available)

    def steps_per_epoch(self, images: int) -> int:
        """⌈images / batch size⌉: the last batch of an epoch may have fewer images."""
        return -(-images // self.batch_size)

    def differences(self) -> Mapping[str, str | float]:
        """The settings that differ from the defaults."""
        return {e.name: getattr(self, e.name) for e in fields(self) if getattr(self, e.name) != e.default}


def network_for(net: str, config: TrainConfig) -> Architecture:
    """The network of a text, on images of the dataset (of DATASETS) of the settings. Raises TextError, ShapeError."""
    data = DATASETS[config.dataset]
    return Architecture.parse(net, data.input_shape, len(data.classes))


def smaller_rate(optimizer: str, rate: float) -> Remedy:
    """The remedy for a rate that was too large: the optimizer's usual rate or a tenth, whichever is smaller."""
    lowest = bounds(TrainConfig, "learning_rate")[0]
    smaller = max(lowest, min(OPTIMIZERS[optimizer].usual_rate, float(f"{rate / 10:.2g}")))
    return Remedy(f"Train again with learning rate {smaller:g}", {"learning_rate": smaller})


# Short labels: field of TrainConfig -> text of its value.
SHORT: Mapping[str, Callable[[TrainConfig], str]] = {
    "dataset": lambda config: DATASETS[config.dataset].title if config.dataset in DATASETS else "your own data",
    "optimizer": lambda config: OPTIMIZERS[config.optimizer].title,
    "beta1": lambda config: f"{OPTIMIZER_SETTINGS['beta1'].symbol} {config.beta1:g}",
    "beta2": lambda config: f"{OPTIMIZER_SETTINGS['beta2'].symbol} {config.beta2:g}",
    "learning_rate": lambda config: f"rate {config.learning_rate:g}",
    "schedule": lambda config: SCHEDULES[config.schedule].title,
    "batch_size": lambda config: f"batch {config.batch_size}",
    "epochs": lambda config: f"{config.epochs} epoch{'s' if config.epochs > 1 else ''}",
    "train_images": lambda config: f"{config.train_images:,} images",
    "seed": lambda config: f"seed {config.seed}",
}


def what_differs(configs: Sequence[TrainConfig]) -> list[list[str]]:
    """The settings of each that are not the same in all that take them: ["batch 32", "seed 1"]."""
    differing = [name for name in SHORT if len({getattr(config, name) for config in configs if config.takes(name)}) > 1]
    return [[SHORT[name](config) for name in differing if config.takes(name)] for config in configs]

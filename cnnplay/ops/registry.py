"""Kinds of pooling and of activation: one row each, from which all else follows.

Selector, help, network text, model, oracle, tables and exports read these rows. They name functions of JAX rather than
hold them, so that a page can list the kinds without loading it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it loads JAX: not before something is computed
    from jax import Array

# Batch normalization: what is added to the variance, and how much of a running average stays at each step. Both are
# Keras's (keras.layers.BatchNormalization).
BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM = 0.001, 0.99


def _spelling(**names: str) -> Mapping[str, str]:
    """Framework of an export -> source text."""
    return MappingProxyType(names)


@dataclass(frozen=True)
class PoolKind:
    """A way to make one number of the numbers in a window.

    `combine` joins two numbers, a function of numpy, jax.numpy, keras.ops and torch alike; `empty` is what padding
    holds so that it changes nothing; `mean` divides by the number of real pixels in the window.

    spelling: the frameworks' own layers. A row without them is exported as a loop over the window's pixels.
    """

    title: str
    combine: str
    empty: float
    mean: bool
    description: str
    spelling: Mapping[str, str] = field(default_factory=_spelling, hash=False)

    @property
    def picks(self) -> bool:
        """Whether the result is one of the window's own numbers, the largest or the smallest: all kinds but a mean."""
        return not self.mean


POOLS = {
    "max": PoolKind(
        "Max",
        "maximum",
        -math.inf,
        False,
        "the largest value in each window: is the feature there?",
        _spelling(keras="layers.MaxPooling2D", pytorch="nn.MaxPool2d", flax="nnx.max_pool"),
    ),
    "mean": PoolKind(
        "Mean",
        "add",
        0.0,
        True,
        "the average of each window: how much of the feature is there?",
        _spelling(keras="layers.AveragePooling2D", pytorch="nn.AvgPool2d", flax="nnx.avg_pool"),
    ),
    "min": PoolKind(
        "Min",
        "minimum",
        math.inf,
        False,
        "the smallest value in each window: is it there everywhere?",
        _spelling(keras="MinPooling2D", pytorch="MinPool2d", flax="nnx.min_pool"),
    ),
}


@dataclass(frozen=True)
class ActivationKind:
    """A function applied to every number by itself.

    `function` is the name of one of jax.nn, or a function of JAX arrays. `rising`: of two numbers the larger never gets
    the smaller result.

    spelling: where a framework has it under another name or with other constants. Else a name is that of
    `keras.activations`, `torch.nn.functional` and `flax.nnx` as well, and the code for a framework says that it lacks a
    function without a name.
    """

    title: str
    function: "str | Callable[[Array], Array]"
    formula: str
    spelling: Mapping[str, str] = field(default_factory=_spelling, hash=False)
    rising: bool = False


ACTIVATIONS = {
    "relu": ActivationKind("ReLU", "relu", "max(0, x)", _spelling(keras="layers.ReLU()", pytorch="nn.ReLU()"), True),
    "leakyrelu": ActivationKind(
        "LeakyReLU",
        "leaky_relu",
        "x where x > 0, else 0.01·x",
        _spelling(keras="layers.LeakyReLU(negative_slope=0.01)", pytorch="nn.LeakyReLU(0.01)"),
        rising=True,
    ),
    "tanh": ActivationKind("tanh", "tanh", "(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)", _spelling(pytorch="nn.Tanh()"), True),
    "sigmoid": ActivationKind("Sigmoid", "sigmoid", "1 / (1 + e⁻ˣ)", _spelling(pytorch="nn.Sigmoid()"), True),
    "gelu": ActivationKind(
        "GELU",
        "gelu",
        "x·½·(1 + tanh(√(2/π)·(x + 0.044715·x³)))",
        _spelling(keras="layers.Activation(gelu)", pytorch='nn.GELU(approximate="tanh")'),
        rising=False,  # at first it falls, to about -0.17 at x = -0.75
    ),
}


def activation(name: str) -> "Callable[[Array], Array]":
    """The function of a row of ACTIVATIONS on JAX arrays."""
    import jax  # here, so that a page can list the kinds without loading JAX

    function = ACTIVATIONS[name].function
    named: Callable[[Array], Array] = getattr(jax.nn, function) if isinstance(function, str) else function
    return named

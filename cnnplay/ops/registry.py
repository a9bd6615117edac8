"""Kinds of pooling and of activation: one row each, from which all else follows.

Selector, help, network text, model, oracle and tables read these rows. The rows hold names, not functions, so that a
page can list the kinds without loading JAX: `combine` is a function of both `numpy` and `jax.numpy`, `function` one
of `jax.nn`.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class PoolKind:
    """A way to make one number of the numbers in a window.

    `combine` joins two numbers, `empty` is what padding holds so that it changes nothing, and `mean` divides by how
    many real pixels the window has.
    """

    title: str
    combine: str
    empty: float
    mean: bool
    description: str


POOLS = {
    "max": PoolKind("Max", "maximum", -math.inf, False, "the largest value in each window: is the feature there?"),
    "mean": PoolKind("Mean", "add", 0.0, True, "the average of each window: how much of the feature is there?"),
    "min": PoolKind("Min", "minimum", math.inf, False, "the smallest value in each window: is it there everywhere?"),
}


@dataclass(frozen=True)
class ActivationKind:
    """A function applied to every number by itself."""

    title: str
    function: str
    formula: str


ACTIVATIONS = {
    "relu": ActivationKind("ReLU", "relu", "max(0, x)"),
    "leakyrelu": ActivationKind("LeakyReLU", "leaky_relu", "x where x > 0, else 0.01·x"),
    "tanh": ActivationKind("tanh", "tanh", "(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)"),
    "sigmoid": ActivationKind("Sigmoid", "sigmoid", "1 / (1 + e⁻ˣ)"),
    "gelu": ActivationKind("GELU", "gelu", "x·½·(1 + tanh(√(2/π)·(x + 0.044715·x³)))"),
}

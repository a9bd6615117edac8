"""The layers that keep the shape: activation, dropout and batch normalization."""

import re
from dataclasses import dataclass
from math import prod
from typing import ClassVar, Self

from ..bounds import bounded, check_bounds
from ..errors import TextError
from ..ops.registry import ACTIVATIONS, BATCH_NORM_EPSILON
from .layer import Layer, Shape


@dataclass(frozen=True)
class Activation(Layer):
    """A row of ACTIVATIONS, by its name: a function of every number by itself."""

    function: str
    kind: ClassVar[str] = "activation"

    @classmethod
    def pattern(cls) -> str:
        return rf"(?P<function>{'|'.join(ACTIVATIONS)})"

    @classmethod
    def read(cls, match: re.Match[str]) -> Self:
        return cls(match["function"])

    @classmethod
    def examples(cls) -> tuple[str, ...]:
        return tuple(ACTIVATIONS)

    def __str__(self) -> str:
        return self.function

    @property
    def stem(self) -> str:
        return self.function

    @property
    def title(self) -> str:
        return ACTIVATIONS[self.function].title

    def formula(self, shape: Shape) -> str:
        return ACTIVATIONS[self.function].formula


@dataclass(frozen=True)
class Dropout(Layer):
    """dropout{percent}: in training, sets that percentage of the values to 0 and scales up the others."""

    percent: int = bounded(0, 95)
    kind: ClassVar[str] = "dropout"

    def __post_init__(self) -> None:
        check_bounds(self, TextError, "Dropout")

    @classmethod
    def pattern(cls) -> str:
        return r"dropout(?P<percent>\d+)"

    @classmethod
    def read(cls, match: re.Match[str]) -> Self:
        return cls(int(match["percent"]))

    @classmethod
    def examples(cls) -> tuple[str, ...]:
        return ("dropout25",)

    def __str__(self) -> str:
        return f"dropout{self.percent}"

    @property
    def title(self) -> str:
        return f"{self.percent} % of the values, while training"


@dataclass(frozen=True)
class BatchNormalization(Layer):
    """batchnorm: each channel (of flat values, each unit) with mean 0 and variance 1, then scaled and shifted.

    y = γ·(x - μ) / √(σ² + ε) + β. In training, μ and σ² are those of the batch; afterwards, running averages of them.
    A channel has four numbers: γ and β are trained, the running mean and variance are not (Ioffe & Szegedy 2015,
    "Batch normalization: accelerating deep network training by reducing internal covariate shift", algorithms 1 and 2).
    """

    kind: ClassVar[str] = "batchnorm"
    couples_images: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return "batch normalization"

    def parameters(self, shape: Shape) -> int:
        return 4 * shape[-1]

    def non_trainable(self, shape: Shape) -> int:
        return 2 * shape[-1]

    def macs(self, shape: Shape) -> int:
        return prod(shape)  # x times a number, plus a number

    def formula(self, shape: Shape) -> str:
        return f"γ·(x − mean) / √(variance + {BATCH_NORM_EPSILON}) + β"

    def parameter_formula(self, shape: Shape) -> str:
        return f"4·{shape[-1]:,} = {self.parameters(shape):,}, {self.non_trainable(shape):,} of them not trained"

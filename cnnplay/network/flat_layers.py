"""The layers that end in one row of numbers: flatten, global average pooling and the dense layer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import ClassVar, Self

from ..bounds import bounded, check_bounds
from ..errors import Remedy, ShapeError, TextError
from ..ops.arithmetic import ReceptiveField
from .layer import Fields, Layer, Shape, check_maps, times


@dataclass(frozen=True)
class Flatten(Layer):
    """flatten: the maps as one row of numbers, pixel by pixel, the channels of a pixel together."""

    kind: ClassVar[str] = "flatten"
    numbered: ClassVar[bool] = False

    @property
    def title(self) -> str:
        return "maps to one row of numbers"

    def output_shape(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def formula(self, shape: Shape) -> str:
        return f"{' · '.join(f'{n:,}' for n in shape)} = {prod(shape):,}"


@dataclass(frozen=True)
class GlobalMean(Layer):
    """globalmean: the mean of each map, [h w c] -> [c] (Lin, Chen & Yan 2014, "Network in network", section 3.2)."""

    kind: ClassVar[str] = "globalmean"
    numbered: ClassVar[bool] = False
    needs_maps: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return "the mean of each map"

    def output_shape(self, shape: Shape) -> Shape:
        check_maps(shape, "a global average takes the mean of each map")
        return (shape[2],)

    def formula(self, shape: Shape) -> str:
        return f"one mean a map, of {shape[0]}·{shape[1]} values = {shape[2]:,}"

    def receptive_field(self, below: Fields, image: Shape) -> Fields:
        return _all_of(image)


@dataclass(frozen=True)
class Dense(Layer):
    """dense{units}: every unit is connected to every value below."""

    units: int = bounded(1, 4096)
    kind: ClassVar[str] = "dense"

    def __post_init__(self) -> None:
        check_bounds(self, TextError, "A dense layer")

    @classmethod
    def pattern(cls) -> str:
        return r"dense(?P<units>\d+)"

    @classmethod
    def read(cls, match: re.Match[str]) -> Self:
        return cls(int(match["units"]))

    @classmethod
    def examples(cls) -> tuple[str, ...]:
        return ("dense10",)

    def __str__(self) -> str:
        return f"dense{self.units}"

    @property
    def title(self) -> str:
        return f"{self.units:,} unit{'s' * (self.units > 1)}"

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ShapeError(f"a dense layer takes one row of numbers, and the input is {times(shape)} maps")
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        return (shape[0] + 1) * self.units

    def macs(self, shape: Shape) -> int:
        return shape[0] * self.units

    def formula(self, shape: Shape) -> str:
        return f"one value a unit = {self.units:,}"

    def parameter_formula(self, shape: Shape) -> str:
        return f"({shape[0]:,} + 1)·{self.units:,} = {self.parameters(shape):,}"

    def receptive_field(self, below: Fields, image: Shape) -> Fields:
        return _all_of(image)

    def fixes(self, name: str, error: ShapeError) -> Iterator[tuple[str, tuple[Layer, ...]]]:
        yield f"flatten before {name}", (Flatten(), self)
        yield f"take the mean of each map before {name}", (GlobalMean(), self)

    def lighter(self) -> list[Remedy]:
        return [Remedy("Use 32 units", {"units": 32})] if self.units > 32 else []


def _all_of(image: Shape) -> Fields:
    return ReceptiveField(image[0]), ReceptiveField(image[1])

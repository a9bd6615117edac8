"""Augmentation: variants of a few images, shifted, turned, with other strokes and noise, to train on.

All that is random in variant i is a function of (seed, i): fewer variants are the beginning of more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..bounds import bounded, check_bounds
from ..errors import SettingsError

AT_ONCE = 500  # variants made together, with their own random numbers


@dataclass(frozen=True)
class Augmentation:
    """How far the variants of an image differ from it; 0 leaves a change out. Raises SettingsError out of bounds.

    shift: at most so many pixels up, down, left and right. turn: at most so many degrees either way.
    stroke: the edges of a stroke move by at most so many pixels, outwards or inwards; in grey images alone.
    noise: each pixel differs by at most so much, of 255. count: training images, originals and variants together.
    """

    shift: int = bounded(0, 6, default=2)
    turn: int = bounded(0, 45, default=10)
    stroke: float = bounded(0.0, 1.0, default=0.5)
    noise: int = bounded(0, 64, default=8)
    count: int = bounded(500, 5000, default=2000)
    on: bool = True

    def __post_init__(self) -> None:
        check_bounds(self, SettingsError, "The augmentation")
        if not isinstance(self.on, bool):
            raise SettingsError(f"The augmentation is on or off, not {str(self.on)[:40]!r}.")

    def changes(self, channels: int) -> bool:
        """Whether variants of images with so many channels differ from them at all."""
        return bool(self.shift or self.turn or self.noise or (self.stroke and channels == 1))


class Change(NamedTuple):
    """What a field of Augmentation does to an image, in words."""

    title: str
    unit: str
    description: str


# By the name of the field, in the order in which they are applied.
CHANGES: Mapping[str, Change] = {
    "stroke": Change("Stroke width", "pixels", "Strokes become thicker or thinner. Only in grey images."),
    "turn": Change("Turn", "degrees", "The image is turned about its middle, either way."),
    "shift": Change("Shift", "pixels", "The image is moved by whole pixels, up or down and left or right."),
    "noise": Change("Noise", "of 255", "Each pixel becomes a little lighter or darker, by chance."),
}


def augmented(images: np.ndarray, augmentation: Augmentation, count: int, seed: int) -> np.ndarray:
    """Variants of images uint8 [n h w c]: uint8 [count h w c]; variant i is made from image i mod n.

    With every change at 0 they are the images themselves. What comes in from outside is black in a grey image, and the
    colour of the edge in one with colours.
    """
    sources = np.arange(count) % max(len(images), 1)
    if not augmentation.changes(images.shape[-1]):
        return images[sources]
    strokes = _strokes(images) if augmentation.stroke and images.shape[-1] == 1 else None
    variants = np.empty((count, *images.shape[1:]), np.uint8)
    for part, start in enumerate(range(0, count, AT_ONCE)):
        chosen = sources[start : start + AT_ONCE]
        generators = np.random.default_rng([seed, part]).spawn(2)
        variants[start : start + AT_ONCE] = _part(images, strokes, chosen, augmentation, generators)
    return variants


def examples(image: np.ndarray, augmentation: Augmentation, name: str, seed: int, count: int = 9) -> np.ndarray:
    """Variants of an image uint8 [h w c] by one change alone, named as in CHANGES: uint8 [count h w c]."""
    others = {other: 0.0 if other == "stroke" else 0 for other in CHANGES if other != name}
    return augmented(image[None], replace(augmentation, **others), count, seed)  # type: ignore[arg-type]


def _part(
    images: np.ndarray,
    strokes: "Strokes | None",
    chosen: np.ndarray,
    augmentation: Augmentation,
    generators: list[np.random.Generator],
) -> np.ndarray:
    """The variants of the chosen images. All numbers are drawn, also those not used: no change depends on another."""
    numbers, noise = generators
    stroke, turn, down, right = numbers.random((len(chosen), 4)).T
    varied = images[chosen].astype(np.float32)
    if strokes is not None:
        varied = _stroked(varied, strokes, chosen, augmentation.stroke * (2 * stroke - 1))
    if augmentation.turn or augmentation.shift:
        shifts = (np.floor(part * (2 * augmentation.shift + 1)) - augmentation.shift for part in (down, right))
        varied = moved(varied, augmentation.turn * (2 * turn - 1), *shifts)
    if augmentation.noise:
        varied += noise.integers(-augmentation.noise, augmentation.noise + 1, varied.shape, np.int8)
    return np.rint(varied).clip(0, 255).astype(np.uint8)


def moved(images: np.ndarray, degrees: np.ndarray, down: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Images float32 [n h w c], each turned anticlockwise about its middle and then shifted by pixels.

    Output pixel p takes the value at m + R (p - shift - m), R the rotation and m the middle, interpolated linearly.
    degrees, down, right: [n].
    """
    from scipy.ndimage import affine_transform

    outside = "grid-constant" if images.shape[-1] == 1 else "nearest"
    middle = (np.array(images.shape[1:3]) - 1) / 2
    result = np.empty_like(images)
    for image, target, angle, *shift in zip(images, result, np.deg2rad(degrees), down, right, strict=True):
        # Rows grow downwards: the source of a pixel turned anticlockwise lies clockwise of it.
        cos, sin = np.cos(angle), np.sin(angle)
        back = np.array([[cos, sin], [-sin, cos]])
        offset = middle - back @ (middle + shift)
        for channel in range(images.shape[-1]):
            target[..., channel] = affine_transform(image[..., channel], back, offset, order=1, mode=outside)
    return result


class Strokes(NamedTuple):
    """Images uint8 [n h w 1] with the edges of their strokes a pixel further out, and a pixel further in."""

    thick: np.ndarray
    thin: np.ndarray


def _strokes(images: np.ndarray) -> Strokes:
    """Dilation and erosion by a cross; a line that erosion would lose, and dilation not bring back, stays.

    thin = max(erosion, image - opening), the first two parts of Lantuéjoul's skeleton (Serra, Image Analysis and
    Mathematical Morphology, 1982, chapter XI).
    """
    thick, eroded = _extreme(images, np.maximum), _extreme(images, np.minimum)
    return Strokes(thick, np.maximum(eroded, images - _extreme(eroded, np.maximum)))


def _extreme(images: np.ndarray, extreme: np.ufunc) -> np.ndarray:
    """The largest or smallest of each pixel [n h w c] and its four neighbours; what is outside does not count."""
    result = images.copy()
    for axis in (1, 2):
        first, last = ([slice(None)] * 4 for _ in range(2))
        first[axis], last[axis] = slice(None, -1), slice(1, None)
        for target, source in ((tuple(first), tuple(last)), (tuple(last), tuple(first))):
            result[target] = extreme(result[target], images[source])
    return result


def _stroked(varied: np.ndarray, strokes: Strokes, chosen: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Each image, float32, blended with its thicker (amount 0 to 1) or its thinner (0 to -1) form."""
    thicker = (amounts > 0)[:, None, None, None]
    share = np.abs(amounts).astype(np.float32)[:, None, None, None]
    other = np.where(thicker, strokes.thick[chosen], strokes.thin[chosen])
    return varied + share * (other - varied)

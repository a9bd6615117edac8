"""From a photo to ink: convert to grey, invert, remove the shading, apply a threshold, remove specks.

Ink is an array [h w] from 0 (paper) to 1 (ink), in float32, as `handwriting.strip` takes it.
"""

import numpy as np

from ..data.resizing import LUMA
from .handwriting import InkError, Step

LEAST_CONTRAST = 0.1
LEAST_PART = 1 / 20  # of the largest part's pixels; a smaller part is a speck


def in_grey(pixels: np.ndarray) -> np.ndarray:
    """The luma of a picture [h w 3]; one that has one channel as it is: float32 [h w 1]."""
    return (pixels @ np.array(LUMA, np.float32)[:, None] if pixels.shape[2] == 3 else pixels).astype(np.float32)


def from_photo(pixels: np.ndarray) -> np.ndarray:
    """The ink on a photo [h w c] in 0..1: float32 [h w]. Raises InkError where nothing stands out from the paper."""
    return photo_steps(pixels)[-1].image


def photo_steps(pixels: np.ndarray) -> list[Step]:
    """A photo [h w c] in 0..1 turned into ink, step by step: grey, light, even, ink, clean.

    Dark on light is recognised by the border, most of which is paper. The shading is the morphological opening, which
    removes everything narrower than a third of the picture; subtracting it leaves the strokes (the top-hat transform:
    Gonzalez & Woods, Digital Image Processing, on morphology). Otsu's threshold separates them from the paper, and
    their edges stay soft. Parts smaller than a 20th of the largest are specks.
    Raises InkError where nothing stands out from the paper.
    """
    grey = in_grey(pixels)[..., 0]
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    is_dark_on_light = bool(np.median(border) > otsu(grey))
    light = 1 - grey if is_dark_on_light else grey
    even = light - _opened(light)
    threshold = otsu(even)
    is_ink = even > threshold
    paper, stroke = (float(np.median(even[part])) if part.any() else 0.0 for part in (~is_ink, is_ink))
    if stroke - paper < LEAST_CONTRAST:
        raise InkError("Nothing here stands out from the paper. Write with a darker pen, or take it in better light.")
    soft = np.clip((even - paper) / (stroke - paper), 0, 1)
    edge = f"Above {threshold:.2f} is ink, with a soft edge of a pixel; the rest is paper."
    return [
        Step("grey", "Grey", "Brightness alone.", grey),
        Step("light", "Ink is light", "Dark ink on light paper is turned round.", light, is_dark_on_light),
        Step("even", "Shading removed", "What changes slowly is paper and shadow: it is subtracted.", even),
        Step("ink", "Threshold", edge, soft * _grown(is_ink)),
        Step(
            "clean",
            "Specks removed",
            "Parts far smaller than the largest are dust.",
            soft * _grown(_large_parts(is_ink)),
        ),
    ]


def otsu(image: np.ndarray) -> float:
    """Otsu's threshold t of 256 greys, which maximizes the variance between the classes: w₀ · w₁ · (μ₁ - μ₀)².

    w: the share of the pixels up to t and above t, μ: their mean. Of a range of best thresholds, the middle.
    (Otsu, "A threshold selection method from gray-level histograms", 1979.)
    """
    counts = np.bincount(np.round(image.ravel() * 255).astype(int).clip(0, 255), minlength=256).astype(np.float64)
    share, mass = np.cumsum(counts) / counts.sum(), np.cumsum(counts * np.arange(256)) / counts.sum()
    inside = np.clip(share * (1 - share), 1e-12, None)
    between = (mass[-1] * share - mass) ** 2 / inside  # = w₀ · w₁ · (μ₁ - μ₀)²
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float((best[0] + best[-1] + 1) / 2 / 255)


def _opened(image: np.ndarray) -> np.ndarray:
    """Morphological opening, erosion then dilation: light parts narrower than the window disappear."""
    reach = max(image.shape) // 6 + 1
    for extreme in (np.minimum, np.maximum):
        for axis in (0, 1):
            image = _over_window(image, extreme, axis, reach)
    return image


def _grown(mask: np.ndarray) -> np.ndarray:
    """The mask and the pixels next to it (dilation)."""
    return _over_window(_over_window(mask, np.maximum, 0, 1), np.maximum, 1, 1)


def _over_window(image: np.ndarray, extreme: np.ufunc, axis: int, reach: int) -> np.ndarray:
    """The minimum or maximum of each pixel and its neighbours up to `reach` away along an axis."""
    widths = [(reach, reach) if side == axis else (0, 0) for side in (0, 1)]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, widths, mode="edge"), 2 * reach + 1, axis)
    return extreme.reduce(windows, axis=-1)


def _large_parts(mask: np.ndarray) -> np.ndarray:
    """The mask without its specks. Connected components: every pixel takes the largest number among its neighbours.

    In each round, a pixel also takes the number that the pixel of its number has: a spiral needs few rounds.
    """
    numbers = np.arange(1, mask.size + 1).reshape(mask.shape) * mask  # 0 for the paper
    while not np.array_equal(spread := _grown(numbers) * mask, numbers):
        numbers = np.append(0, spread)[spread]
    counts = np.bincount(numbers.ravel())
    counts[0] = 0
    return mask & (counts >= LEAST_PART * counts.max())[numbers]

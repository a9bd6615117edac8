"""Coloured shapes: circles, squares, triangles and stars in four colours on a noisy ground, drawn from a seed.

Colour, size, place, turn and ground vary, and tell nothing about the form: all forms cover the same area. What a
network has to tell apart is the task: the form, the colour, or both.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce
from os import cpu_count
from typing import NamedTuple

import numpy as np

SIDE = 32  # pixels
TRAIN, TEST = 20_000, 4_000  # images
SEED = 2024
RADII = 4.5, 8.0  # pixels: of the circles; the other forms cover as much, and the tips of the largest star still fit
GROUND = 30.0, 130.0  # how bright the ground is, of 255
NOISE = 24  # the ground and the shape differ from their colours by at most so much in each pixel, of 255
SHADE = 30.0  # the colour of a shape differs from its name's by at most so much in each channel, of 255
AT_ONCE = 500  # images drawn together, by each of at most so many threads, which need 30 MB each
THREADS = 4

# The mean of each colour: its red, green and blue.
COLOURS: Mapping[str, tuple[float, float, float]] = {
    "red": (215.0, 60.0, 60.0),
    "yellow": (205.0, 190.0, 50.0),
    "green": (50.0, 170.0, 80.0),
    "blue": (60.0, 90.0, 215.0),
}


def _beyond(sides: int, x: np.ndarray, y: np.ndarray) -> Iterator[np.ndarray]:
    """How far a point is along the normal of each side of a regular polygon."""
    for turn in 2 * np.pi * np.arange(sides) / sides:
        yield x * np.float32(np.cos(turn)) + y * np.float32(np.sin(turn))


def _circle(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.hypot(x, y) - 1


def _regular(sides: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A regular polygon around the origin, its edges at a distance of 1 from it."""
    return reduce(np.maximum, _beyond(sides, x, y)) - 1


def _star(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A pentagram: within four of the five lines that bound its pentagon, which are at a distance of 1."""
    largest = second = np.full_like(x, -np.inf)
    for away in _beyond(5, x, y):
        second = np.maximum(second, np.minimum(largest, away))
        largest = np.maximum(largest, away)
    return second - 1


class Form(NamedTuple):
    """A form whose edges are at a distance of 1 from its middle.

    beyond: how far a point (x, y) is from the edge, negative inside. area: of the form. reach: of its corners, from the
    middle.
    """

    beyond: Callable[[np.ndarray, np.ndarray], np.ndarray]
    area: float
    reach: float


# The area of a regular polygon is n tan(180°/n). The pentagram is the pentagon and the triangles on its five sides,
# which are 2 tan 36° long; the angles there are 72°.
_HALF, _STEEP = np.tan(np.pi / 5), np.tan(2 * np.pi / 5)
FORMS: Mapping[str, Form] = {
    "circle": Form(_circle, np.pi, 1.0),
    "square": Form(partial(_regular, 4), 4.0, np.sqrt(2.0)),
    "triangle": Form(partial(_regular, 3), 3 * np.sqrt(3.0), 2.0),
    "star": Form(_star, 5 * _HALF + 5 * _HALF**2 * _STEEP, 1 + _HALF * _STEEP),
}
# How far the tips of the form that reaches furthest are from its middle, in radii of the circle of the same area.
FURTHEST = max(form.reach * np.sqrt(np.pi / form.area) for form in FORMS.values())


def coloured_shapes(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Images uint8 [count 32 32 3]; the number of each form in FORMS and of each colour in COLOURS, uint8 [count].

    Every shape lies within its image. The same seed gives the same images, however many follow them.
    """
    images = np.empty((count, SIDE, SIDE, 3), np.uint8)
    forms, colours = np.empty(count, np.uint8), np.empty(count, np.uint8)
    generators = np.random.default_rng(seed).spawn(-(-count // AT_ONCE))
    with ThreadPoolExecutor(min(cpu_count() or 1, THREADS)) as threads:  # NumPy lets them compute side by side
        for part, drawn in enumerate(threads.map(partial(_draw, AT_ONCE), generators)):
            places = slice(part * AT_ONCE, (part + 1) * AT_ONCE)
            images[places], forms[places], colours[places] = (each[: len(forms[places])] for each in drawn)
    return images, forms, colours


def _draw(count: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    forms = generator.integers(len(FORMS), size=count, dtype=np.uint8)
    colours = generator.integers(len(COLOURS), size=count, dtype=np.uint8)
    radii = generator.uniform(*RADII, count)
    distance = radii * np.sqrt(np.pi / np.array([form.area for form in FORMS.values()])[forms])
    room = (SIDE - 1) / 2 - radii * FURTHEST  # for the widest form, and the same for all: the place tells no form
    middle = (SIDE - 1) / 2 + room[:, None] * generator.uniform(-1, 1, (count, 2))
    inside = coverage(forms, distance, middle, generator.uniform(0, 2 * np.pi, count))
    means = np.array([*COLOURS.values()])[colours] + generator.uniform(-SHADE, SHADE, (count, 3))
    grounds = generator.uniform(*GROUND, (count, 1)) + generator.uniform(-SHADE / 2, SHADE / 2, (count, 3))
    colour, ground = (each.astype(np.float32)[..., None] for each in (means, grounds))
    channels = ground + inside.reshape(count, 1, -1) * (colour - ground)  # [count 3 pixels]: NumPy likes long rows
    channels += generator.integers(-NOISE, NOISE + 1, channels.shape, dtype=np.int8)
    images = np.clip(channels, 0, 255, out=channels).astype(np.uint8).reshape(count, 3, SIDE, SIDE)
    return np.moveaxis(images, 1, -1), forms, colours


def coverage(forms: np.ndarray, distance: np.ndarray, middle: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """How much of each pixel a shape covers, 0 to 1, [count 32 32]: a pixel on the edge is covered in part.

    Args:
        forms: the number of each form in FORMS, [count].
        distance: of its edges from its middle, in pixels, [count].
        middle: row and column of its middle, [count 2]; 0 is the middle of the first pixel.
        turn: how far it is turned, in radians, [count].
    """
    numbers = (distance, *middle.T, np.cos(turn), np.sin(turn))
    scale, down, right, cos, sin = (each.astype(np.float32)[:, None, None] for each in numbers)
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)[:, None]
    y, x = (rows - down) / scale, (columns - right) / scale
    x, y = x * cos + y * sin, y * cos - x * sin
    covered = np.empty((len(forms), SIDE, SIDE), np.float32)
    for number, form in enumerate(FORMS.values()):
        mine = forms == number
        covered[mine] = np.clip(0.5 - form.beyond(x[mine], y[mine]) * scale[mine], 0, 1)
    return covered

"""Pooling: what it is, what it buys and what it costs."""

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np

from ...errors import ShapeError
from ...labs.demonstrations import share_kept
from ...labs.kernels import KERNELS
from ...network.layers import Pooling
from ...ops.arithmetic import Axes, windows
from ...ops.reference import combine_of, pool, slide
from ...ops.registry import POOLS
from ..plots.filters import draw_row
from ..plots.places import draw_shift
from .cells import Cell, Chapter, Code, Picture, Question, Words
from .convolution import FIRST
from .subject import Subject
from .texts import percent, source_of, times

LARGEST_POOL = 6  # a window that still leaves something to see of a map

Pair = tuple[int, int]
Settings = tuple[Pair, Pair, tuple[Pair, Pair]]  # window, stride, padding


def pooling(subject: Subject) -> Chapter:
    """What pooling is, what it buys and what it costs, with the network's own window where it has one."""
    kind, axes, name = _pooling_of(subject)
    answer = np.maximum(slide(subject.plane, KERNELS[FIRST].array), 0)
    shape = answer.shape
    window, stride, pads = _settings(axes, shape)
    pooled = {kind: pool(answer, combine_of(kind), window, stride, pads) for kind in POOLS}
    titles = {"the map": answer} | {f"{title}, {times(*values.shape)}": values for title, values in pooled.items()}
    padded = any(map(any, pads))
    cells: list[Cell] = [
        Words(
            "**Pooling** slides a window as well, but has no weights: it takes one number from each window, in each "
            "map separately. *Max* takes the largest: is the pattern anywhere here? *Mean* takes the average: how "
            "much of it is here? *Min* takes the smallest: is it everywhere here?"
            + " Padding is no value and does not count: at the border there are fewer numbers to take." * padded
            + f" {_own(subject, name, window, stride)}, on the map of the horizontal edges after ReLU:"
        ),
        Code(source_of(pool)),
        Picture(
            draw_row,
            ("by_kind",),
            lambda: (titles,),
            f"A feature map of {subject.it}, and the same map pooled. "
            + " ".join(f"{title}." for title in list(titles)[1:])
            + f" Max keeps the {'strokes' if subject.is_mnist else 'edges'} strong, mean softens them, min keeps "
            "almost nothing.",
            code=_pooling_code(window, stride, pads, titles),
        ),
        *_shift(subject, kind, (window, stride, pads)),
    ]
    return Chapter("Pooling", cells)


def _own(subject: Subject, name: str, window: Pair, stride: Pair) -> str:
    """Whose windows are shown."""
    if name:
        return f"Here it is with the window of **{name}**, {times(*window)} with stride {times(*dict.fromkeys(stride))}"
    instead = f"this is what windows of {times(*window)}, side by side, do"
    if subject.poolings:
        first, layer, _ = subject.poolings[0]
        return f"The windows of **{first}**, {times(*layer.window)}, would show little on one map; {instead}"
    return f"The network of this lesson has no such layer; {instead}"


def _pooling_of(subject: Subject) -> tuple[str, Axes, str]:
    """(kind, windows, name) of the first pooling that suits the map of the edges; else max of 2 × 2, and no name."""
    sides = [side - 2 for side in subject.plane.shape]
    for name, layer, _ in subject.poolings:
        if 1 < max(layer.window) <= LARGEST_POOL and _suits(layer, sides):
            return layer.pool, layer.axes, name
    return "max", windows(2, 2), ""


def _suits(layer: Pooling, sides: Sequence[int]) -> bool:
    try:
        return all(axis.pooled_size(side) > 1 for axis, side in zip(layer.axes, sides, strict=True))
    except ShapeError:
        return False


def _settings(axes: Axes, shape: tuple[int, ...]) -> Settings:
    """(window, stride, padding), each for rows and columns."""
    rows, columns = axes
    pads = rows.pads(shape[0]), columns.pads(shape[1])
    return (rows.kernel, columns.kernel), (rows.stride, columns.stride), pads


def _pooling_code(window: Pair, stride: Pair, pads: tuple[Pair, Pair], titles: Mapping[str, np.ndarray]) -> str:
    rows = "".join(
        f'    "{title}": pool(active, {_combine(kind)}, window, stride, pads),\n'
        for kind, title in zip(POOLS, list(titles)[1:], strict=True)
    )
    return (
        f"window, stride, pads = {window}, {stride}, {pads}\n"
        "active = np.maximum(feature_map, 0)\n"
        f'by_kind = {{\n    "the map": active,\n{rows}}}'
    )


def _combine(kind: str) -> str:
    """The source of `reference.combine_of`, for the notebook: np.max and np.mean where NumPy has a short name."""
    row = POOLS[kind]
    if row.mean:
        return "np.mean" if row.combine == "add" else f"lambda v, axis: np.{row.combine}.reduce(v, axis) / len(v)"
    return {"maximum": "np.max", "minimum": "np.min"}.get(row.combine, f"np.{row.combine}.reduce")


def _shift(subject: Subject, kind: str, settings: Settings) -> list[Cell]:
    """What stays of a map when the digit is moved, with pooling and without."""
    maps = [np.maximum(slide(np.roll(subject.plane, by, axis=1), KERNELS["rising-line"].array), 0) for by in (0, 1)]
    pooled = [pool(values, combine_of(kind), *settings) for values in maps]
    kept = {"the map": float(share_kept(maps[0], maps[1])), kind: float(share_kept(pooled[0], pooled[1]))}
    return [*_gain(subject, kept, kind, maps, pooled), _cost(subject, kind, settings)]


def _gain(
    subject: Subject, kept: Mapping[str, float], kind: str, maps: Sequence[np.ndarray], pooled: Sequence[np.ndarray]
) -> list[Cell]:
    """The share of both maps that stays when the digit is shifted."""
    before, after = (percent(share, 0) for share in kept.values())
    buys = "Fewer numbers for the layers behind it, and a" if pooled[0].size < maps[0].size else "A"
    more = kept[kind] > kept["the map"] + 0.02
    return [
        Words(
            f"What do you gain? {buys} little calm: {_unsteady(subject)}. Move {subject.it} to the right by one "
            "pixel, and compare what changes "
            f"in the map of the rising lines and in the pooled map: **{before}** of the map's values "
            f"stay as they were, after pooling **{after}**. "
            + (
                "The layers after it see a steadier picture."
                if more
                else "Here that gains nothing: this pooling does not hide the move."
            )
        ),
        Code(source_of(share_kept)),
        Picture(
            draw_shift,
            ("shifts",),
            lambda: (
                {
                    "the map": (*maps, kept["the map"]),
                    kind: (*pooled, kept[kind]),
                },
            ),
            f"The map of the rising lines and the pooled map, before and after {subject.it} is moved by one pixel, and "
            f"the differences. {before} of the map stays, {after} of the pooled map.",
            code=f"moved = np.roll({subject.plane_source}, 1, axis=1)\n"
            f'rising = [np.maximum(slide(image, named["{KERNELS["rising-line"].title}"]), 0) '
            f"for image in ({subject.plane_source}, moved)]\n"
            f"calmer = [pool(values, {_combine(kind)}, window, stride, pads) for values in rising]\n"
            f'shifts = {{"the map": (*rising, share_kept(*rising)), "{kind}": (*calmer, share_kept(*calmer))}}',
        ),
    ]


def _unsteady(subject: Subject) -> str:
    """Why a network should not mind a pixel."""
    if subject.is_mnist:
        return "no two people put a stroke in exactly the same place"
    return "no two pictures show a thing in exactly the same place"


def _cost(subject: Subject, kind: str, settings: Settings) -> Question:
    """That pooling forgets the place."""
    return Question(
        "**Question.** And what do you lose?",
        f"The place. {POOLS[kind].title} pooling makes one number of {prod(settings[0])}, "
        f"{POOLS[kind].description.partition(':')[0]}, and forgets where in the window each stood. "
        f"For telling {subject.kinds} apart that is a good bargain; to say where exactly something stands, it is not.",
    )

"""Where windows stand, what they read, and what pooling makes of them."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ...arithmetic import ShapeError, Window, windows
from ...kernels import KERNELS
from ...kinds import POOLS
from ...layers import Pooling
from ..drawing import draw_row, draw_shift, draw_windows
from .by_hand import pool, share_kept, slide, windows_on
from .cells import Cell, Chapter, Code, Picture, Question, Words
from .filters import FIRST
from .subject import Subject
from .texts import literal, source_of, times

SMALL = 8  # pixels of the line in the examples
MOST_LINES = 4  # layers of the network whose windows are drawn
LARGEST_POOL = 6  # a window that still leaves something to see of a digit's map


def stride_and_padding(subject: Subject) -> Chapter:
    """Windows on a line: paddings, strides, what is left over; then the network's own layers."""
    paddings = {name: Window(3, padding=name) for name in ("valid", "same", "full")}
    stepped = {"stride 1": Window(3), "stride 2": Window(3, 2), "stride 3": Window(3, 3)}
    spread = any(axis.dilation > 1 for _, layer, _ in subject.convolutions for axis in layer.axes)
    if spread:
        stepped |= {"dilation 2": Window(3, dilation=2)}
    cells: list[Cell] = [
        Words(
            "Rows and columns are treated alike, so one line of pixels is enough to see where windows stand. Below, "
            f"the upper line is a row of {SMALL} pixels, and each line under it is a window of 3.\n\n**Padding** is "
            "a border of zeros, so that windows may stand further out. *valid*: none, and every window lies inside. "
            "*same*: as many as it takes to get as many windows as pixels. *full*: every window that touches at "
            "least one pixel."
        ),
        Code(source_of(windows_on)),
        _drawn(paddings, SMALL, "lines"),
        Words(
            "**Stride** is how many pixels the window moves on. At stride 2 about half as many windows fit, in rows "
            "and in columns, so that about a quarter of the numbers is left. Where the steps do not come out even, the "
            "last pixels are **never read** (crossed out). It is no error, and nothing is rounded up."
            + (
                "\n\n**Dilation** 2 puts the weights two pixels apart: the window sees further with no more weights."
                if spread
                else ""
            )
        ),
        _drawn(stepped, SMALL, "steps"),
        Words(
            "One formula says how many windows fit on a line of n pixels. The brackets ⌊ ⌋ round down:\n\n"
            "> ⌊(n + padding before + padding after − kernel) / stride⌋ + 1\n\n"
            + (
                "With dilation d, the kernel of k weights spans d·(k − 1) + 1 pixels, and that is what counts.\n\n"
                if spread
                else ""
            )
            + f"For stride 2 above: {stepped['stride 2'].formula(SMALL)}."
        ),
        *_own_windows(subject),
    ]
    return Chapter("Where windows stand: stride and padding", cells)


def _drawn(axes: Mapping[str, Window], size: int, name: str) -> Picture:
    return _lines({title: (axis, size) for title, axis in axes.items()}, name)


def _lines(lines: Mapping[str, tuple[Window, int]], name: str) -> Picture:
    """A picture of where windows stand on lines of pixels, by title."""
    calls = {title: f"windows_on({', '.join(map(str, _arguments(*line)))})" for title, line in lines.items()}
    says = [f"{title}: {_says(axis, size)}" for title, (axis, size) in lines.items()]
    return Picture(
        draw_windows,
        (name,),
        lambda: ({title: windows_on(*_arguments(*line)) for title, line in lines.items()},),
        "Windows on a line of pixels. " + " ".join(says),
        code=f"# size, kernel, stride, padding before and after, dilation\n{name} = {literal(calls, quoted=False)}",
    )


def _arguments(axis: Window, size: int) -> tuple[int, ...]:
    return size, axis.kernel, axis.stride, *axis.pads(size), axis.dilation


def _says(axis: Window, size: int) -> str:
    before, after = axis.pads(size)
    unread = size - sum(axis.read(size))
    padded = f", {before} of padding before and {after} after" if before or after else ""
    never = f", {unread} never read" if unread else ""
    return f"{size} pixels{padded}, {axis.output_size(size)} windows of {axis.kernel}{never}."


def _own_windows(subject: Subject) -> list[Cell]:
    """The windows of the network's own layers, the first few of them."""
    lines = dict(_own_lines(subject))
    if not lines:
        return [Words("In the network of this lesson no window slides.")]
    shown = dict(list(lines.items())[:MOST_LINES])
    rest = len(lines) - len(shown)
    steps = [f"- **{title}**: {axis.formula(size)}" + _left_over(axis, size) for title, (axis, size) in lines.items()]
    return [
        Words(
            "And these are the windows of the network of this lesson"
            + (f" (the first {MOST_LINES}; {rest} more {'follow' if rest > 1 else 'follows'})" if rest else "")
            + ":"
        ),
        _lines(shown, "own"),
        Words("\n".join(steps)),
    ]


def _own_lines(subject: Subject) -> Iterator[tuple[str, tuple[Window, int]]]:
    for name, layer, shape in subject.sliding():
        rows, columns = layer.axes
        if (rows, shape[0]) == (columns, shape[1]):
            yield name, (rows, shape[0])
        else:
            yield f"{name}, rows", (rows, shape[0])
            yield f"{name}, columns", (columns, shape[1])


def _left_over(axis: Window, size: int) -> str:
    unread = size - sum(axis.read(size))
    return f"; {unread} pixel{'s are' if unread > 1 else ' is'} never read" if unread else ""


def pooling(subject: Subject) -> Chapter:
    """What pooling is, what it buys and what it costs, with the network's own window where it has one."""
    kind, axes, name = _pooling_of(subject)
    answer = np.maximum(slide(subject.digit[..., 0], KERNELS[FIRST].array), 0)
    shape = answer.shape
    window, stride, pads = _settings(axes, shape)
    pooled = {row: pool(answer, getattr(np, f"nan{row}"), window, stride, pads) for row in POOLS}
    titles = {"the map": answer} | {f"{row}, {times(*values.shape)}": values for row, values in pooled.items()}
    own = (
        f"Here it is with the window of **{name}**, {times(*window)} with stride {times(*dict.fromkeys(stride))}"
        if name
        else f"The network of this lesson has no such layer; this is what windows of {times(*window)}, side by side, do"
    )
    cells: list[Cell] = [
        Words(
            "**Pooling** slides a window as well, but has no weights: it takes one number of each window, in each "
            "map by itself. *Max* takes the largest: is the pattern anywhere here? *Mean* takes the average: how "
            f"much of it is here? *Min* takes the smallest: is it everywhere here? {own}, on the map of the "
            "horizontal edges after ReLU:"
        ),
        Code(source_of(pool)),
        Picture(
            draw_row,
            ("by_kind",),
            lambda: (titles,),
            "A feature map of the seven, and the same map pooled. "
            + " ".join(f"{title}." for title in list(titles)[1:])
            + " Max keeps the strokes strong, mean softens them, min keeps almost nothing.",
            code=_pooling_code(window, stride, pads, titles),
        ),
        *_shift(subject, kind, (window, stride, pads)),
    ]
    return Chapter("Pooling", cells)


def _pooling_of(subject: Subject) -> tuple[str, tuple[Window, Window], str]:
    """(kind, windows, name) of the first pooling that suits a map of 26 × 26; else max of 2 × 2, and no name."""
    for name, layer, _ in subject.poolings:
        if max(layer.window) <= LARGEST_POOL and _suits(layer):
            return layer.pool, layer.axes, name
    return "max", windows(2, 2), ""


def _suits(layer: Pooling) -> bool:
    try:
        return all(axis.pooled_size(26) > 1 for axis in layer.axes)
    except ShapeError:
        return False


def _settings(axes: tuple[Window, Window], shape: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """(window, stride, padding), each for rows and columns."""
    pads = tuple(axis.pads(size) for axis, size in zip(axes, shape, strict=True))
    return tuple(axis.kernel for axis in axes), tuple(axis.stride for axis in axes), pads


def _pooling_code(window: Any, stride: Any, pads: Any, titles: Mapping[str, Any]) -> str:
    rows = "".join(
        f'    "{title}": pool(active, np.nan{kind}, window, stride, pads),\n'
        for kind, title in zip(POOLS, list(titles)[1:], strict=True)
    )
    return (
        f"window, stride, pads = {window}, {stride}, {pads}\n"
        "active = np.maximum(feature_map, 0)\n"
        f'by_kind = {{\n    "the map": active,\n{rows}}}'
    )


def _shift(subject: Subject, kind: str, settings: tuple[Any, Any, Any]) -> list[Cell]:
    """What stays of a map when the digit is moved, with pooling and without."""
    combine = getattr(np, f"nan{kind}")
    maps = [
        np.maximum(slide(np.roll(subject.digit[..., 0], by, axis=1), KERNELS["rising-line"].array), 0) for by in (0, 1)
    ]
    pooled = [pool(values, combine, *settings) for values in maps]
    kept = {"the map": share_kept(*maps), kind: share_kept(*pooled)}
    more = kept[kind] > kept["the map"] + 0.02
    return [
        Words(
            "What does it buy? Fewer numbers for the layers behind it, and a little calm: where exactly a stroke "
            "stands is different in every hand. Move the seven to the right by one pixel, and compare what changes "
            f"in the map of the rising lines and in the pooled map: **{kept['the map']:.0%}** of the map's values "
            f"stay as they were, after pooling **{kept[kind]:.0%}**. "
            + (
                "The network behind it sees a more steady picture."
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
            "The map of the rising lines and the pooled map, before and after the seven is moved by one pixel, and "
            f"the differences. {kept['the map']:.0%} of the map stays, {kept[kind]:.0%} of the pooled map.",
            code="moved = np.roll(digit[..., 0], 1, axis=1)\n"
            f'rising = [np.maximum(slide(image, named["{KERNELS["rising-line"].title}"]), 0) '
            "for image in (digit[..., 0], moved)]\n"
            f"calmer = [pool(values, np.nan{kind}, window, stride, pads) for values in rising]\n"
            f'shifts = {{"the map": (*rising, share_kept(*rising)), "{kind}": (*calmer, share_kept(*calmer))}}',
        ),
        Question(
            "**Question.** And what does it cost?",
            "The place. Of four numbers in a window of 2×2 one is left, and which of the four places it came from "
            "is forgotten. For telling digits apart that is a good bargain; to say where exactly something stands, "
            "it is not.",
        ),
    ]

"""Where windows stand, and what they read: stride and padding."""

from collections.abc import Iterator, Mapping

from ...ops.arithmetic import Window, windows_on
from ...words import counted
from ..plots.places import draw_windows
from .cells import Cell, Chapter, Code, Picture, Words
from .subject import Subject
from .texts import literal, source_of

SMALL = 8  # pixels of the line in the examples
MOST_LINES = 4  # layers of the network whose windows are drawn


def stride_and_padding(subject: Subject) -> Chapter:
    """Windows on a line: paddings, strides, what is left over; then the network's own layers."""
    spread = any(axis.dilation > 1 for _, layer, _ in subject.convolutions for axis in layer.axes)
    return Chapter(
        "Where windows stand: stride and padding", [*_padding(), *_stride(spread=spread), *_own_windows(subject)]
    )


def _padding() -> list[Cell]:
    """The three paddings with a name."""
    paddings = {name: Window(3, padding=name) for name in ("valid", "same", "full")}
    return [
        Words(
            "Rows and columns are treated alike, so one line of pixels is enough to see where windows stand. Below, "
            f"the upper line is a row of {SMALL} pixels, and each line under it is a window of 3.\n\n**Padding** is "
            "a border, so that windows may stand further out: for a convolution one of zeros, for a pooling (the next "
            "chapter) one without values, which does not count. *valid*: none, and every window lies inside. "
            "*same*: as much as it takes to get as many windows as pixels, if the window moves by one pixel at a time; "
            "with longer steps there are fewer windows (below). Half of it comes before and half after; where that "
            "does not come out even, the odd one goes to the end, as in TensorFlow and JAX. *full*: every window "
            "that touches at least one pixel."
        ),
        Code(source_of(windows_on)),
        _drawn(paddings, SMALL, "lines"),
    ]


def _stride(*, spread: bool) -> list[Cell]:
    """Strides, and how many windows fit. spread: with dilation, where the network has it."""
    stepped = {"stride 1": Window(3), "stride 2": Window(3, 2), "stride 3": Window(3, 3)}
    if spread:
        stepped |= {"dilation 2": Window(3, dilation=2)}
    return [
        Words(
            "**Stride** is how many pixels the window moves on. At stride 2 about half as many windows fit, in rows "
            "and in columns, so that about a quarter of the numbers is left. Where the steps do not come out even, the "
            "last pixels are **never read** (crossed out). This is no error. The pixels **between** the windows "
            "are never read if the stride is larger than the window. With padding *same*, n pixels at stride s have "
            "⌈n / s⌉ windows; the brackets ⌈ ⌉ round up."
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
    ]


def _drawn(axes: Mapping[str, Window], size: int, name: str) -> Picture:
    return _lines({title: (axis, size) for title, axis in axes.items()}, name)


def _lines(lines: Mapping[str, tuple[Window, int]], name: str) -> Picture:
    """A picture of where windows stand on lines of pixels, by title."""
    sources = {title: _line_source(*line) for title, line in lines.items()}
    descriptions = [f"{title}: {_description(*line)}" for title, line in lines.items()]
    return Picture(
        draw_windows,
        (name,),
        lambda: ({title: _line(*line) for title, line in lines.items()},),
        "Windows on a line of pixels. " + " ".join(descriptions),
        code="# size, padding before and after; windows_on(size, kernel, stride, padding before and after, dilation)\n"
        f"{name} = {literal(sources, quoted=False)}",
    )


def _line(axis: Window, size: int) -> tuple[int, int, int, list[range]]:
    """(size, padding before, padding after, windows), as `draw_windows` takes it."""
    return size, *axis.pads(size), axis.pixels(size)


def _line_source(axis: Window, size: int) -> str:
    before, after = axis.pads(size)
    arguments = size, axis.kernel, axis.stride, before, after, axis.dilation
    return f"({size}, {before}, {after}, windows_on({', '.join(map(str, arguments))}))"


def _description(axis: Window, size: int) -> str:
    before, after = axis.pads(size)
    unread = axis.read(size).count(False)
    padded = f", {before} of padding before and {after} after" if before or after else ""
    never = f", {unread} never read" if unread else ""
    return f"{counted(size, 'pixel')}{padded}, {counted(axis.output_size(size), 'window')} of {axis.kernel}{never}."


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
    """What no window reads of a line: behind the last window, and in the gaps before."""
    read = axis.read(size)
    unread = read.count(False)
    if not unread:
        return ""
    behind = next((count for count, seen in enumerate(reversed(read)) if seen), unread)
    gaps = "windows, which step over them" if axis.stride > axis.span else "weights, which stand apart"
    places = [f"{unread - behind} between the {gaps}"] * (behind < unread) + [f"{behind} at the end"] * (behind > 0)
    return f"; {counted(unread, 'pixel')} of the line {'are' if unread > 1 else 'is'} never read: {', '.join(places)}"

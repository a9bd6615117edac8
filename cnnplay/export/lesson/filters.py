"""The heart of the lesson: what filters detect, in one layer and in two."""

from collections.abc import Mapping

import numpy as np

from ...labs.kernels import KERNELS, NamedKernel
from ...network.layers import Activation
from ...ops.reference import slide
from ...ops.registry import ACTIVATIONS
from ...words import counted
from ..plots.filters import draw_answers, draw_channels, draw_row
from .cells import Cell, Chapter, Picture, Question, Words
from .convolution import FIRST, kernel_source
from .subject import Subject
from .texts import literal, times

NAMED = (
    "horizontal-line",
    "vertical-line",
    "rising-line",
    "falling-line",
    "horizontal-edge",
    "vertical-edge",
    "blur",
    "laplacian",
)
LINES = "horizontal-line", "vertical-line"  # the channels of the corner filter
THRESHOLD = -3.0  # its bias: what is left is the corner


def how_filters_work(subject: Subject) -> Chapter:
    """Named kernels on a digit, what they find and why; several channels; the activation."""
    cells = [*_named(subject), *_questions(subject), *_channels(subject), *_activation(subject)]
    return Chapter("How filters work", cells)


def _named(subject: Subject) -> list[Cell]:
    """Eight kernels and their feature maps of the digit."""
    named = {KERNELS[name].title: KERNELS[name] for name in NAMED}
    image = subject.plane
    return [
        Words(
            "A sum is large where the picture **looks like the kernel**: bright where the weights are positive, "
            "dark where they are negative. So the pattern of the weights is the pattern that the filter finds. "
            f"Eight kernels with a name, and what each makes of {subject.it}{subject.of_channel}:"
        ),
        Picture(
            draw_answers,
            (subject.one, "named", "maps"),
            lambda: (
                subject.image,
                {title: row.array for title, row in named.items()},
                {title: slide(image, row.array) for title, row in named.items()},
            ),
            f"Eight kernels, and under each its feature map of {subject.it}. " + _findings(named),
            code=f"named = {_arrays(named)}\n"
            f"maps = {{title: slide({subject.plane_source}, kernel) for title, kernel in named.items()}}",
        ),
        Words("\n".join(f"- **{row.title}**: {row.finds}" for row in named.values())),
        Words(_seen(subject)),
    ]


def _seen(subject: Subject) -> str:
    """What to look for in the eight maps."""
    if not subject.is_mnist:
        return (
            "Look for the outline of what the picture shows. An **edge** kernel tells its two sides apart, one orange "
            "and one blue; a **line** kernel finds what is thin, with the other colour on both sides. *Blur* has only "
            "positive weights: it answers wherever it is bright, and says nothing about a direction."
        )
    return (
        "Look at the bar and at the leg of the seven. The bar is a horizontal line, and *Horizontal line* is "
        f"strongest there: up to {_strongest(subject.plane, 'horizontal-line')}. The leg rises, and *Rising line* "
        "follows it all the way down, orange; in just those places *Falling line* is blue. An **edge** kernel "
        "tells the two sides of a stroke apart, one orange and one blue; a **line** kernel finds the stroke "
        "itself, with blue on both sides. *Blur* has only positive weights: it answers wherever there is ink, "
        "and says nothing about its direction."
    )


def _questions(subject: Subject) -> list[Cell]:
    """Why the weights add up to zero, and what a negative kernel finds."""
    return [
        Question(
            "**Question.** The weights of all these kernels but one add up to zero. Which is it? And what is it good "
            "for that the others add up to zero?",
            "*Blur*: its nine weights of 1/9 add up to 1. Where all pixels of a window are equally bright, the "
            "products are that brightness times the sum of the weights. With a sum of 0 the answer to any even area "
            "is 0, be it black, grey or white. Such a filter is blind to brightness and sees only **differences**.",
        ),
        Question(
            "**Question.** What happens to a map if all weights of its kernel are multiplied by −1?",
            "Every sum is multiplied by −1 too: orange becomes blue and blue becomes orange. The filter now finds dark "
            "lines on a bright ground.",
            code='my_kernel = -named["Horizontal line"]  # or np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]]), or ...\n'
            f'draw_answers(plt.figure(), {subject.one}, {{"mine": my_kernel}}, '
            f'{{"mine": slide({subject.plane_source}, my_kernel)}})',
        ),
    ]


def _channels(subject: Subject) -> list[Cell]:
    """Several filters make several maps, and a filter of the next layer reads all of them."""
    image = subject.plane
    channels = {KERNELS[name].title: np.maximum(slide(image, KERNELS[name].array), 0) for name in LINES}
    left, below = KERNELS["vertical-edge"].array, -KERNELS["horizontal-edge"].array + 0.0
    shares = [slide(values, weights) for values, weights in zip(channels.values(), (left, below), strict=True)]
    total = np.sum(shares, axis=0) + THRESHOLD
    left_over = int((total > 0).sum())
    return [
        Words(
            "### Many filters, and filters on filters\n\nOne filter makes one map. Several filters make several "
            "maps, stacked like sheets of paper: the **channels** of what comes out. A filter in the next layer "
            "reads **all channels at once**: it has weights of its own for each channel, and all the products go "
            "into one sum.\n\nThat is how a network builds larger patterns from small ones. Below, one channel shows "
            "where horizontal lines are, and the other where vertical lines are. The filter asks the first: is there "
            "a line **to the left**, and none to the right? It asks the second: is there a line **below**, and none "
            f"above?{' Both are true in one place only.' * subject.is_mnist}"
        ),
        Picture(
            draw_channels,
            ("channels", "corner", str(THRESHOLD), "shares"),
            lambda: (channels, np.stack([left, below], -1), THRESHOLD, shares),
            f"Two maps of {subject.it}, the weights for each, what each adds, and the sum. After 3 is taken away and "
            f"what is negative is set to 0, {counted(left_over, 'value')} {'is' if left_over == 1 else 'are'} left"
            f"{', at the corner where bar and leg meet' * subject.is_mnist}.",
            code=f"channels = {{title: np.maximum(maps[title], 0) for title in {_titles()}}}\n"
            f"corner = np.stack([named[{KERNELS['vertical-edge'].title!r}], -named[{KERNELS[FIRST].title!r}]], "
            "axis=-1)\nshares = [slide(values, corner[..., c]) for c, values in enumerate(channels.values())]",
        ),
        Words(
            f"{_corner(subject, left_over)}: {counted(left_over, 'value')} of {total.shape[0]} × "
            f"{total.shape[1]}. One more layer {'made' if subject.is_mnist else 'makes'} a corner of two lines. The "
            "bias, −3 here, sets how sure the filter has to be.\n\n" + _own_depth(subject)
        ),
    ]


def _corner(subject: Subject, left: int) -> str:
    """What the corner filter has found."""
    if subject.is_mnist:
        return "What is left is the **corner of the seven**"
    return "What is left are **corners** of this kind" if left else "This picture has **no such corner**"


def _own_depth(subject: Subject) -> str:
    deep = [(name, layer, shape) for name, layer, shape in subject.convolutions if shape[2] > 1]
    if not deep:
        count = "has one convolution" if subject.convolutions else "has no convolution"
        return f"The network of this lesson {count}; with a second one it could find such corners by itself."
    name, layer, shape = deep[0]
    return (
        f"In the network of this lesson, **{name}** is such a layer: {shape[2]} channels arrive, and each of its "
        f"{layer.filters} filters has {times(*layer.kernel, shape[2])} weights."
    )


def _activation(subject: Subject) -> list[Cell]:
    """The activation function, and those of the network."""
    used = list(dict.fromkeys(layer.function for _, layer, _ in subject.layers if isinstance(layer, Activation)))
    own = "; ".join(f"**{ACTIVATIONS[name].title}**, {ACTIVATIONS[name].formula}" for name in used)
    title = KERNELS[FIRST].title
    own_activations = (
        f"The network of this lesson has {own}."
        if used
        else "The network of this lesson has no activation: unless a max or min pooling stands between its layers, all "
        "of them together could be written as a single one."
    )
    answer = slide(subject.plane, KERNELS[FIRST].array)
    return [
        Words(
            "### The activation\n\nA sum of sums is a sum again: without a bend somewhere, two layers could do no "
            "more than one. So each value goes through a simple function, the **activation**. The commonest is "
            "**ReLU**, max(0, x): what is negative becomes 0. The map then says only *where the pattern is*, not "
            f"where its opposite is. {own_activations}"
        ),
        Picture(
            draw_row,
            ("before_and_after",),
            lambda: ({title: answer, "after ReLU": np.maximum(answer, 0)},),
            "The map of the horizontal edges, and the same with everything blue set to white.",
            code=f'before_and_after = {{{title!r}: feature_map, "after ReLU": np.maximum(feature_map, 0)}}',
        ),
    ]


def _strongest(image: np.ndarray, name: str) -> str:
    return f"{slide(image, KERNELS[name].array).max():.1f}"


def _findings(named: Mapping[str, NamedKernel]) -> str:
    return " ".join(f"{title}: {row.finds}" for title, row in named.items())


def _titles() -> str:
    return f"({', '.join(repr(KERNELS[name].title) for name in LINES)})"


def _arrays(named: Mapping[str, NamedKernel]) -> str:
    return literal({title: kernel_source(row) for title, row in named.items()}, quoted=False)

"""Exercises with the numbers of this network, from easy to thoughtful, and further reading."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from math import prod

import numpy as np

from ...bounds import bounds
from ...course import CHAPTERS
from ...errors import ShapeError
from ...network.layers import Convolution, Dense, Pooling
from ...ops.arithmetic import ReceptiveField, Window
from ...training.config import TrainConfig
from ...words import counted
from .cells import Cell, Chapter, Question, Words
from .subject import Subject
from .texts import percent, times

AGAIN = "set `TRAIN = True`, as loaded weights are not trained, and run everything again."
SHUFFLE = """\
    order = np.random.default_rng(0).permutation({pixels})
    train_images = train_images.reshape(-1, {flat})[:, order].reshape(-1, {shape})
    test_images = test_images.reshape(-1, {flat})[:, order].reshape(-1, {shape})"""
LINKS = {
    "A guide to convolution arithmetic (Dumoulin & Visin 2016)": "https://arxiv.org/abs/1603.07285",
    "CS231n: Convolutional networks (Stanford)": "https://cs231n.github.io/convolutional-networks/",
    "Computing receptive fields (Distill 2019)": "https://distill.pub/2019/computing-receptive-fields/",
    "Keras: a simple MNIST convnet": "https://keras.io/examples/vision/mnist_convnet/",
    "PyTorch: Conv2d": "https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html",
    "Flax: an MNIST tutorial": "https://flax.readthedocs.io/en/latest/mnist_tutorial.html",
}


def exercises(subject: Subject) -> Chapter:
    """Questions whose answers are calculated for this network."""
    questions = [
        question
        for group in (_of_sizes, _of_parameters, _of_filters, _of_depth, _of_training, _to_think, _of_the_course)
        for question in group(subject)
    ]
    cells: list[Cell] = [
        Words(
            "Think first, then open the answer. The numbers are those of this network; the last questions, one from "
            "each chapter of the playground's course, have numbers of their own."
        )
    ]
    cells += [replace(q, text=f"**{number}.** {q.text}") for number, q in enumerate(questions, start=1)]
    return Chapter("Exercises", cells)


def _of_sizes(subject: Subject) -> Iterator[Question]:
    """Another stride, another padding, in the first layer that slides a window."""
    slides = next(subject.sliding(), None)
    if slides is None:
        high, wide, _ = subject.architecture.input_shape
        as_wide = "as many columns" if high == wide else f"{Window(3).formula(wide)} columns"
        yield Question(
            "This network has no window that slides. Put a convolution with windows of 3×3 in front, no padding, "
            f"stride 1: how large are its maps of a picture of {times(high, wide)}?",
            f"{Window(3).formula(high)} rows, and {as_wide}.",
        )
        return
    name, layer, shape = slides
    for changed, change in _changes(layer):
        try:
            rows, columns, _ = changed.output_shape(shape)
        except ShapeError:
            continue
        yield Question(
            f"**{name}** makes {times(*layer.output_shape(shape)[:2])} of {times(*shape[:2])} now. What would it make "
            f"{change}?",
            f"{times(rows, columns)}: {changed.formula(shape)}.",
        )


def _changes(layer: Convolution | Pooling) -> Iterator[tuple[Convolution | Pooling, str]]:
    stride = 1 if layer.axes[0].stride == 2 else 2
    yield replace(layer, stride=(stride, stride)), f"with stride {stride}"
    if layer.padding == "same":
        yield replace(layer, padding="valid"), "without padding"
    else:
        yield replace(layer, padding="same"), "with padding *same*"


def _of_parameters(subject: Subject) -> Iterator[Question]:
    """Parameters of another kernel, and where most of the parameters are."""
    if subject.convolutions:
        name, layer, shape = subject.convolutions[0]
        height, width = (side + 1 if side < bounds(Convolution, "kernel")[1] else side - 1 for side in layer.kernel)
        other = replace(layer, kernel=(height, width))
        yield Question(
            f"**{name}** has {layer.parameters(shape):,} parameters with its kernels of {times(*layer.kernel)}. How "
            f"many would it have with {times(height, width)}? And does the number depend on the size of the picture?",
            f"{other.parameter_formula(shape)}. It does not depend on the picture: the same weights are used "
            "everywhere.",
        )
    rows = [row for row in subject.architecture.table() if row.parameters]
    most = max(rows, key=lambda row: row.parameters)
    share = most.parameters / subject.architecture.parameter_count
    why = (
        "A dense layer has a weight of its own for every pair of a value below and a unit."
        if most.kind == "dense"
        else "It has a set of weights for every pair of a channel below and a filter."
    )
    yield Question(
        "Which layer has the most parameters, and why?",
        f"**{most.layer}**: {most.parameter_formula}, {percent(share, 1)} of all "
        f"{subject.architecture.parameter_count:,}. {why}",
    )


def _of_filters(subject: Subject) -> Iterator[Question]:
    yield Question(
        "Write down a 3×3 kernel that responds to a bright line **one pixel wide** from left to right, and gives 0 "
        "for every flat area and for a vertical line.",
        "One answer: −1 −1 −1 / 2 2 2 / −1 −1 −1. A vertical line covers one column: −1 + 2 − 1 = 0.",
        code="my_kernel = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])  # yours here\n"
        f'draw_answers(plt.figure(), {subject.one}, {{"mine": my_kernel}}, '
        f'{{"mine": slide({subject.plane_source}, my_kernel)}})',
    )
    yield Question(
        "A kernel of 3×3 has 1 in the middle and 0 everywhere else. What is the map? And with the 1 at the upper left?",
        "With the 1 in the middle each sum is just the middle pixel: the picture itself, without its border. With "
        "the 1 at the upper left, the sum is the pixel above and to the left: the picture moved by one pixel, down "
        "and to the right.",
    )


def _of_depth(subject: Subject) -> Iterator[Question]:
    """What two layers see together, and a filter of one pixel."""
    if subject.convolutions:
        kernel = subject.convolutions[0][1].kernel[0]
        seen = ReceptiveField().through(Window(kernel)).through(Window(kernel)).size
        yield Question(
            f"Two convolutions with windows of {kernel} rows and stride 1, one after the other: how many rows of the "
            "picture does one value of the second see?",
            f"{seen}: the window of the second covers {kernel} values of the first. The first of these sees {kernel} "
            f"rows, and each of the others begins one row further on: {kernel} + ({kernel} − 1) = {seen}.",
        )
    yield Question(
        "What can a filter of 1×1 pixel do? It sees no neighbours at all.",
        "It mixes the channels: for each place a weighted sum of all maps there. That is a way to make fewer maps "
        "out of many, or to find the places where two patterns meet.",
    )


def _of_training(subject: Subject) -> Iterator[Question]:
    """Other batches, other numbers of images."""
    config = subject.config
    twice = min(2 * config.batch_size, bounds(TrainConfig, "batch_size")[1])
    steps, fewer = (
        replace(config, batch_size=size).steps_per_epoch(subject.trained_on) for size in (config.batch_size, twice)
    )
    if fewer != steps:
        yield Question(
            f"One epoch has {steps:,} steps now, with batches of {config.batch_size}. How many would it have with "
            f"batches of {twice}? What else changes?",
            f"⌈{subject.trained_on:,} / {twice}⌉ = {fewer:,}. Fewer steps, each with a steadier gradient, as it is "
            "the mean over more pictures. At the same learning rate the network learns less in an epoch, as a rule.",
        )
    most = min(bounds(TrainConfig, "train_images")[1], subject.data.images[0])
    other = 1000 if subject.trained_on > 1000 else most
    if other == subject.trained_on:
        return
    yield Question(
        f"Train with {other:,} images instead of {subject.trained_on:,}. What happens to the gap between "
        "the accuracy on these and that on the test images?",
        "With few examples the network can learn them by heart: the accuracy on the training images gets better and "
        "better, that on the test images stays behind. With many it cannot. More examples are the surest remedy; "
        "fewer weights and dropout help too."
        + f" To try it, write `TRAIN_IMAGES = {other:_}`; {AGAIN}"
        * subject.is_notebook,
    )


def _to_think(subject: Subject) -> Iterator[Question]:
    """What a convolution assumes of an image, and a dense layer does not."""
    *sides, channels = subject.architecture.input_shape
    flat = str(prod(sides)) if channels == 1 else f"{prod(sides)}, {channels}"
    shuffle = SHUFFLE.format(pixels=prod(sides), flat=flat, shape=f"{sides[0]}, {sides[1]}, {channels}")
    try_it = f" To try it, write below the line with `load_data()`:\n\n{shuffle}\n\nand {AGAIN}"
    yield Question(
        "The pixels of all pictures are shuffled, in training and test images alike, always in the same way. "
        "Would a network of dense layers alone learn as well as before? And one with convolutions?",
        "The dense one would: to it, the order of the pixels means nothing; it has a weight for each of them. The "
        "convolution would lose what it depends on: that neighbours belong together." + try_it * subject.is_notebook,
    )
    if subject.convolutions:
        yield _moved(subject)


def _of_the_course(subject: Subject) -> Iterator[Question]:
    """A question of each chapter of the course, with numbers that depend on the network alone."""
    seed = zlib.crc32(str(subject.architecture).encode())
    for chapter in CHAPTERS:
        for exercise in chapter.on_paper[:1]:
            task = exercise.pose(seed)
            yield Question(task.question, f"**{exercise.with_unit(task.solution)}.** {task.hints[-1]}")


def _moved(subject: Subject) -> Question:
    """An image shifted by whole strides of the first convolution, as far as it has room: others than digits have."""
    first = subject.convolutions[0][0]
    step = _step(subject, first)
    room = 4 * step
    if subject.is_mnist:
        room = subject.image.shape[1] - 1 - int(np.flatnonzero(subject.image.any(axis=(0, 2)))[-1])
    steps = min(4, room // step)
    what = "The seven" if subject.is_mnist else "What the picture shows"
    pattern = "stroke" if subject.is_mnist else "pattern"
    dense, shape = next((name, shape) for name, layer, shape in subject.layers if isinstance(layer, Dense))
    asked = f"What happens in the maps of **{first}**, and what in the sums of **{dense}**?"
    new = f"each of the {counted(shape[0], 'value')} that arrive has weights of its own."
    if not steps:
        return Question(
            f"{what} is moved to the right by 1 pixel. {asked}",
            f"The windows of {first} stand {counted(step, 'pixel')} apart: every window sees the stroke differently, "
            f"and the maps do not just move, they change. They would move, by 1, if the seven were moved by {step}. "
            f"To {dense} it is something new in any case: {new}",
        )
    return Question(
        f"{what} is moved to the right by {counted(steps * step, 'pixel')}. {asked}",
        f"In the maps everything moves to the right by {steps} (the windows of {first} stand "
        f"{counted(step, 'pixel')} apart): the same weights find the same {pattern} in its new place, as far as there "
        f"is room. To {dense} it is something new: {new}",
    )


def _step(subject: Subject, layer: str) -> int:
    """The distance between neighbouring windows of a layer, in columns of the picture."""
    field = ReceptiveField()
    for name, sliding, _ in subject.sliding():
        field = field.through(sliding.axes[1])
        if name == layer:
            break
    return field.jump


def further(subject: Subject) -> Chapter:
    """Further reading."""
    own = {"This network in the playground, to change it and watch": subject.link} if subject.link else {}
    lines = [f"- [{title}]({address})" for title, address in (own | LINKS).items()]
    return Chapter("Where to go on", [Words("\n".join(lines))])

"""What the network has learned, and how good it is."""

from collections.abc import Callable

import numpy as np

from ...data.datasets import brightness
from ...inspection.activations import activations
from ...inspection.evaluation import confusion_of, wrong
from ...network.layers import Convolution, Dense, Dropout, Flatten
from ...network.model import Weights
from ...words import capital, counted
from ..data_files import escaped
from ..plots.filters import draw_filters
from ..plots.layers import draw_layers, draw_maps
from ..plots.training import draw_confusion, draw_mistakes
from .cells import Cell, Chapter, Picture, Question, Words
from .subject import Subject, channel_names
from .texts import listed, percent, shown
from .training import untrained

MOST_FILTERS, MOST_CHANNELS, MOST_MAPS, MOST_MISTAKES = 16, 6, 8, 10
AT_ONCE = 1024  # images that are looked into together


def what_it_learned(subject: Subject) -> Chapter:
    """Filters, and a digit on its way through the layers."""
    cells: list[Cell] = [] if subject.is_notebook or subject.trained else [Words(untrained(subject))]
    cells += _filters(subject) if subject.convolutions else _templates(subject)
    cells += [
        Words(
            f"Now {subject.it} goes through the network, layer by layer. Each row is a layer: its maps side by side"
            f"{_first_maps(subject)}, or its numbers as a strip, each row on a scale of its own: orange is above "
            "zero, blue below."
        ),
        Picture(
            draw_layers,
            (subject.one, "through"),
            lambda: (subject.image, subject.values),
            f"{capital(subject.it)} and what each layer makes of it"
            + (
                "."
                if subject.is_notebook
                else f"; the highest of the scores at the end is that of {subject.phrase(_best(subject))}."
            ),
            code=f"made = feature_maps(model, {subject.one}[None])\n"
            "through = {name: made[name][0] for name in calculated}",
        ),
        Words(
            f"The last row has {subject.counted_classes} scores, one for each {_in_order(subject)}. The highest is the "
            "answer." + ("" if subject.is_notebook else f" Here it says **{escaped(shown(_best_name(subject)))}**.")
        ),
    ]
    return Chapter("What it has learned" if subject.is_notebook or subject.trained else "What is inside", cells)


def _best(subject: Subject) -> int:
    return int(subject.values[subject.architecture.names[-1]].argmax())


def _best_name(subject: Subject) -> str:
    return subject.data.classes[_best(subject)]


def _in_order(subject: Subject) -> str:
    """How the scores are ordered."""
    return "digit, counted from 0" if subject.is_mnist else f"class, in this order: {subject.class_list}"


def _first_maps(subject: Subject) -> str:
    wide = max((shape[2] for shape in subject.architecture.shapes if len(shape) == 3), default=0)
    return f" (the first {MOST_MAPS} of them)" if wide > MOST_MAPS else ""


def _filters(subject: Subject) -> list[Cell]:
    """The kernels of each convolution, initial and trained."""
    cells: list[Cell] = []
    for number, (name, layer, shape) in enumerate(subject.convolutions[:3]):
        if number == 0 and (subject.is_notebook or subject.trained):
            cells += [
                Words(
                    f"The filters of **{name}**{_cut(layer, shape[2])}, first the random ones it began with, "
                    f"then as they are {_now(subject)}. Each picture has a scale of its own: orange "
                    "weights are positive, blue ones negative, white is zero."
                ),
                _kernels(subject, name, f'first_kernels["{name}"]', first=True),
            ]
        else:
            cells.append(Words(f"The filters of **{name}**{_cut(layer, shape[2])}:"))
        cells.append(_kernels(subject, name, f'kernels(model)["{name}"]'))
    if subject.is_notebook or subject.trained:
        cells.append(
            Question(
                "**Question.** Do you find one that is orange on one side and blue on the other? What is it good for?",
                "It is an edge filter: it answers where the picture is bright under its positive (orange) weights "
                "and dark under the negative (blue) ones. Not every filter is so easy to read, and some have "
                "hardly changed: the training rewards right answers, not tidy filters.",
            )
        )
    return cells


def _now(subject: Subject) -> str:
    """The epoch of the weights, in words."""
    later = not subject.is_notebook and subject.trained and subject.went_on
    return f"after epoch {subject.taken} of {len(subject.epochs)}" if later else "now"


def _cut(layer: Convolution, channels: int) -> str:
    """Which filters and channels are shown, where not all fit."""
    parts = [f"the first {MOST_FILTERS} of {layer.filters}"] if layer.filters > MOST_FILTERS else []
    parts += [f"of {channels} channels the first {MOST_CHANNELS}"] if channels > MOST_CHANNELS else []
    return f" ({', '.join(parts)})" if parts else ""


def _kernels(subject: Subject, name: str, source: str, *, first: bool = False) -> Picture:
    def weights() -> Weights:
        return subject.first_weights if first else subject.given

    channels = channel_names(subject.architecture, name)
    when = "before the training" if first else _now(subject)
    return Picture(
        draw_filters,
        (source, str(MOST_FILTERS), str(MOST_CHANNELS), *([repr(channels)] if channels else [])),
        lambda: (np.asarray(weights()[f"{name}/kernel"]), MOST_FILTERS, MOST_CHANNELS, channels),
        f"The weights of the filters of {name}, {when}, a column for each filter and a row for each channel"
        f"{': ' + listed(channels) if channels else ''}.",
    )


def _templates(subject: Subject) -> list[Cell]:
    """For a network without a convolution: the contribution of each pixel to the units of its first dense layer."""
    name, layer = next((name, layer) for name, layer, _ in subject.layers if isinstance(layer, Dense))
    plain = all(
        isinstance(row, Flatten | Dropout) for _, row, _ in subject.layers[: subject.architecture.names.index(name)]
    )
    height, width, channels = subject.architecture.input_shape
    pixels, repeated = height * width, f".repeat({channels}, axis=-1)" * (channels > 1)
    scores = layer.units == subject.architecture.classes and name == subject.architecture.names[-1]
    return [
        Words(
            f"The network has no convolution, so there are no filters to see. But you can ask the units of **{name}**, "
            "pixel by pixel: what does it add to the sum if this one pixel is white, and all the others are black?"
            + (" That is the weight of the pixel." if plain else "")
            + (f" The pictures are those of the {_of_units(subject)}" if scores else "")
            + (f" Here are the first 10 of {layer.units:,} units." if layer.units > 10 else "")
        ),
        Picture(
            draw_maps,
            ("added", str(0 if scores else 1)),
            lambda: (_added(subject, name), 0 if scores else 1),
            f"For each unit of {name} a picture of what each pixel adds: orange adds to its sum, blue takes away.",
            code=f"single = np.eye({pixels}, dtype=np.float32).reshape({pixels}, {height}, {width}, 1)"
            f"{repeated}  # one white pixel each\n"
            f'added = feature_maps(model, single)["{name}"] - feature_maps(model, 0 * single[:1])["{name}"]\n'
            f"added = added.reshape({height}, {width}, -1)",
        ),
    ]


def _of_units(subject: Subject) -> str:
    return "digits 0, 1, 2, ..." if subject.is_mnist else f"classes, counted from 0: {subject.class_list}."


def _added(subject: Subject, name: str) -> np.ndarray:
    """What each unit of a layer gains by one white pixel: [h w units]."""
    height, width, channels = subject.architecture.input_shape
    pixels, network, weights = height * width, subject.architecture, subject.given
    without = activations(network, weights, np.zeros((1, height, width, channels), np.float32))[name]
    parts = []
    for places in np.array_split(np.arange(pixels), -(-pixels // AT_ONCE)):
        single = np.zeros((len(places), pixels, channels), np.float32)
        single[np.arange(len(places)), places] = 1
        parts.append(activations(network, weights, single.reshape(-1, height, width, channels))[name] - without)
    return np.concatenate(parts).reshape(height, width, -1)


def how_good(subject: Subject) -> Chapter:
    """The confusion matrix, and the mistakes with the highest probability."""
    classes = len(subject.data.classes)
    cells: list[Cell] = [
        Words(
            "One number, the accuracy, says how often it is right. The **confusion matrix** shows which "
            f"{subject.kinds} it confuses: a row for each true {subject.kind}, a column for each answer. Correct "
            "answers lie on the diagonal."
        ),
        Picture(
            draw_confusion,
            ("confusion", subject.names),
            lambda: (confusion_of(subject.probabilities, subject.truths), subject.class_names),
            "The confusion matrix. " + ("" if subject.is_notebook else _confused(subject)),
            code="logits = scores(model, brightness(test_images))\n"
            "answers = logits.argmax(axis=1)\n"
            f"confusion = np.zeros(({classes}, {classes}), int)\n"
            "np.add.at(confusion, (test_labels, answers), 1)",
        ),
        *([] if subject.is_notebook else [Words(_confused(subject, escaped))]),
        Words(
            f"Here are the mistakes that it is **surest** of: what each {subject.noun} is, what it was read as, and "
            "the probability that the network gave its answer. Would you have read them all?"
        ),
        _mistakes(subject),
    ]
    return Chapter("How good is it, and where does it go wrong", cells)


def _confused(subject: Subject, write: Callable[[str], str] = str) -> str:
    """The number of correct answers, and the two classes that are confused most. write: how their names are written."""
    confusion = confusion_of(subject.probabilities, subject.truths)
    off = np.where(np.eye(len(confusion), dtype=bool), 0, confusion)
    right, most = int(np.trace(confusion)), int(off.max())
    counts = f"Of {subject.asked:,} test images {right:,} are read correctly: **{percent(right / subject.asked)}**."
    if most == 0:
        return counts
    pair = (write(subject.phrase(int(label))) for label in np.unravel_index(off.argmax(), off.shape))
    return f"{counts} The commonest mistake, {counted(most, 'time')}: {' is read as '.join(pair)}."


def _mistakes(subject: Subject) -> Cell:
    if not subject.is_notebook and not len(wrong(subject.probabilities, subject.truths)):
        return Words("It made no mistake.")

    def values() -> tuple[object, ...]:
        missed = wrong(subject.probabilities, subject.truths)[:MOST_MISTAKES]
        images = brightness(subject.test.images[missed])
        probabilities = subject.probabilities[missed]
        names = subject.class_names
        truths = [names[label] for label in subject.truths[missed]]
        return images, truths, [names[label] for label in probabilities.argmax(1)], probabilities.max(1)

    said = "" if subject.is_notebook else _said(subject)
    return Picture(
        draw_mistakes,
        (
            "brightness(test_images[wrong])",
            f"[{subject.names}[label] for label in test_labels[wrong]]",
            f"[{subject.names}[label] for label in answers[wrong]]",
            "surest[wrong]",
        ),
        values,
        f"{capital(subject.noun)}s that were read wrongly.{said}",
        code="powers = np.exp(logits - logits.max(axis=1, keepdims=True))\n"
        "surest = (powers / powers.sum(axis=1, keepdims=True)).max(axis=1)  # softmax\n"
        "wrong = np.flatnonzero(answers != test_labels)\n"
        f'wrong = wrong[np.argsort(-surest[wrong], kind="stable")][:{MOST_MISTAKES}]',
    )


def _said(subject: Subject) -> str:
    """The mistakes in words."""
    missed = wrong(subject.probabilities, subject.truths)[:MOST_MISTAKES]
    each = zip(subject.truths[missed], subject.probabilities[missed], strict=True)
    return "".join(
        f" {capital(subject.phrase(truth))} read as {subject.phrase(found.argmax())}, {percent(found.max(), 1)} sure."
        for truth, found in each
    )

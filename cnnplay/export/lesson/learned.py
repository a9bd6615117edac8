"""What the network has learned, and how good it is."""

import numpy as np

from ...data.datasets import brightness, mnist
from ...inspection.activations import activations
from ...inspection.evaluation import confusion_of, wrong
from ...network.layers import CLASSES, Convolution, Dense, Dropout, Flatten
from ...network.model import Weights
from ..plots.filters import draw_filters
from ..plots.layers import draw_layers, draw_maps
from ..plots.training import draw_confusion, draw_mistakes
from .cells import Cell, Chapter, Picture, Question, Words
from .subject import Subject
from .texts import percent
from .training import untrained

MOST_FILTERS, MOST_CHANNELS, MOST_MAPS, MOST_MISTAKES = 16, 6, 8, 10


def what_it_learned(subject: Subject) -> Chapter:
    """Filters, and a digit on its way through the layers."""
    cells: list[Cell] = [] if subject.is_notebook or subject.trained else [Words(untrained(subject))]
    cells += _filters(subject) if subject.convolutions else _templates(subject)
    cells += [
        Words(
            "Now the seven goes through the network, layer by layer. Each row is a layer: its maps side by side"
            f"{_first_maps(subject)}, or its numbers as a strip, each row on a scale of its own: orange is above "
            "zero, blue below."
        ),
        Picture(
            draw_layers,
            ("digit", "through"),
            lambda: (subject.digit, subject.values),
            "The seven and what each layer makes of it"
            + (
                "." if subject.is_notebook else f"; the highest of the scores at the end is that of a {_best(subject)}."
            ),
            code="made = feature_maps(model, digit[None])\nthrough = {name: made[name][0] for name in calculated}",
        ),
        Words(
            "The last row has ten scores, one for each digit, counted from 0. The highest is the answer."
            + ("" if subject.is_notebook else f" Here it says **{_best(subject)}**.")
        ),
    ]
    return Chapter("What it has learned" if subject.is_notebook or subject.trained else "What is inside", cells)


def _best(subject: Subject) -> int:
    return int(subject.values[subject.architecture.names[-1]].argmax())


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

    when = "before the training" if first else _now(subject)
    return Picture(
        draw_filters,
        (source, str(MOST_FILTERS), str(MOST_CHANNELS)),
        lambda: (np.asarray(weights()[f"{name}/kernel"]), MOST_FILTERS, MOST_CHANNELS),
        f"The weights of the filters of {name}, {when}, a column for each filter and a row for each channel.",
    )


def _templates(subject: Subject) -> list[Cell]:
    """For a network without a convolution: the contribution of each pixel to the units of its first dense layer."""
    name, layer = next((name, layer) for name, layer, _ in subject.layers if isinstance(layer, Dense))
    plain = all(
        isinstance(row, Flatten | Dropout) for _, row, _ in subject.layers[: subject.architecture.names.index(name)]
    )
    scores = layer.units == CLASSES and name == subject.architecture.names[-1]
    return [
        Words(
            f"The network has no convolution, so there are no filters to see. But you can ask the units of **{name}**, "
            "pixel by pixel: what does it add to the sum if this one pixel is white, and all the others are black?"
            + (" That is the weight of the pixel." if plain else "")
            + (" The pictures are those of the digits 0, 1, 2, ..." if scores else "")
            + (f" Here are the first 10 of {layer.units:,} units." if layer.units > 10 else "")
        ),
        Picture(
            draw_maps,
            ("added", str(0 if scores else 1)),
            lambda: (_added(subject, name), 0 if scores else 1),
            f"For each unit of {name} a picture of what each pixel adds: orange adds to its sum, blue takes away.",
            code="single = np.eye(784, dtype=np.float32).reshape(784, 28, 28, 1)  # one white pixel each\n"
            f'added = feature_maps(model, single)["{name}"] - feature_maps(model, 0 * single[:1])["{name}"]\n'
            "added = added.reshape(28, 28, -1)",
        ),
    ]


def _added(subject: Subject, name: str) -> np.ndarray:
    single = np.eye(784, dtype=np.float32).reshape(784, 28, 28, 1)
    network, weights = subject.architecture, subject.given
    with_pixel, without = (activations(network, weights, images)[name] for images in (single, 0 * single))
    return (with_pixel - without).reshape(28, 28, -1)


def how_good(subject: Subject) -> Chapter:
    """The confusion matrix, and the mistakes with the highest probability."""
    cells: list[Cell] = [
        Words(
            "One number, the accuracy, says how often it is right. The **confusion matrix** shows which digits it "
            "confuses: a row for each true digit, a column for each answer. Correct answers lie on the diagonal."
        ),
        Picture(
            draw_confusion,
            ("confusion",),
            lambda: (confusion_of(subject.probabilities, subject.truths),),
            "The confusion matrix. " + ("" if subject.is_notebook else _confused(subject)),
            code="logits = scores(model, brightness(test_images))\n"
            "answers = logits.argmax(axis=1)\n"
            "confusion = np.zeros((10, 10), int)\n"
            "np.add.at(confusion, (test_labels, answers), 1)",
        ),
        *([] if subject.is_notebook else [Words(_confused(subject))]),
        Words(
            "Here are the mistakes that it is **surest** of: what each digit is, what it was read as, and the "
            "probability that the network gave its answer. Would you have read them all?"
        ),
        _mistakes(subject),
    ]
    return Chapter("How good is it, and where does it go wrong", cells)


def _confused(subject: Subject) -> str:
    """The number of correct answers, and the pair of digits that is confused most."""
    confusion = confusion_of(subject.probabilities, subject.truths)
    off = np.where(np.eye(len(confusion), dtype=bool), 0, confusion)
    right, most = int(np.trace(confusion)), int(off.max())
    counts = f"Of {subject.asked:,} test images {right:,} are read correctly: **{percent(right / subject.asked)}**."
    if most == 0:
        return counts
    truth, answer = (int(place) for place in np.unravel_index(off.argmax(), off.shape))
    return f"{counts} The commonest mistake, {most} time{'s' if most > 1 else ''}: a {truth} is read as a {answer}."


def _mistakes(subject: Subject) -> Cell:
    if not subject.is_notebook and not len(wrong(subject.probabilities, subject.truths)):
        return Words("It made no mistake.")

    def values() -> tuple[np.ndarray, ...]:
        missed = wrong(subject.probabilities, subject.truths)[:MOST_MISTAKES]
        images = brightness(mnist().test.images[missed])
        probabilities = subject.probabilities[missed]
        return images, subject.truths[missed], probabilities.argmax(1), probabilities.max(1)

    said = "" if subject.is_notebook else _said(*values()[1:])
    return Picture(
        draw_mistakes,
        ("brightness(test_images[wrong])", "test_labels[wrong]", "answers[wrong]", "surest[wrong]"),
        values,
        f"Digits that were read wrongly.{said}",
        code="powers = np.exp(logits - logits.max(axis=1, keepdims=True))\n"
        "surest = (powers / powers.sum(axis=1, keepdims=True)).max(axis=1)  # softmax\n"
        "wrong = np.flatnonzero(answers != test_labels)\n"
        f'wrong = wrong[np.argsort(-surest[wrong], kind="stable")][:{MOST_MISTAKES}]',
    )


def _said(truths: np.ndarray, answers: np.ndarray, surest: np.ndarray) -> str:
    return "".join(
        f" A {t} read as a {a}, {percent(s, 1)} sure." for t, a, s in zip(truths, answers, surest, strict=True)
    )

"""Challenges: the same task for all, a score, and a ladder of bronze, silver and gold."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from ..data.datasets import brightness, mnist
from ..errors import PlaygroundError
from ..export.pretrained import pretrained
from ..figures.percent import probability_text
from ..inputs.patterns import PATTERNS
from ..labs.kernels import KERNELS, array_of, check_kernel
from ..network.architecture import Architecture
from ..network.parsing import DEFAULT
from ..network.sliding_layers import Convolution, Pooling
from ..ops.reference import slide
from .exercise import CourseError, Start
from .notebook import TEN_SCORES, ends_in
from .training import last_epoch, run_of, tested

Medal: TypeAlias = Literal["gold", "silver", "bronze"]
SIDE = 28  # pixels of an image


class Grade(NamedTuple):
    """What an answer to a challenge is worth. score: None where it breaks a rule. medal: None below bronze.

    sentence: what was seen, and what comes next.
    """

    score: float | None
    medal: Medal | None
    sentence: str


@dataclass(frozen=True)
class Challenge:
    """A row of CHALLENGES.

    given: what an answer is, as of an exercise: the training (`Trained`), the network (its text), the kernel (an array
    [k k]); or "pixels": places of an image, as text ("14,14; 23,8") or as pairs (row, column), counted from 0.
    score: of an answer. better: whether less or more of it is. bronze, silver, gold: the scores that earn them.
    require: raises CourseError, in a sentence, for an answer that breaks a rule.
    seen: says the score; {s} is the plural's s. unit: what the score counts, in the plural: "parameters".
    """

    id: str
    title: str
    question: str
    start: Start
    given: Literal["training", "network", "kernel", "pixels"]
    score: Callable[[Any], float]
    better: Literal["less", "more"]
    bronze: float
    silver: float
    gold: float
    require: Callable[[Any], None]
    seen: str
    unit: str

    def reaches(self, score: float, medal: Medal) -> bool:
        """Whether a score earns this medal."""
        needed: float = getattr(self, medal)
        return score <= needed if self.better == "less" else score >= needed

    def improves(self, score: float, best: float) -> bool:
        """Whether a score is better than the best until now."""
        return score < best if self.better == "less" else score > best


LADDER: tuple[Medal, ...] = ("gold", "silver", "bronze")


def grade(challenge: Challenge, answer: Any) -> Grade:
    """The score of an answer, its medal, and a sentence. Any answer gets a grade."""
    try:
        challenge.require(answer)
        score = challenge.score(answer)
    except PlaygroundError as error:
        return Grade(None, None, str(error))
    medal = next((each for each in LADDER if challenge.reaches(score, each)), None)
    seen = challenge.seen.format(score=score, s="" if score == 1 else "s")
    above = LADDER[: LADDER.index(medal)] if medal else LADDER
    if not above:
        return Grade(score, medal, f"{seen} That is gold.")
    needed = f"{getattr(challenge, above[-1]):,g}"
    most = "at most" if challenge.better == "less" else "at least"
    earned = f"That is {medal}." if medal else "That earns no medal yet."
    return Grade(score, medal, f"{seen} {earned} {above[-1].capitalize()} takes {most} {needed} {challenge.unit}.")


def _reads_98(answer: Any) -> None:
    if tested(answer) < 0.98:
        raise CourseError(
            f"It reads {100 * tested(answer):.2f} % of the test images correctly. To count, it has to be 98 % or more."
        )


def _epoch_of_99(answer: Any) -> int:
    """The first epoch after which 99 % were read. Raises CourseError where there is none."""
    last_epoch(answer)
    epochs = run_of(answer).history.epochs
    best = max(epoch.test.accuracy for epoch in epochs)
    if best < 0.99:
        raise CourseError(f"Its best test so far is {100 * best:.2f} %. To count, one has to be 99 % or more.")
    return next(epoch.epoch for epoch in epochs if epoch.test.accuracy >= 0.99)


def _reads_99(answer: Any) -> None:
    _epoch_of_99(answer)


def _images_to_99(answer: Any) -> int:
    """How many training images a run had read, each time counted, when it was first tested with 99 % or more."""
    return _epoch_of_99(answer) * run_of(answer).config.train_images


MOST_PARAMETERS, FEWEST_FILTERS, LARGEST_POOLING = 2000, 8, 2


def _check_view(answer: Any) -> None:
    network = Architecture.parse(answer)
    convolutions = [layer for layer in network.layers if isinstance(layer, Convolution)]
    poolings = [layer for layer in network.layers if isinstance(layer, Pooling)]
    broken = {
        f"It has {network.parameter_count:,} parameters; fewer than {MOST_PARAMETERS:,} are allowed.": (
            network.parameter_count >= MOST_PARAMETERS
        ),
        f"It ends in {ends_in(answer)}; it has to end in 10 scores.": ends_in(answer) != TEN_SCORES,
        f"Every convolution needs at least {FEWEST_FILTERS} filters.": any(
            layer.filters < FEWEST_FILTERS for layer in convolutions
        ),
        "Dilation is not allowed here.": any(layer.dilation != (1, 1) for layer in convolutions),
        f"Pooling windows up to {LARGEST_POOLING}×{LARGEST_POOLING} are allowed.": any(
            max(layer.size) > LARGEST_POOLING for layer in poolings
        ),
        "There are more poolings than convolutions: each needs a convolution of its own.": (
            len(poolings) > len(convolutions)
        ),
    }
    for sentence, is_broken in broken.items():
        if is_broken:
            raise CourseError(sentence)


def _view(answer: Any) -> int:
    """The side of the square of the image that a number of the last maps sees, at most the whole image."""
    fields = [row.receptive_field for row in Architecture.parse(answer).table() if len(row.output_shape) == 3]
    return min(SIDE, *fields[-1]) if fields else 1


NOISE, NOISY_IMAGES = 0.5, 8


@cache
def _noisy_edges() -> tuple[np.ndarray, ...]:
    """Images of an upright edge in the middle, each with noise of its own, the same at every visit: [28 28] each."""
    generator = np.random.default_rng(0)
    edge = PATTERNS["vertical-edge"].make(SIDE)[..., 0].astype(np.float64)
    return tuple(edge + NOISE * generator.standard_normal(edge.shape) for _ in range(NOISY_IMAGES))


def _against_noise(kernel: np.ndarray) -> float:
    """The mean answer on the edge, divided by the root mean square of the answers where there is none."""
    size = len(kernel)
    answers = np.stack([slide(image, kernel.astype(np.float64)) for image in _noisy_edges()])
    first = np.arange(answers.shape[2])  # the first column of each window; the edge lies before column 14
    on_edge = (first < SIDE // 2) & (first + size > SIDE // 2)
    noise = float(np.sqrt((answers[..., ~on_edge] ** 2).mean()))
    edge = float(np.abs(answers[..., on_edge].mean((0, 1))).max(initial=0))
    return edge / noise if noise else 0.0


@cache
def _sobel() -> float:
    return _against_noise(KERNELS["sobel-x"].array)


def _kernel(answer: Any) -> np.ndarray:
    """[k k], of an array or of `KernelNumbers`. Raises CourseError or KernelError for anything else."""
    kernel = check_kernel(array_of(answer) if isinstance(answer, tuple) else answer)
    if kernel.ndim == 3 and kernel.shape[2] == 1:
        kernel = kernel[..., 0]
    if kernel.ndim != 2 or len(kernel) < 2:
        raise CourseError("Write a kernel for grey pictures, of 2×2 weights or more.")
    return kernel


def _check_detector(answer: Any) -> None:
    if not _kernel(answer).any():
        raise CourseError("All its weights are 0: it responds to nothing.")


MOST_PIXELS, MOST_LETTERS, FOOLED_IMAGE = 5, 200, 0


def places_of(answer: Any) -> tuple[tuple[int, int], ...]:
    """The pixels (row, column) of "14,14; 23,8" or of pairs. Raises CourseError for anything else."""
    given: Any = answer
    if isinstance(answer, str) and len(answer) <= MOST_LETTERS:
        given = [re.fullmatch(r"\s*\(?\s*(\d{1,4})\s*,\s*(\d{1,4})\s*\)?\s*", part) for part in answer.split(";")]
        given = [match and (int(match[1]), int(match[2])) for match in given]
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(map(_is_pair, given)) or not given:
        raise CourseError("Write the row and the column of each pixel, from 0 to 27: “14,3; 20,8”.")
    for place in given:
        for name, at in zip(("Row", "Column"), place, strict=True):
            if not 0 <= at < SIDE:
                raise CourseError(f"{name} {at} is outside: rows and columns go from 0 to {SIDE - 1}.")
    places = tuple(dict.fromkeys((int(row), int(column)) for row, column in given))
    if len(places) > MOST_PIXELS:
        raise CourseError(f"Those are {len(places)} pixels; at most {MOST_PIXELS} may be changed.")
    return places


def _is_pair(each: Any) -> bool:
    return isinstance(each, Sequence) and len(each) == 2 and all(isinstance(at, int | np.integer) for at in each)


def flipped(places: Sequence[tuple[int, int]]) -> np.ndarray:
    """The image of the challenge with these pixels turned: dark ones white, bright ones black. float32 [28 28 1]."""
    image = brightness(mnist().test.images[FOOLED_IMAGE])
    for place in places:
        image[place] = 0.0 if image[place] > 0.5 else 1.0
    return image


def _check_fooled(answer: Any) -> None:
    from ..inspection.activations import answer as read

    trained, truth = pretrained("notebook"), int(mnist().test.labels[FOOLED_IMAGE])
    found = read(trained.architecture, trained.weights, flipped(places_of(answer)))
    if found.best == truth:
        sure = probability_text(float(found.probabilities[truth]))
        raise CourseError(f"It still reads {truth}, {sure} sure. Choose other pixels.")


_ROWS = (
    Challenge(
        id="fewest-parameters",
        title="98 % with as few parameters as possible",
        question="Train a network that reads **98 %** of the test images correctly. The fewer parameters it has, the "
        "better.",
        start=Start("training", {"net": DEFAULT}),
        given="training",
        score=lambda answer: run_of(answer).network.parameter_count,
        better="less",
        bronze=5000,
        silver=2000,
        gold=1000,
        require=_reads_98,
        seen="It has {score:,} parameter{s}.",
        unit="parameters",
    ),
    Challenge(
        id="soonest-99",
        title="99 % as soon as possible",
        question="Reach **99 %** of the test images with as little reading as possible: what counts is how many "
        "training images the network has read, epochs times images, when it is first tested with 99 % or more.",
        start=Start("training", {"net": "conv8k5-relu-max2-conv24k5-relu-max2-flatten-dense10", "epochs": "10"}),
        given="training",
        score=_images_to_99,
        better="less",
        bronze=600_000,
        silver=240_000,
        gold=120_000,
        require=_reads_99,
        seen="After {score:,} images it reads 99 % or more.",
        unit="training images",
    ),
    Challenge(
        id="widest-view",
        title="The widest view under 2,000 parameters",
        question="Design a network with **fewer than 2,000 parameters** that ends in 10 scores. What counts is how "
        "many pixels of the image, across and down, one number of its last maps sees. Every convolution needs at "
        "least 8 filters; no dilation, no pooling window above 2×2, and no more poolings than convolutions.",
        start=Start("architecture", {"net": DEFAULT}),
        given="network",
        score=_view,
        better="more",
        bronze=14,
        silver=20,
        gold=28,
        require=_check_view,
        seen="One number of its last maps sees {score} × {score} pixel{s}.",
        unit="pixels on a side",
    ),
    Challenge(
        id="edge-under-noise",
        title="Beat Sobel under noise",
        question="A vertical edge, and noise all over the image. Write a kernel that responds to the edge and stays "
        "quiet elsewhere. What counts is its mean response on the edge, divided by its responses beside it (root "
        "mean square), as a multiple of what *Sobel x* reaches.",
        start=Start(
            "convolution",
            {
                "convolution.tab": "filter",
                "slide.image": "vertical-edge",
                "slide.kernel": "sobel-x",
                "slide.follow": "off",
            },
        ),
        given="kernel",
        score=lambda answer: round(_against_noise(_kernel(answer)) / _sobel(), 3),
        better="more",
        bronze=1.05,
        silver=1.5,
        gold=2.5,
        require=_check_detector,
        seen="It is {score:.2f} times as good as Sobel.",
        unit="times as good as Sobel",
    ),
    Challenge(
        id="five-pixels",
        title="Fool it with five pixels",
        question="The notebook's network is sure that test image 0 is a 7. Turn **at most five pixels** of it, dark "
        "ones white and bright ones black, so that it reads **another digit**. The fewer, the better. Write the row "
        "and the column of each, counted from 0: “14,3; 20,8”.",
        start=Start("inside", {"net": DEFAULT, "inside.tab": "why", "digit.request": "#0"}),
        given="pixels",
        score=lambda answer: len(places_of(answer)),
        better="less",
        bronze=5,
        silver=4,
        gold=3,
        require=_check_fooled,
        seen="You have turned {score} pixel{s}.",
        unit="pixels",
    ),
)
CHALLENGES: dict[str, Challenge] = {row.id: row for row in _ROWS}

"""Looking inside: scores and probabilities, what filters and pixels are worth, and certainty that is wrong."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from ..data.datasets import brightness, mnist
from ..export.pretrained import pretrained
from ..figures.percent import probability_text
from ..network.parsing import DEFAULT
from .answers import Shown
from .exercise import Chapter, CourseError, Exercise, Goal, Slip, Start
from .notebook import DENSE, MOST

CONSIDERED = 200  # test images that a task may be about, from the first on
PATCH, STRIDE = 5, 2  # of occlusion, as on the page
SURE = 90  # percent
DECIDES = 0.5


def _page(tab: str, **parameters: str) -> Start:
    return Start("inside", {"net": DEFAULT, "inside.tab": tab} | parameters)


def shown_image(number: int) -> Shown:
    """A test image and the notebook's network as it comes with the playground."""
    trained = pretrained("notebook")
    return Shown(number, trained.architecture, trained.weights)


@cache
def _scores() -> np.ndarray:
    """The scores for the images that are considered, to one decimal: [n classes]."""
    from ..inspection.activations import activations

    trained = pretrained("notebook")
    made = activations(trained.architecture, trained.weights, brightness(mnist().test.images[:CONSIDERED]))
    return np.round(made[trained.architecture.names[-1]].astype(float), 1)


def _ten_scores(generator: np.random.Generator) -> dict[str, Any]:
    while True:
        number = int(generator.integers(1, CONSIDERED))
        scores = _scores()[number]
        first, second, third = np.sort(scores)[::-1][:3]
        if first > second > third:
            words = ", ".join(f"{digit}: {score:.1f}".replace("-", "−") for digit, score in enumerate(scores))
            best, runner_up, after = (int(digit) for digit in np.argsort(-scores)[:3])
            known = {"image": number, "scores": scores.tolist(), "words": words, "best": best, "runner_up": runner_up}
            return known | {"third": after, "first": first, "second": f"{second:.1f}".replace("-", "−")}


RUNNER_UP = Exercise(
    id="inside-runner-up",
    concept="scores",
    kind="predict",
    title="The runner-up",
    question="The last layer gives ten **scores**, one for each digit. For test image {image} the notebook's network "
    "gives:\n\n{words}.\n\nThe digit with the highest score is its answer. Which digit is its **second guess**?",
    start=_page("why"),
    draw=_ten_scores,
    solution=lambda n: n["runner_up"],
    slips=(
        Slip(lambda n: n["best"], "{best} has the highest score: that is its answer. Which score comes next?"),
        Slip(
            lambda n: int(np.argmin(n["scores"])),
            "That digit has the lowest score. A score far below 0 speaks strongly against a digit.",
        ),
        Slip(
            lambda n: n["third"],
            "Another digit scores between {best} and {third}. Scores below 0 count from 0 downwards: −1 is higher than "
            "−2.",
        ),
    ),
    hints=(
        "Strike out the highest score. Which is the highest of the rest?",
        "Scores below 0 count as well: −1 is higher than −2.",
        "The answer is {best}. Look for the next lower score.",
    ),
    explanation="After {best} comes {answer}, with the score {second}. To see it on the page, ask for #{image} above "
    "the answer.",
)


@cache
def _softmax(*scores: int) -> float:
    """The share of the first of some scores, as the page's table of softmax calculates it."""
    from ..inspection.activations import Answer

    found = Answer(np.array(scores, np.float32), np.zeros(len(scores)))
    return round(float(found.exponentials[0] / found.exponentials.sum()), 4)


def _three_scores(generator: np.random.Generator) -> dict[str, Any]:
    one, two, three = map(int, generator.permutation(4)[:3])
    digits = map(int, generator.permutation(10)[:3])
    return dict(zip(("first", "then", "last"), digits, strict=True)) | {"one": one, "two": two, "three": three}


SOFTMAX = Exercise(
    id="inside-softmax",
    concept="softmax",
    kind="predict",
    title="From scores to probabilities",
    question="**Softmax** turns scores into probabilities: it takes e to the power of each score, and divides by their "
    "sum. The digit {first} has the score **{one}**, {then} has **{two}**, {last} has **{three}**; all others are so "
    "low that they hardly count. (e⁰ = 1, e¹ = 2.72, e² = 7.39, e³ = 20.1.) Which probability does **{first}** get, "
    "from 0 to 1, to two decimals?",
    start=_page("why"),
    draw=_three_scores,
    solution=lambda n: _softmax(n["one"], n["two"], n["three"]),
    slips=(
        Slip(
            lambda n: n["one"] / (n["one"] + n["two"] + n["three"]),
            "You have taken the share of the scores themselves. Raise e to each of them first.",
        ),
        Slip(
            lambda n: 1 / (1 / _softmax(n["one"], n["two"], n["three"]) - 1),
            "You have divided by the other two only. The sum holds all three, that of {first} as well.",
        ),
        Slip(lambda n: 1 / 3, "Equal shares belong to equal scores. Here the scores differ."),
        Slip(
            lambda n: float(np.exp(n["one"])),
            "That is e to the power of {one}. Divide it by the sum of all three, so that the probabilities add up "
            "to 1.",
        ),
    ),
    hints=(
        "Write down e to the power of each of the three scores.",
        "Add up e to the power of {one}, of {two} and of {three}.",
        "Divide e to the power of {one} by that sum.",
    ),
    explanation="The share of e to the power of {one} in the sum of the three is {answer:.2f}. One more point of score "
    "multiplies a digit's weight by 2.72: so a small lead in the scores is a large one in the probabilities.",
    needs=("inside-runner-up",),
)


@cache
def _without_each() -> tuple[float, ...]:
    """The accuracy in percent of the notebook's network on all test images without each of its filters."""
    from ..inspection.ablation import ablate_each

    trained = pretrained("notebook")
    return tuple(100 * ablate_each(trained.architecture, trained.weights, "conv1", mnist().test))


def _worths(_: np.random.Generator) -> dict[str, Any]:
    order = np.argsort(-np.array(_without_each()), kind="stable")
    best, second, last = (int(order[at]) for at in (0, 1, -1))
    accuracy = 100 * pretrained("notebook").history.epochs[-1].test.accuracy
    known = {"best": best, "second": second, "last": last}
    return known | {f"without_{name}": _without_each()[at] for name, at in known.items()} | {"all": accuracy}


FILTER = Exercise(
    id="inside-filter",
    concept="ablation",
    kind="look",
    title="Which filter can go?",
    question="The notebook's network reads {all:.2f} % of the test images with its six filters. Suppose that one of "
    "them has to go. Without which of them, 1 to 6, does it still read the most? The button *Leave each one out in "
    "turn* on this tab measures it; guess first.",
    start=_page("change", **{"edit.layer": "conv1", "edit.filter": "1"}),
    draw=_worths,
    solution=lambda n: n["best"] + 1,
    slips=(
        Slip(
            lambda n: n["last"] + 1,
            "Without that filter it reads only {without_last:.2f} %: it matters most. Look for the highest accuracy.",
        ),
        Slip(
            lambda n: n["second"] + 1,
            "Without that filter it reads {without_second:.2f} %. With another one gone it reads more.",
        ),
    ),
    hints=(
        "The pictures of the maps do not tell it. Which measurement would?",
        "Press the button below the filters. It reads all test images once for each filter.",
        "Look for the shortest bar of the chart: the fewest points of accuracy lost.",
    ),
    explanation="Without filter {answer} it still reads {without_best:.2f} %, against {all:.2f} % with all. Each is "
    "left out by itself, with the rest as it was trained: this does not tell what two of them do together.",
)


def image_of(answer: Any) -> Shown:
    """The image that is shown. Raises CourseError where there is none."""
    if not isinstance(answer, Shown):
        raise CourseError("There is no test image to look at. Choose one at the top of the page.")
    return answer


def _read(answer: Any) -> Any:
    """The network's answer to the image that is shown."""
    from ..inspection.activations import answer as read

    shown = image_of(answer)
    return read(shown.network, shown.weights, brightness(mnist().test.images[shown.number]))


def _certainty(answer: Any) -> tuple[float, str]:
    """How sure the network is in percent, and that in words."""
    sure = float(_read(answer).probabilities.max())
    return 100 * sure, probability_text(sure)


def _verdict(answer: Any) -> str:
    truth = int(mnist().test.labels[image_of(answer).number])
    best = _read(answer).best
    return f"{best}, and that is right" if best == truth else f"{best}, but it is the digit {truth}"


@cache
def _most_certain_mistake() -> int:
    from ..inspection.evaluation import predictions, wrong

    trained, test = pretrained("notebook"), mnist().test
    return int(wrong(predictions(trained.architecture, trained.weights, test.images), test.labels)[0])


WRONG = Exercise(
    id="inside-sure-and-wrong",
    concept="certainty",
    kind="look",
    title="Sure and wrong",
    question="The network says how sure it is. Is it right whenever it is sure? Find a test image that it reads "
    "**wrongly**, and of which it is more than **{sure} % sure**.",
    start=_page("mistakes", **{"image.kind": "digit"}),
    given="image",
    draw=lambda generator: {"sure": SURE},
    before=lambda n: shown_image(0),
    solution=lambda n: shown_image(_most_certain_mistake()),
    goals=(
        Goal(
            lambda answer, n: _verdict(answer),
            lambda value, n: not value.endswith("right"),
            "It says {value}.",
            "Look for one that it gets wrong: click a number of the table away from the line of right answers that "
            "runs from corner to corner, and then an image.",
        ),
        Goal(
            lambda answer, n: _certainty(answer),
            lambda value, n: value[0] > n["sure"],
            "It is {value[1]} sure.",
            "That is not more than {sure} %. The images of a cell stand with the most confident first.",
        ),
    ),
    hints=(
        "The tab Mistakes collects what it gets wrong.",
        "Each number of the table away from the line of right answers, which runs from corner to corner, is a kind of "
        "mistake. Click one, then an image beside it.",
        "Above the answer choose “One it gets wrong”: the most confident mistakes come first.",
    ),
    explanation="A probability says how far the scores lie apart, not how often the network is right. It has only ten "
    "words, has never learned to say “I do not know”, and can be wrong with great certainty.",
    shown="test image {answer.number:,}",
    needs=("inside-softmax",),
)


@cache
def _hidden() -> Mapping[int, tuple[int, float, float, float, int, int]]:
    """Images whose answer one black patch changes much: number -> (digit, probability, drop, probability with the
    patch, its first row and column), each probability to two decimals, where the rounded numbers fit together.
    """
    from ..inspection.activations import answer
    from ..inspection.attribution import occlusion

    trained, found = pretrained("notebook"), {}
    for number in range(1, 100):
        image = brightness(mnist().test.images[number])
        before = answer(trained.architecture, trained.weights, image)
        map_ = occlusion(trained.architecture, trained.weights, image, before.best, PATCH, STRIDE)
        row, column = (STRIDE * int(at) for at in np.unravel_index(map_.drop.argmax(), map_.drop.shape))
        covered = image.copy()
        covered[row : row + PATCH, column : column + PATCH] = 0
        after = answer(trained.architecture, trained.weights, covered).probabilities[before.best]
        sure, drop, left = (round(float(p), 2) for p in (before.probabilities.max(), map_.drop.max(), after))
        if abs(sure - drop - left) < 1e-6 and 0.2 <= drop <= 0.8:
            found[number] = before.best, sure, drop, left, row, column
    return found


def _a_patch(generator: np.random.Generator) -> dict[str, Any]:
    number = int(generator.choice(list(_hidden())))
    names = ("digit", "sure", "drop", "left", "row", "column")
    return {"image": number} | dict(zip(names, _hidden()[number], strict=True))


OCCLUSION = Exercise(
    id="inside-occlusion",
    concept="occlusion",
    kind="predict",
    title="Hide what matters",
    question="**Occlusion** paints a square of 5×5 pixels black and asks the network again, at one place after the "
    "other. The network reads test image {image} as **{digit}**, with a probability of **{sure:.2f}**. With the "
    "black square at the place that matters most, it falls by **{drop:.2f}**. How large is the probability of {digit} "
    "then?",
    start=_page("why"),
    draw=_a_patch,
    solution=lambda n: n["left"],
    slips=(
        Slip(lambda n: n["drop"], "That is by how much the probability falls. Take it from {sure:.2f}."),
        Slip(
            lambda n: n["sure"] + n["drop"],
            "That is more than before. What speaks for {digit} is hidden, so its probability falls.",
        ),
        Slip(lambda n: n["sure"], "That is the probability without the black square. With it, less is left."),
    ),
    hints=(
        "How much is left of the probability?",
        "Before, it is {sure:.2f}. It falls by {drop:.2f}.",
        "Take {drop:.2f} from {sure:.2f}.",
    ),
    explanation="{sure:.2f} − {drop:.2f} = {answer:.2f}. The strokes under that square, from row {row} and column "
    "{column} on, decide. Ask for #{image} on the page: the map of occlusion gives "
    "each pixel the mean over the squares that cover it.",
    needs=("inside-softmax",),
)


def _reach(answer: Any) -> float:
    """How far the page's map of occlusion reaches: the mean fall of the answer's probability at the worst pixel."""
    from ..inspection.attribution import occlusion, spread_over

    shown = image_of(answer)
    image = brightness(mnist().test.images[shown.number])
    found = occlusion(shown.network, shown.weights, image, _read(answer).best, PATCH, STRIDE)
    return float(spread_over(found, image.shape[:2]).max())


@cache
def _hanging() -> int:
    """The first test image that hangs on one place."""
    return next(number for number in range(len(mnist().test)) if _reach(shown_image(number)) > DECIDES)


PATCHED = Exercise(
    id="inside-decides",
    concept="occlusion",
    kind="look",
    title="An image that hangs by a thread",
    question="The seven shown at first is read as 7 whichever square of 5×5 pixels you hide. Find a test image that "
    "hangs on one place: its map of *Occlusion* reaches **more than ±{least:g}**. That is the mean fall of the "
    "probability when a black square covers that place.",
    start=_page("why", **{"image.kind": "digit", "why.patch": "5", "why.stride": "2"}),
    given="image",
    draw=lambda generator: {"least": DECIDES},
    before=lambda n: shown_image(0),
    solution=lambda n: shown_image(_hanging()),
    goals=(
        Goal(
            lambda answer, n: _reach(answer),
            lambda value, n: value > n["least"],
            "The map of occlusion reaches {value:.2f}.",
            "This answer does not hang on one place. Try digits that resemble others: “another four”, “another nine”.",
        ),
    ),
    hints=(
        "Which digits differ in one short stroke?",
        "Ask for “another four” or “another nine” several times, and read what stands below the map of occlusion.",
        "Ask for images in which one short stroke or gap makes the difference between 4 and 9, or between 5 and 6.",
    ),
    explanation="One place decides here. Where several strokes speak for a digit, hiding one of them changes nothing: "
    "so a pale map does not mean that the pixels are of no use.",
    shown="for example test image {answer.number}",
    needs=("inside-occlusion",),
)

RANDOM = "nothing about digits: the weights are random"
UNTRAINED = Exercise(
    id="inside-untrained",
    concept="what pictures prove",
    kind="predict",
    title="Pictures of nothing",
    question="The page shows a network of {filters} filters that has **not been trained**. Its feature maps look like "
    "digits, and the maps under *Why this answer* have orange and blue places. What do these pictures tell?",
    start=Start("inside", {"net": "conv{filters}k3-relu-max2-flatten-dense10", "inside.tab": "maps"}),
    given="choice",
    draw=lambda generator: {"filters": int(generator.integers(3, 6))},
    options=lambda n: (
        "that the filters have found strokes that matter",
        RANDOM,
        "that this network will learn well",
        "which pixels make the image the digit it is",
    ),
    solution=lambda n: RANDOM,
    slips=(
        Slip(
            lambda n: "that the filters have found strokes that matter",
            "Every filter, a random one too, leaves a picture of the digit, because it slides over the digit. Whether "
            "it helps shows in the accuracy alone.",
        ),
        Slip(
            lambda n: "that this network will learn well",
            "The pictures look alike for every start. How well it learns shows when it trains.",
        ),
        Slip(
            lambda n: "which pixels make the image the digit it is",
            "The maps explain this network's answer, whatever it is. With random weights the answer is a guess, and so "
            "the map explains a guess.",
        ),
    ),
    hints=(
        "Where do the weights of this network come from?",
        "How many of the test images would such a network read correctly?",
        "A map explains the answer of a network. Ask what an answer of random weights is worth.",
    ),
    explanation="Such a network reads about one image in ten correctly, as a guess would. A picture that looks "
    "convincing proves nothing: look at the accuracy first, and compare with an untrained network.",
    needs=("inside-occlusion",),
)

CHAPTER = Chapter(
    id="inside",
    title="Looking inside: why this answer?",
    idea="A trained network can be asked. Its last layer gives ten **scores**; **softmax** makes probabilities of "
    "them. Leave a filter out, and measure what is lost: that is **ablation**. Hide a part of the image, and see "
    "whether the answer changes: that is **occlusion**.\n\nThe page shows the notebook's network, which comes trained "
    "with the playground. Two warnings: a network can be sure and wrong, and a picture can look convincing and mean "
    "nothing.",
    minutes=9,
    exercises=(RUNNER_UP, SOFTMAX, FILTER, WRONG, OCCLUSION, PATCHED, UNTRAINED),
    again=(DENSE, MOST),
)

"""The answer that stands on the page, for exercises whose answer is neither typed nor chosen."""

from typing import Any

from ...course.answers import Drawn, Shown, Trained, WindowsOn
from ...course.exercise import CourseError
from ...data.datasets import mnist
from ...state.labs import FilterOnImage, InsideImage, Preprocessing, Rows
from .. import choice, runs, subject
from ..image_picker import number_shown
from ..on_pad import OnPad
from ..session import state

# What a learner is told to do where nothing can be checked yet.
NOTHING = {
    "training": "There is no run yet. Press Start on this page.",
    "drawing": "The pad is empty. Draw something first.",
    "image": "This image is a drawing of yours. Choose a test image.",
}


def answer_on_page(given: str) -> Any:
    """The network's text, the windows, the kernel, the training, the image or the drawing.

    Raises PlaygroundError where there is none, or where the network does not fit.
    """
    found = _ANSWERS[given]()
    if found is None:
        raise CourseError(NOTHING[given])
    return found


def _windows() -> WindowsOn:
    rows = state(Rows)
    return WindowsOn(rows.size, rows.window)


def _training() -> Trained | None:
    view = runs.run_view()
    if view is None:
        return None
    epochs = view.history.epochs
    return Trained(view.architecture, view.config, view.history, epochs[-1].test if epochs else None)


def _image() -> Shown | None:
    from ...inspection import evaluation  # loads JAX: not before somebody looks

    looked, now = subject.looked(), state(InsideImage)
    if now.kind == "drawing":
        return None
    number = number_shown()
    if now.kind == "wrong":
        mistakes = evaluation.wrong(subject.probabilities_of(looked), mnist().test.labels)
        number = int(mistakes[min(now.mistake, len(mistakes)) - 1]) if len(mistakes) else number
    return None if number is None else Shown(number, looked.architecture, looked.weights)


def _drawing() -> Drawn | None:
    ink = state(OnPad).ink
    if ink is None:
        return None
    if subject.source() is None:
        raise CourseError("This network has not been trained, so it cannot read. Choose a trained one under the title.")
    looked = subject.looked()
    return Drawn(ink, state(Preprocessing).skipped, looked.architecture, looked.weights)


_ANSWERS = {
    "network": choice.net,
    "windows": _windows,
    "kernel": lambda: state(FilterOnImage).kernel,
    "training": _training,
    "image": _image,
    "drawing": _drawing,
}

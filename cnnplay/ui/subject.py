"""What is looked into: a run of this visit or the untrained network, an epoch of it, and an image."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
import streamlit as st

from ..data.datasets import mnist
from ..engine.engine import shared_engine
from ..errors import PlaygroundError
from ..inputs.digit_search import digit
from ..inspection.evaluation import predictions, wrong
from ..network.architecture import Architecture
from ..network.model import Weights, initial_weights
from . import choice, runs
from .image_picker import choose_digit, label_shown
from .lab_state import begin, chosen, segmented_args, select_args, slider_args
from .saved_drawings import kept_drawings
from .widgets import a_digit, show_error

UNTRAINED = "untrained"
IMAGES = {"digit": "A test digit", "wrong": "One it gets wrong", "drawing": "A drawing of yours"}


@dataclass(frozen=True, eq=False)
class Looked:
    """A network with weights, and in words which. `run` is the run's id, None for the sidebar's untrained network.

    `kept` are the weights of all epochs that can be scrubbed through: a colour scale is steady over them.
    """

    architecture: Architecture
    weights: Weights
    run: str | None
    epoch: int
    description: str
    kept: tuple[Weights, ...]

    @cached_property
    def key(self) -> tuple[str, str]:
        """Tells it apart from every other network and from the same with other weights."""
        return key_of(self.architecture, self.weights)


def key_of(network: Architecture, weights: Weights) -> tuple[str, str]:
    """What tells a network with its weights apart from every other."""
    digest = blake2b(digest_size=16)
    for name, array in sorted(weights.items()):
        digest.update(name.encode() + np.ascontiguousarray(array).tobytes())
    return str(network), digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Shown:
    """An image [28 28 1] from 0 to 1, and what it is: None where nobody said."""

    image: np.ndarray
    label: int | None


def choose_network(of_untrained: str = "") -> Looked | None:
    """A run and an epoch. None, with a way out, where the sidebar's network does not fit.

    of_untrained: what to say beside a network that has not been trained.
    """
    views = {view.id: view for view in runs.run_views() if shared_engine().epoch_weights(view.id)}
    current = runs.run_view()
    begin(inside_run=current.id if current and current.id in views else next(reversed(views), UNTRAINED))
    if chosen().inside_run not in (*views, UNTRAINED):
        chosen().inside_run = next(reversed(views), UNTRAINED)
    titles = {name: f"Run {view.number}: {view.architecture}" for name, view in views.items()}
    titles[UNTRAINED] = "The sidebar's network, untrained"
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.selectbox("Network", list(titles), **select_args("inside_run", list(titles)), format_func=titles.__getitem__)
    run = chosen().inside_run
    if run == UNTRAINED:
        with right:
            st.caption(of_untrained)
        return _untrained()
    with right:
        epoch, weights = _epoch(run)
    description = f"run {views[run].number}, {f'after epoch {epoch}' if epoch else 'its initial weights'}"
    kept_weights = tuple(shared_engine().epoch_weights(run).values())
    return Looked(views[run].architecture, weights, run, epoch, description, kept_weights)


def trained() -> Looked | None:
    """The network that reads: that of *Look inside* where it is trained, else the newest trained of the visit."""
    views = [view for view in runs.run_views() if len(shared_engine().epoch_weights(view.id)) > 1]
    if not views:
        return None
    wanted = (vars(chosen()).get("inside_run"), st.session_state.run)
    view = next((view for run in wanted for view in views if view.id == run), views[-1])
    snapshots = shared_engine().epoch_weights(view.id)
    epoch = max(snapshots)
    description = f"run {view.number}, after epoch {epoch}"
    return Looked(view.architecture, snapshots[epoch], view.id, epoch, description, tuple(snapshots.values()))


def _untrained() -> Looked | None:
    try:
        network = choice.network()
        choice.check_size(network)
    except PlaygroundError as error:
        show_error(error, "inside_fix")
        return None
    weights = initial_weights(network, choice.config().seed)
    return Looked(network, weights, None, 0, "untrained", (weights,))


def _epoch(run: str) -> tuple[int, Weights]:
    """The scrubber over the weights that were kept; it stays at the newest while a run goes on, until it is moved."""
    snapshots = shared_engine().epoch_weights(run)
    epochs = sorted(snapshots)
    begin(inside_epoch=None, inside_newest=None)
    now = chosen()
    if now.inside_epoch not in epochs or now.inside_epoch == now.inside_newest:
        now.inside_epoch = epochs[-1]
    now.inside_newest = epochs[-1]
    if len(epochs) > 1:
        st.select_slider(
            "Epoch",
            epochs,
            **slider_args("inside_epoch"),
            format_func=lambda epoch: f"epoch {epoch}" if epoch else "initial",
            help="The weights after each epoch, from the initial ones on. Everything on this page follows.",
        )
    return now.inside_epoch, snapshots[now.inside_epoch]


def choose_image(looked: Looked) -> Shown:
    """A test digit, one that the network gets wrong, or a drawing."""
    begin(inside_image="digit", inside_mistake=1, inside_drawing=0)
    drawings = kept_drawings()
    names = [name for name in IMAGES if name != "drawing" or drawings]
    if chosen().inside_image not in names:
        chosen().inside_image = "digit"
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.segmented_control(
            "Image", names, **segmented_args("inside_image", names), required=True, format_func=IMAGES.__getitem__
        )
    with right:
        if chosen().inside_image == "wrong":
            return _a_mistake(looked)
        if chosen().inside_image == "drawing":
            chosen().inside_drawing = min(chosen().inside_drawing, len(drawings) - 1)
            st.selectbox(
                "Drawing",
                range(len(drawings)),
                **select_args("inside_drawing", range(len(drawings))),
                format_func=lambda index: drawings[index].title,
            )
            drawing = drawings[chosen().inside_drawing]
            return Shown(drawing.received, drawing.label)
        image = choose_digit()
    return Shown(image, label_shown())


def _a_mistake(looked: Looked) -> Shown:
    test = mnist().test
    mistakes = wrong(probabilities_of(looked), test.labels)
    if not len(mistakes):
        st.success("It gets every test image right.")
        return Shown(digit(test, 0), int(test.labels[0]))
    chosen().inside_mistake = min(chosen().inside_mistake, len(mistakes))
    st.number_input(
        f"Mistake, of {len(mistakes):,}",
        1,
        len(mistakes),
        **slider_args("inside_mistake"),
        help="The mistakes that it is most certain of come first.",
    )
    number = int(mistakes[chosen().inside_mistake - 1])
    st.caption(f"Test image {number:,}: {a_digit(int(test.labels[number]))}.")
    return Shown(digit(test, number), int(test.labels[number]))


def probabilities_of(looked: Looked) -> np.ndarray:
    """What the network says of all 10,000 test images: [n 10], read-only."""
    return _probabilities(looked.key, looked)


@st.cache_resource(max_entries=32, show_spinner="Reading all 10,000 test images…")
def _probabilities(key: tuple[str, str], _looked: Looked) -> np.ndarray:
    """Kept for whoever asks the same again."""
    probabilities = predictions(_looked.architecture, _looked.weights, mnist().test.images)
    probabilities.flags.writeable = False
    return probabilities

"""A digit on its way through the sidebar's network, and one neuron of a dense layer beside one of a convolution."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from ...data.datasets import MNIST
from ...errors import PlaygroundError
from ...figures.percent import probability_text
from ...inputs.handwriting import preparation_for, received
from ...network.architecture import Architecture
from ...network.layers import Convolution, layer_names
from ...network.validation import longest_beginning, shapes_that_fit
from ...state.labs import Digit, InsideImage, Preprocessing
from .. import choice, subject
from ..changed_filters import without_changes
from ..chip import ways_to_trained_weights
from ..components.connections import connections
from ..components.payloads.labs import connections_data
from ..components.payloads.network import misfit, volume_layers
from ..components.payloads.zoom import zoom_layers
from ..components.zoom import zoom
from ..image_picker import asks_for_a_digit, choose_digit
from ..lab_widgets import reading, sources
from ..navigation import go_to, page_link
from ..on_pad import OnPad, drawing_pad, put_on_pad
from ..reserved import reserved
from ..saved_drawings import kept
from ..session import save, state
from ..widgets import chain_alt, show_error

LENET = "https://doi.org/10.1109/5.726791"
YOUR_DRAWING = "your drawing"
PAD_WIDTH = 190  # pixels: it stands beside the picture on a laptop
ZOOM_HEIGHTS = 560, 715  # pixels: on a wide page, and on a narrow one


@dataclass(frozen=True, eq=False)
class Shown:
    """The request for a digit that the page has answered, None before the first."""

    digit: Digit | None = None


def what_to_draw() -> str:
    data = choice.data()
    return "a digit" if data.name == MNIST.name else f"one of its {len(data.classes)} classes"


def draw_and_see() -> np.ndarray:
    """A pad and a test digit, and what the network makes of the one that came last: that image [h w c]."""
    asked = state(Shown).digit not in (None, state(Digit)) and not choice.incomplete() and asks_for_a_digit()
    if asked and state(OnPad).ink is not None:
        put_on_pad(None)
    left, right = st.columns([1, 4.3], gap="medium")
    with left:
        with reserved("home_pad_place", PAD_WIDTH + 48, PAD_WIDTH):
            drawing_pad("home_pad", width=PAD_WIDTH, compact=True)
        ink = state(OnPad).ink
        digit = choose_digit(None if ink is None else YOUR_DRAWING)
        save(Shown(state(Digit)))
        pen = state(Preprocessing).pen
        image = digit if ink is None else received(ink, preparation=preparation_for(subject.data(), pen))
        if ink is not None:
            _where_the_drawing_goes(ink)
    with right:
        _network(image)
    return image


def _where_the_drawing_goes(ink: np.ndarray) -> None:
    """The pages that can show the drawing on the pad; *Draw* has it on its own pad."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Look inside with it", key="home_inside", icon=":material/search:", on_click=_take_inside, args=(ink,)
        )
        page_link("draw", "Go on in Draw")


def _take_inside(ink: np.ndarray) -> None:
    """Make the drawing the image of *Look inside*, and go there."""
    drawing = kept(ink, state(OnPad).label, subject.data(), state(Preprocessing).pen)
    save(replace(state(InsideImage), kind="drawing", drawing=drawing.number))
    go_to("inside")


def _network(image: np.ndarray) -> None:
    """The sidebar's network with an image on it, as far as its layers fit."""
    try:
        network = choice.network()
        choice.check_size(network)
    except PlaygroundError as error:
        _as_far_as_it_fits(image, error)
        return
    alt = "The network as volumes, with a digit on them: " + chain_alt(network.layers, network.shapes)
    before = st.empty()
    if "jax" not in sys.modules:  # it takes a while to load after a start: the network without the digit at once
        with before:
            zoom(volume_layers(network), alt=alt, key="zoom_before")
    looked = subject.looked()
    values = _outputs(network, looked.weights, image)
    before.empty()
    probabilities = values["softmax"]
    best = int(probabilities.argmax())
    guess = "" if looked.epoch else ". Not trained yet: a guess"
    answer = {
        "text": f"It reads {looked.data.phrase(best)}: {probability_text(probabilities[best])} sure{guess}",
        "probabilities": np.round(probabilities, 5).tolist(),
    }
    with reserved("zoom_place", *ZOOM_HEIGHTS, narrow=1160):
        zoom(zoom_layers(network, image, values, looked.weights), alt=alt, answer=answer, classes=looked.data.classes)
    if subject.source() is None:
        ways_to_trained_weights("home")
    without_changes(looked)


def _outputs(network: Architecture, weights: Mapping[str, Any], image: np.ndarray) -> dict[str, np.ndarray]:
    """The output of every layer for an image."""
    from ...inspection.activations import activations  # loads JAX

    return {name: value[0] for name, value in activations(network, weights, image[None]).items()}


def _as_far_as_it_fits(image: np.ndarray, error: PlaygroundError) -> None:
    """The ways out, and the layers up to the one that fails, that one as an empty frame."""
    show_error(error, "home_fix")
    layers = choice.layers()
    fitting = Architecture(longest_beginning(layers, choice.input_shape()), choice.input_shape())
    drawn, failing = volume_layers(fitting), len(fitting.layers)
    with suppress(PlaygroundError):  # too large to be asked: the boxes alone
        if failing:
            choice.check_size(fitting)
            drawn = _with_values(fitting, image)
    if failing < len(layers):
        drawn = [*drawn, misfit(layers[failing], layer_names(layers)[failing], fitting.shapes[-1], str(error))]
    zoom(drawn, alt=f"The network as far as its layers fit: {chain_alt(layers, fitting.shapes)}. {error}")


def _with_values(network: Architecture, image: np.ndarray) -> list[dict[str, Any]]:
    """A network that does not end in a score for each class, with initial weights."""
    from ...network.model import initial_weights  # loads JAX

    weights = initial_weights(network, choice.config().seed)
    return zoom_layers(network, image, _outputs(network, weights, image), weights)


def one_neuron(image: np.ndarray) -> None:
    """A dense neuron and a neuron of the first convolution: what they read, and how many weights that takes."""
    layers = choice.layers()
    st.subheader("What one neuron sees", anchor=False)
    if not (
        layers and isinstance(layers[0], Convolution) and len(shapes_that_fit(layers[:1], choice.input_shape())) > 1
    ):
        st.info("Make the first layer of your network a convolution that fits, and you see here what its neurons read.")
        return
    layer = layers[0]
    connections(
        connections_data(image, layer),
        alt=f"A dense neuron reads all {image.size} pixels, a neuron of the convolution {layer.kernel[0]}×"
        f"{layer.kernel[1]} of them, with the same weights as its neighbours.",
    )
    st.markdown(
        "A **dense** neuron has its own weight for every pixel, and so does the next one. A neuron of a "
        "**convolution** reads a few neighbouring pixels, and the next neuron reads the pixels beside them **with the "
        "same weights**. It finds a stroke anywhere, having learned it in one place."
    )
    st.markdown(
        "That holds for the **feature map**: where the image shifts, the map shifts with it. The dense layer at the "
        "end does not: it has a weight for each *place* of each map, and has learned what is in the middle. A digit "
        "in a corner can therefore be read wrongly, and with great certainty: *sure* only says that one score is far "
        "above the others, not that it is right. This is why your drawing is moved to the middle first."
    )


def the_way_through() -> None:
    """The lines that take a picture through the network."""
    from ...network.model import ConvolutionPart, DensePart, Network

    sources(
        "Each layer takes what the layer before it made. Below that, what a convolution does, and a dense layer.",
        Network.forward,
        ConvolutionPart.compute,
        DensePart.compute,
    )
    reading({"LeCun et al. 1998, Gradient-based learning applied to document recognition": LENET})

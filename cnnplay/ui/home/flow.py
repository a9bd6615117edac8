"""A digit flowing through the sidebar's network, and one neuron of a dense layer beside one of a convolution."""

import sys

import numpy as np
import streamlit as st

from ...errors import PlaygroundError
from ...network.architecture import Architecture
from ...network.layers import Convolution
from .. import choice, runs
from ..components.connections import connections
from ..components.payloads.labs import connections_data
from ..components.payloads.network import volume_layers
from ..components.volumes import volumes
from ..image_picker import choose_digit
from ..lab_widgets import reading, sources
from ..widgets import a_digit, chain_alt, show_error

LENET = "https://doi.org/10.1109/5.726791"


def digit_in_the_network() -> tuple[Architecture, np.ndarray] | None:
    """The network as volumes, a real digit's activations on them; both. None, with a way out, where none fits."""
    try:
        network = choice.network()
    except PlaygroundError as error:
        show_error(error, "home_fix")
        return None
    stage = st.empty()
    if early := "jax" not in sys.modules:  # it takes a while to load after a start: the boxes at once
        with stage:
            _boxes(network)
    try:
        choice.check_size(network)
    except PlaygroundError as error:
        if not early:
            with stage:
                _boxes(network)
        show_error(error, "home_size")
        return None
    left, right = st.columns([2, 3], gap="medium", vertical_alignment="bottom")
    with left:
        image = choose_digit()
    from ...inspection.activations import activations

    weights, origin = runs.weights(network)
    values = {name: value[0] for name, value in activations(network, weights, image[None]).items()}
    probabilities = values["softmax"]
    with stage:
        volumes(
            volume_layers(network, image, values),
            alt=f"The network as boxes, a digit on them: {chain_alt(network)}",
            key="flow",
        )
    best = int(probabilities.argmax())
    with right:
        st.markdown(f"It reads {a_digit(best)}, with {probabilities[best]:.0%}. &nbsp; :gray[{origin.capitalize()}.]")
    return network, image


def _boxes(network: Architecture) -> None:
    """The network without a digit."""
    volumes(volume_layers(network), alt=f"The network as boxes: {chain_alt(network)}", key="flow_bare")


def one_neuron(network: Architecture, image: np.ndarray) -> None:
    """A dense neuron and a neuron of the first convolution: what they read, and how many weights that takes."""
    layer = network.layers[0]
    st.subheader("What one neuron sees", anchor=False)
    if not isinstance(layer, Convolution):
        st.info("The first layer of this network is no convolution. Put one first, and its neurons are shown here.")
        return
    connections(
        connections_data(image, layer),
        alt=f"A dense neuron reads all {image.size} pixels, a neuron of the convolution {layer.kernel[0]}×"
        f"{layer.kernel[1]} of them, with the same weights as its neighbours.",
    )
    st.markdown(
        "A **dense** neuron has a weight of its own for every pixel, and the next neuron has others. A neuron of a "
        "**convolution** sees a few neighbours, and the next one sees the neighbours next to them **with the same "
        "weights**. So a stroke that was learned in one place is found in every place."
    )


def the_way_through() -> None:
    """The lines that take a picture through the network."""
    from ...network.model import ConvolutionPart, DensePart, Network

    sources(
        "What happened to the digit above: each layer takes what the one before it has made. Then what a convolution "
        "does, and a dense layer.",
        Network.forward,
        ConvolutionPart.compute,
        DensePart.compute,
    )
    reading({"LeCun et al. 1998, Gradient-based learning applied to document recognition": LENET})

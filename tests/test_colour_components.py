"""Colour images on their way to the components: every channel arrives, and the numbers shown are the network's."""

import json
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnplay.inspection.activations import activations
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import Convolution
from cnnplay.network.model import initial_weights
from cnnplay.ui.components.live_network import Moment, pictures_of
from cnnplay.ui.components.payloads.labs import connections_data, shift_data
from cnnplay.ui.components.payloads.network import volume_layers
from cnnplay.ui.components.payloads.pictures import image_png
from cnnplay.ui.components.payloads.zoom import zoom_layers
from tests.oracles import numpy_activations
from tests.pages.driving import drawn
from tests.test_zoom import steps_of

SHAPE = (9, 7, 3)  # no two sizes alike
NET = "conv4k3x2s2-relu-max2-flatten-dense5"


@pytest.fixture
def image():
    """Bytes as brightness, every one of them another."""
    return (np.random.default_rng(3).permutation(np.prod(SHAPE)).reshape(SHAPE) / 255).astype(np.float32)


def channels_last(planes):
    return np.moveaxis(np.array(planes), 0, -1)


def pixels_of(text, shape):
    return np.frombuffer(b64decode(text), np.uint8).reshape(shape)


def test_what_a_neuron_reads_is_shown_in_colour_and_counted_in_three_channels(image):
    data = connections_data(image, Convolution(2, (3, 3)))
    np.testing.assert_allclose(channels_last(data["image"]), image, atol=5e-4)
    assert data["dense"]["weights_each"] == 9 * 7 * 3
    assert data["convolution"]["weights_each"] == 3 * 3 * 3


def test_a_shifted_image_keeps_its_colours(image):
    places = {(0, right): np.roll(image, right, 1) for right in (-1, 0, 1)}
    stack = np.zeros((3, 4, 4))
    data = shift_data(1, places, {"one": (stack, np.ones(3))}, 0.1)
    for right in (-1, 0, 1):
        np.testing.assert_allclose(channels_last(data["images"][f"0,{right}"]), np.roll(image, right, 1), atol=5e-4)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_picture_on_the_input_volume_is_the_image(image, channels):
    shown = image[..., :channels]
    (layer, *_) = volume_layers(Architecture.parse(NET, shown.shape, 5), shown, None)
    file = Image.open(BytesIO(b64decode(layer["picture"].partition(",")[2]))).convert("RGB")
    wanted = np.broadcast_to(np.rint(255 * shown), SHAPE)
    np.testing.assert_array_equal(np.asarray(file), wanted)
    assert layer["picture"] == image_png(shown)
    assert layer["lines"][1].endswith("red, green and blue here" if channels == 3 else "brightness here")


@pytest.mark.parametrize("shape", [SHAPE, (9, 7, 1), (9, 7)])
def test_the_network_at_work_receives_the_image_in_grey_or_in_colour(image, shape):
    shown = image[..., 0] if len(shape) == 2 else image[..., : shape[-1]]
    empty = np.zeros((0, 3, 3))
    moment = Moment("now", empty, empty, np.full(5, 0.2))
    data = pictures_of([moment], image=shown, layer=None, filters=0, reaches=(1.0, 1.0))
    rows, columns, channels = data["image_shape"]
    assert (rows, columns, channels) == (9, 7, shape[2] if len(shape) == 3 else 1)
    np.testing.assert_array_equal(
        pixels_of(data["image"], data["image_shape"]), np.rint(255 * shown.reshape(rows, columns, -1))
    )


def page_with_a_film(image):
    import numpy as np

    from cnnplay.ui.components.film import film
    from cnnplay.ui.components.payloads.pictures import film_frames

    film(film_frames(np.stack([image, image / 2]), [0.0, 1.0], 10), alt="", key="f", scale="colour")


def test_a_film_in_colour_has_three_bytes_for_each_pixel(image):
    app = AppTest.from_function(page_with_a_film, kwargs={"image": image}).run()
    (data,) = drawn(app, "film")
    assert data["shapes"] == [list(SHAPE)]
    for frame, wanted in zip(data["frames"], (image, image / 2), strict=True):
        (picture,) = frame["pictures"]
        np.testing.assert_array_equal(pixels_of(picture, SHAPE), np.rint(255 * wanted))


def page_with_an_answer(image, classes):
    import numpy as np

    from cnnplay.ui.components.answer import answer_strip

    answer_strip(image, "", [], np.full(len(classes), 1 / len(classes)), key="a", classes=classes)


def test_an_answer_shows_the_image_in_colour_and_names_the_classes(image):
    classes = ["circle", "<b>square</b>", "x" * 30]
    app = AppTest.from_function(page_with_an_answer, kwargs={"image": image, "classes": classes}).run()
    (data,) = drawn(app, "answer")
    np.testing.assert_allclose(channels_last(data["image"]), image, atol=1e-5)
    assert data["classes"] == classes
    assert len(data["probabilities"]) == 3


def test_the_zoom_reads_each_channel_and_comes_to_what_the_network_computed(image):
    network = Architecture.parse(NET, SHAPE, 5)
    weights = initial_weights(network, 1)
    values = {name: value[0] for name, value in activations(network, weights, image[None]).items()}
    payload = json.loads(json.dumps(zoom_layers(network, image, values, weights)))
    outputs = [image, *values.values()]
    places = [[at, index] for at, output in enumerate(outputs) for index in range(output.size)]
    (steps,) = steps_of([payload], [places])
    slow = {
        "input": image,
        **{name: value[0] for name, value in numpy_activations(network, weights, image[None]).items()},
    }
    for (at, index), step in zip(places, steps, strict=True):
        wanted = outputs[at].reshape(-1)[index]
        assert step["result"] == pytest.approx(wanted, abs=2e-3)
        if step["bias"] is not None:
            added = sum(term["value"] * term["weight"] for term in step["terms"]) + step["bias"]
            assert added == pytest.approx(slow[("input", *values)[at]].reshape(-1)[index], abs=2e-3)
    pixels = [step for (at, _), step in zip(places, steps, strict=True) if at == 0]
    assert all(word in pixels[0]["sentence"] for word in ("red", "green", "blue"))

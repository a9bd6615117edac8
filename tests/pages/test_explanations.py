"""What a beginner asks is answered on the pages, with the numbers of the network and of the run."""

import numpy as np
import pytest

from cnnplay.data.datasets import brightness, mnist
from cnnplay.export.lesson import places
from cnnplay.export.lesson.cells import Words
from cnnplay.export.pretrained import pretrained
from cnnplay.inputs.digit_search import digit
from cnnplay.inputs.handwriting import STEPS, drawn_like, received
from cnnplay.inspection.activations import answer
from cnnplay.network.architecture import Architecture
from cnnplay.network.presets import PRESETS
from cnnplay.ops.arithmetic import Window
from cnnplay.ops.convolution import conv2d
from cnnplay.state.labs import Preprocessing
from cnnplay.ui.architecture.largest_layer import colour_in_words, growth_in_words, largest_in_words
from cnnplay.ui.draw.reading import left_out
from cnnplay.ui.on_pad import OnPad

from .driving import choose, control, drawn, opened, press, put, said, session_of, shown, wait_for_run, words_of

NOTEBOOK = PRESETS["notebook"].net


def fixes(app, prefix: str) -> list[str]:
    """The buttons whose keys begin so, as they read."""
    return [shown(button.label) for button in app.button if str(button.key).startswith(prefix)]


def test_a_network_that_learns_a_hundred_images_by_heart_is_said_to_overfit_and_one_button_takes_more_images() -> None:
    app = opened("training.py", images="100", epochs="20", rate="0.004")
    press(app, "Start")
    wait_for_run(app)
    app.run()
    last = session_of(app)
    text = words_of(app)
    assert "**Overfitting.** The network reads" in text
    assert "of the images that it learns from, but only" in text
    assert "100 are few: there are 60,000" in text
    assert "10,180 weights, 102 for each image" in text
    assert "has ended, and **overfits**" in text
    assert fixes(app, "gap_fix") == [
        "Train again with 1,000 images",
        "Train again with 50 % dropout",
        "Train again with 3 filters in conv1",
    ]
    before = last.run
    press(app, "Train again with 1,000 images")
    assert session_of(app).choice.config.train_images == 1000
    assert session_of(app).choice.net == NOTEBOOK
    assert session_of(app).run != before
    wait_for_run(app)


def test_a_network_whose_two_accuracies_are_close_is_not_blamed_and_the_test_says_what_it_is() -> None:
    app = opened("training.py", images="5000", epochs="1")
    press(app, "Start")
    wait_for_run(app)
    app.run()
    assert "Overfitting" not in words_of(app)
    assert not fixes(app, "gap_fix")
    (note,) = (info.value for info in app.info)
    assert "of the test images" in note
    assert "chosen on the very images that it is measured on" in words_of(app)
    assert "**validation set**" in words_of(app)


def test_the_words_of_training_stand_on_its_page_with_the_numbers_of_the_settings() -> None:
    app = opened("training.py", batch="64", images="1000", net="conv4k3-tanh-max2-flatten-dropout25-dense10")
    text = words_of(app)
    assert "1,000 images in batches of 64 make 16 steps" in text  # 15 full batches, and 40 images
    assert "ln 10 = **2.30**" in text
    assert "0.69 where p is 0.5" in text
    assert "(your network: 25 %)" in text
    assert "Chance decides which ones" in text
    assert "(your network: tanh)" in text
    assert "one layer could do the same" in text
    assert "Neighbouring pixels belong together" in text
    assert "The gradient of 8 images is quick to compute, but noisy" in text
    assert "125" in text  # steps of an epoch of 1,000 images in batches of 8
    assert control(app, "edit_0_activation").field["help"].startswith("A function of every number by itself")


def test_the_largest_layer_is_explained_and_shrinks_by_a_button() -> None:
    app = opened("architecture.py")
    text = words_of(app)
    assert "**dense1** has 10,150 of the 10,180 parameters (99.7 %)" in text
    assert "**flatten** makes 13 · 13 · 6 = 1,014 values of the 6 maps" in text
    assert "5,095 with 3 filters in conv1" in text
    press(app, "Take a global average in place of flatten")
    assert session_of(app).choice.net == "conv6k2-relu-max2-globalmean-dense10"
    assert Architecture.parse(session_of(app).choice.net).parameter_count == 100


@pytest.mark.parametrize(
    ("net", "said_of_it"),
    [
        (PRESETS["keras"].net, "Each of its 64 filters has a weight for each of its 3×3 places in each of the 32 maps"),
        ("flatten-dense10", "28 · 28 · 1 = 784 values of the image"),
        ("conv4k3-relu-globalmean-dense64-relu-dense10", "64 values come in. Each of the 10 units"),
    ],
)
def test_why_a_layer_is_the_largest(net: str, said_of_it: str) -> None:
    assert said_of_it in largest_in_words(Architecture.parse(net))


def test_pooling_makes_later_windows_reach_farther() -> None:
    network = Architecture.parse(PRESETS["fast99"].net)
    text = growth_in_words(network, network.growth())
    assert "- **conv2**: `6 + (5 − 1)·2 = 14`; then the jump is 2." in text
    assert "every weight of conv2 reaches 2 times as far" in text


def test_colour_is_counted_for_the_network_of_the_sidebar() -> None:
    text = colour_in_words(Architecture.parse(NOTEBOOK))
    assert "`(2·2·3 + 1)·6 = 78` parameters in place of `(2·2·1 + 1)·6 = 30`" in text
    assert "48 parameters more" in text
    assert text in words_of(opened("architecture.py"))


def test_with_one_channel_no_two_pictures_have_the_same_name() -> None:
    app = opened("convolution.py", **{"convolution.tab": "depth"})
    rows = drawn(app, "maps")[1]["rows"]
    titles = [picture["title"] for row in rows for picture in row["pictures"]]
    assert titles == ["the input", "the kernel", "the sums", "filter 1"]
    assert "its kernel has 2×2×1 weights" in words_of(app)


def test_the_feature_map_shifts_with_the_image() -> None:
    """What Home says of the map, for a stroke that stays inside the image."""
    image, kernel = np.zeros((1, 28, 28, 1), np.float32), np.random.default_rng(1).normal(size=(3, 3, 1, 4))
    image[0, 5:12, 8, 0] = 1
    moved = np.roll(image, (6, 9), (1, 2))
    made, shifted = (np.asarray(conv2d(each, kernel.astype(np.float32))) for each in (image, moved))
    np.testing.assert_allclose(np.roll(made, (6, 9), (1, 2)), shifted, atol=1e-5)
    assert "where the image shifts, the map shifts with it" in words_of(opened())


def test_a_seven_in_the_corner_is_read_as_a_one_with_99_percent_and_correctly_after_the_steps() -> None:
    """What Draw says of the notebook's network."""
    network = pretrained("notebook")
    ink = drawn_like(brightness(mnist().test.images[0]), 0.5, -20, -20)
    wrong = answer(network.architecture, network.weights, received(ink, frozenset(STEPS)))
    right = answer(network.architecture, network.weights, received(ink))
    assert (wrong.best, right.best) == (1, 7)
    assert 0.985 < wrong.probabilities[1] < 0.995
    app = choose(opened("draw.py"), OnPad(ink), Preprocessing(crop=False, fit=False, centre=False))
    assert "reads a small 7 in the corner as a 1, and is 99 % sure" in words_of(app)
    assert said(app).startswith("It reads a 1")
    text = words_of(app)
    assert "**Switched off: Cropped, Fitted, Centred.** With all steps it reads **a 7**, and now a 1." in text
    assert "Without *Centred* the strokes are not where the dense layer has learned to expect them." in text
    put(app, "pad.label", 7)
    assert "Wrong: you meant a 7." in said(app)
    put(app, "draw.crop", True)
    put(app, "draw.fit", True)
    put(app, "draw.centre", True)
    assert said(app).startswith("It reads a 7")
    assert "That is right." in said(app)
    assert "Switched off" not in words_of(app)


def test_steps_that_change_nothing_are_named_without_blame() -> None:
    network = pretrained("notebook")
    found = answer(network.architecture, network.weights, digit(mnist().test, 0))
    assert left_out(frozenset({"fit"}), found, found) == (
        "**Switched off: Fitted.** The network reads a 7 all the same, as with all steps."
    )


def test_an_untrained_network_is_said_to_mean_nothing_and_a_trained_one_is_not() -> None:
    untrained = opened("inside.py", net="conv4k3-relu-max2-flatten-dense10")
    assert "they mean nothing yet" in words_of(untrained)
    assert "Train this one" in fixes(untrained, "untrained_")
    app = opened("inside.py")
    assert "they mean nothing yet" not in words_of(app)
    put(app, "subject.epoch", 0)
    assert "they mean nothing yet" in words_of(app)
    press(app, "Look at the trained weights")
    assert "they mean nothing yet" not in words_of(app)


@pytest.mark.parametrize(("stride", "as_many"), [(1, True), (2, False)])
def test_the_lesson_promises_as_many_windows_as_pixels_at_stride_1_only(stride: int, as_many: bool) -> None:
    assert (Window(3, stride, "same").output_size(8) == 8) is as_many
    told = " ".join(cell.text for cell in places._padding() if isinstance(cell, Words))
    assert "as many windows as pixels, if the window moves by one pixel at a time" in told

"""The lesson's drawing functions: what they draw says what they were given, in one piece of source of their own."""

import inspect
import tomllib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from cnnplay.export.lesson.texts import sources_of
from cnnplay.export.plots import digits, filters, layers, places, sheet, training
from cnnplay.export.plots.sheet import SIGNED
from cnnplay.figures.colours import BLUE, CATEGORICAL, ORANGE

MODULES = (digits, filters, layers, places, sheet, training)
FUNCTIONS = {
    name: function
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if name.startswith("draw_") and function.__module__ == module.__name__
}
GENERATOR = np.random.default_rng(0)
IMAGE = GENERATOR.random((28, 28, 1))
LINE = (8, 1, 0, [range(start, start + 3) for start in (-1, 2, 5)])
# function: (arguments, texts that must be read in the picture)
DRAWN = {
    "draw_network": (({"input": (28, 28, 1), "conv1": (27, 27, 600), "dense1": (10,)},), ["conv1", "27×27×600", "10"]),
    "draw_digits": ((GENERATOR.random((12, 28, 28, 1)), np.arange(12)), ["0", "11"]),
    "draw_pixels": ((IMAGE, 3, 20), ["rows 3 to 10, columns 20 to 27", f"{255 * IMAGE[3, 20, 0]:.0f}"]),
    "draw_window": ((np.full((3, 3), 0.5), np.full((3, 3), -1.0)), ["−4.500", "0.5", "−1"]),
    "draw_slide": ((IMAGE, np.ones((2, 3)), IMAGE[1:, 2:, 0], 0, 0), ["kernel 2×3", "map 27×26"]),
    "draw_answers": ((IMAGE, {"mine": np.ones((3, 3))}, {"mine": IMAGE[2:, 2:, 0]}), ["mine", "1"]),
    "draw_row": (({"before": IMAGE[..., 0], "after": np.zeros((2, 2))},), ["before", "after"]),
    "draw_channels": (
        ({"a": IMAGE[..., 0], "b": IMAGE[..., 0]}, np.ones((3, 3, 2)), -3.0, [IMAGE[2:, 2:, 0]] * 2),
        ["a", "b", "the sum", "ReLU(sum − 3)"],
    ),
    "draw_windows": (({"mine": LINE},), ["mine"]),
    "draw_shift": (({"map": (IMAGE[..., 0], IMAGE[..., 0], 0.25)},), ["map\n28×28\n\n25 % stayed"]),
    "draw_curves": (
        ({name: [1.0] for name in ("loss", "val_loss", "accuracy", "val_accuracy")},),
        ["loss", "accuracy"],
    ),
    "draw_filters": ((GENERATOR.normal(size=(5, 3, 20, 512)),), ["channel 6", "16"]),
    "draw_maps": ((GENERATOR.normal(size=(28, 28, 30)),), ["1", "10"]),
    "draw_layers": (
        (IMAGE, {"conv1": np.ones((1, 1, 512)), "flatten": np.ones(512), "dense1": np.arange(10.0)}),
        ["conv1\n1×1×512", "flatten\n512", "9"],
    ),
    "draw_confusion": ((np.arange(100).reshape(10, 10),), ["99", "read as"]),
    "draw_mistakes": ((np.zeros((1, 28, 28, 1)), [4], [9], [0.987]), ["is 4, read as 9", "98.7 % sure"]),
}


def drawn(name, *changed):
    figure = Figure()
    FUNCTIONS[name](figure, *(changed or DRAWN[name][0]))
    return figure


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in (*axes.texts, axes.title, axes._left_title)]


def test_every_drawing_function_is_in_the_table():
    assert set(DRAWN) == set(FUNCTIONS)


@pytest.mark.parametrize("name", DRAWN)
def test_what_was_given_can_be_read(name):
    shown = texts(drawn(name))
    assert not [text for text in DRAWN[name][1] if text not in shown]


@pytest.mark.parametrize("name", DRAWN)
def test_no_picture_is_empty_tiny_or_too_wide_for_a_page(name):
    figure, file = drawn(name), BytesIO()
    figure.savefig(file, format="png", dpi=50)
    pixels = np.asarray(Image.open(file).convert("L"))
    assert (pixels < 200).any()
    width, height = figure.get_size_inches()
    assert 1 < width <= 11 and 1 < height < 30


@pytest.mark.parametrize("name", [name for name in DRAWN if name != "draw_curves"])
def test_nothing_is_written_beyond_the_edge_or_over_another_text(name):
    figure = drawn(name)
    renderer = figure.canvas.get_renderer() if hasattr(figure.canvas, "get_renderer") else None
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for axes in figure.axes for t in axes.texts if t.get_text()]
    for text, box in boxes:
        assert box.x0 >= -1 and box.y0 >= -1, text
        assert box.x1 <= figure.bbox.width + 1 and box.y1 <= figure.bbox.height + 1, text
    for index, (text, box) in enumerate(boxes):
        over = [other for other, place in boxes[:index] if box.shrunk(0.9, 0.8).overlaps(place.shrunk(0.9, 0.8))]
        assert not over, f"{text!r} lies over {over}"


@pytest.mark.parametrize("name", DRAWN)
def test_the_source_of_each_runs_with_the_notebook_s_imports_alone(name):
    from cnnplay.export.lesson.beginning import DRAWING_IMPORTS

    source = sources_of(FUNCTIONS[name], set())
    assert "cnnplay" not in source and "from ." not in source
    names = {"np": np}
    exec(DRAWING_IMPORTS.replace("import matplotlib.pyplot as plt\n", ""), names)
    exec(source, names)
    figure = Figure()
    names[name](figure, *DRAWN[name][0])
    assert texts(figure) == texts(drawn(name))


def test_what_has_been_shown_is_not_shown_again():
    known = set()
    first = sources_of(digits.draw_digits, known)
    second = sources_of(training.draw_mistakes, known)
    assert "def tile" in first and "def tile" not in second
    assert sources_of(training.draw_mistakes, known) == ""


def test_zero_is_white_and_the_signs_are_blue_and_orange():
    assert SIGNED(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.01)
    assert [round(255 * c) for c in SIGNED(0.0)[:3]] == [int(BLUE[i : i + 2], 16) for i in (1, 3, 5)]
    assert [round(255 * c) for c in SIGNED(1.0)[:3]] == [int(ORANGE[i : i + 2], 16) for i in (1, 3, 5)]


def test_the_scale_of_maps_is_symmetric_about_zero():
    figure = drawn("draw_row", {"mine": np.array([[-1.0, 4.0]])})
    (image,) = figure.axes[0].images
    assert image.get_clim() == (-4, 4)


@pytest.mark.parametrize(
    ("starts", "crossed"),
    [([0, 2, 4], 1), ([0, 1, 2, 3, 4, 5], 0), ([0, 3], 2)],
    ids=["stride 2", "stride 1", "stride 3"],
)
def test_pixels_that_no_window_reads_are_crossed_out(starts, crossed):
    figure = drawn("draw_windows", {"line": (8, 0, 0, [range(start, start + 3) for start in starts])})
    assert texts(figure).count("✕") == crossed


def test_of_many_windows_the_first_and_the_last_are_drawn():
    figure = drawn("draw_windows", {"line": (28, 0, 0, [range(start, start + 2) for start in range(27)])})
    assert "… 18 more" in texts(figure)  # 8 at first, 1 at last


def test_numbers_have_no_negative_zero():
    assert "−0" not in texts(drawn("draw_window", np.zeros((3, 3)), -np.ones((3, 3))))


def test_the_numbers_of_a_window_add_up_as_they_are_written():
    patch = np.array([[254, 254, 254], [114, 72, 114], [0, 0, 0]]) / 255
    shown = texts(drawn("draw_window", patch, np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])))
    assert shown.count("0.996") == 6 and "2.988" in shown  # three of the brightness, three of the products


@pytest.mark.parametrize(("largest", "written"), [(0.04, "0.04"), (0.0123, "0.012"), (7.26, "7.3"), (40.04, "40")])
def test_the_scores_at_the_end_have_digits_enough_to_tell_them_apart(largest, written):
    shown = texts(drawn("draw_layers", IMAGE, {"dense1": largest * np.linspace(-1, 1, 10)}))
    assert written in shown and f"−{written}" in shown
    scores = shown[shown.index(f"−{written}") :][:10]
    assert len(set(scores)) == 10


@pytest.mark.parametrize(("taken", "lines"), [(None, 0), (0, 1), (1, 1), (2, 0)])
def test_the_curves_mark_weights_after_which_the_training_went_on(taken, lines):
    history = {name: [0.5, 0.9] for name in ("loss", "val_loss", "accuracy", "val_accuracy")}
    figure = drawn("draw_curves", history, taken)
    for axes in figure.axes:
        marks = [line for line in axes.lines if line.get_label() == "these weights"]
        assert [tuple(mark.get_xdata()) for mark in marks] == [(taken, taken)] * lines
        low, high = axes.get_xlim()
        assert low < (1 if taken is None else min(1, taken)) and high > 2


def test_what_is_compared_has_the_colours_of_the_pages():
    theme = tomllib.loads((Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    assert list(CATEGORICAL) == theme["light"]["chartCategoricalColors"]

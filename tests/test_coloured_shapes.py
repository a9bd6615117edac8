"""Coloured shapes are what their labels say, beside polygons that Pillow draws, and as hard as the tasks claim."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from cnnplay.data.coloured_shapes import (
    COLOURS,
    FORMS,
    NOISE,
    RADII,
    SHADE,
    SIDE,
    coloured_shapes,
    coverage,
)
from cnnplay.data.datasets import DATASETS, Dataset
from cnnplay.errors import DataError, ShapeError
from cnnplay.network.architecture import Architecture
from cnnplay.network.presets import PRESETS
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer

FINE = 16  # pixels of the independent drawing for one of ours, in each direction
CORNERS = {"square": 4, "triangle": 3, "star": 5}


def drawn_by_pillow(form: str, distance: float, middle: tuple[float, float], turn: float) -> np.ndarray:
    """How much of each pixel the form covers: a polygon with its corners, or an ellipse, drawn 16 times as large."""
    picture = Image.new("L", (SIDE * FINE, SIDE * FINE))
    down, right = middle
    if form == "circle":
        box = [FINE * (at + 0.5 + sign * distance) for sign in (-1, 1) for at in (right, down)]
        ImageDraw.Draw(picture).ellipse(box, fill=255)
    else:
        count = CORNERS[form]
        outer = distance / np.cos(np.pi * (2 if form == "star" else 1) / count)  # {5/2}: its edges span two fifths
        # The corners of a polygon lie between the normals of its sides, the tips of the star on those of its pentagon.
        angles = turn + (0 if form == "star" else np.pi / count) + 2 * np.pi * np.arange(count) / count
        corners = [(outer, angle) for angle in angles]
        if form == "star":
            inner = distance / np.cos(np.pi / 5)
            corners = [each for angle in angles for each in ((outer, angle), (inner, angle + np.pi / 5))]
        points = [
            (FINE * (right + 0.5 + r * np.cos(angle)), FINE * (down + 0.5 + r * np.sin(angle))) for r, angle in corners
        ]
        ImageDraw.Draw(picture).polygon(points, fill=255)
    return np.asarray(picture, np.float64).reshape(SIDE, FINE, SIDE, FINE).mean((1, 3)) / 255


@pytest.mark.parametrize("form", FORMS)
def test_a_form_covers_what_pillow_draws(form):
    generator = np.random.default_rng(1)
    count = 20
    distance = generator.uniform(*RADII, count) * np.sqrt(np.pi / FORMS[form].area)
    assert (distance * FORMS[form].reach).max() < (SIDE - 1) / 2
    middle, turn = np.full((count, 2), 15.5) + generator.uniform(-0.4, 0.4, (count, 2)), generator.uniform(0, 7, count)
    ours = coverage(np.full(count, [*FORMS].index(form), np.uint8), distance, middle, turn)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for mine, *given in zip(ours, distance, map(tuple, middle), turn, strict=True):
        theirs = drawn_by_pillow(form, *given)
        assert np.abs(mine - theirs).mean() < 0.006
        assert mine.sum() == pytest.approx(theirs.sum(), rel=0.04)
        assert mine.sum() == pytest.approx(FORMS[form].area * given[0] ** 2, rel=0.04)
        for places in (rows, columns):
            assert (mine * places).sum() / mine.sum() == pytest.approx((theirs * places).sum() / theirs.sum(), abs=0.1)


@pytest.fixture(scope="module")
def shapes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return coloured_shapes(4000, 3)


def covered(images: np.ndarray) -> np.ndarray:
    """Where an image differs from its ground: by more than noise and shade do, in some channel."""
    border = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    ground = np.median(border, axis=1)[:, None, None]
    return np.abs(images - ground).max(-1) > NOISE + 12


def test_every_shape_has_the_colour_of_its_label_and_lies_within_its_image(shapes):
    images, _, colours = shapes
    where = covered(images)
    means = np.array([image[place].mean(0) for image, place in zip(images.astype(float), where, strict=True)])
    distances = np.abs(means[:, None] - np.array([*COLOURS.values()])).max(-1)
    assert (distances.argmin(1) == colours).mean() > 0.995
    assert (distances.min(1) < SHADE + 20).mean() > 0.99
    ring = np.ones((SIDE, SIDE), bool)
    ring[1:-1, 1:-1] = False
    assert where[:, ring].mean() < 0.002


def test_neither_size_nor_place_nor_colour_tells_the_form(shapes):
    images, forms, colours = shapes
    sizes = covered(images).sum((1, 2))
    middles = [sizes[forms == form].mean() for form in range(len(FORMS))]
    assert max(middles) < 1.1 * min(middles)
    together = np.array([[(forms == form) & (colours == colour) for colour in range(4)] for form in range(4)]).mean(-1)
    assert together == pytest.approx(np.full((4, 4), 1 / 16), abs=0.015)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    where = covered(images)
    for places in (rows, columns):
        middles = (where * places).sum((1, 2)) / sizes
        spreads = [middles[forms == form].std() for form in range(len(FORMS))]
        assert max(spreads) < 1.15 * min(spreads)
        assert [middles[forms == form].mean() for form in range(4)] == pytest.approx([(SIDE - 1) / 2] * 4, abs=0.5)


def test_the_same_seed_draws_the_same_images_however_many_follow(shapes):
    for ours, again in zip(shapes, coloured_shapes(777, 3), strict=True):
        np.testing.assert_array_equal(ours[:777], again)
    assert not np.array_equal(shapes[0][:777], coloured_shapes(777, 4)[0])


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_is_what_its_row_says(name):
    row, data = DATASETS[name], DATASETS[name].load()
    assert data is row.load()
    assert data.input_shape == row.input_shape
    assert list(data.classes) == list(row.classes)
    for split in (data.train, data.test):
        assert split.images.dtype == split.labels.dtype == np.uint8
        assert not split.images.flags.writeable
        assert not split.labels.flags.writeable
        assert sorted(np.unique(split.labels)) == list(range(len(row.classes)))


def test_the_shapes_are_20000_and_4000_and_their_images_are_the_same_for_all_tasks():
    forms, colours, both = (DATASETS[name].load() for name in ("forms", "colours", "coloured-forms"))
    assert (len(forms.train), len(forms.test)) == (20_000, 4_000)
    assert np.shares_memory(forms.train.images, colours.train.images)
    assert np.shares_memory(forms.test.images, both.test.images)
    for at in range(100):
        words = both.classes[both.train.labels[at]]
        assert words == f"{colours.classes[colours.train.labels[at]]} {forms.classes[forms.train.labels[at]]}"


def accuracy(data: Dataset, net: str, config: TrainConfig) -> float:
    architecture = Architecture.parse(net, data.input_shape, len(data.classes))
    trainer = Trainer(architecture, config, data)
    while trainer.step < trainer.total_steps:
        trainer.advance(trainer.total_steps)
    return trainer.history.epochs[-1].test.accuracy


def test_a_linear_model_tells_few_forms_and_a_convolution_most():
    data = DATASETS["forms"].load()
    config = TrainConfig(**PRESETS["shapes"].settings)
    linear = accuracy(data, "flatten-dense4", config)  # 33 %; 25 % would be guessing
    network = "conv12k5s2-relu-max2-conv24k3-relu-flatten-dense4"
    convolution = accuracy(data, network, config)  # 95 % and more with seeds 0, 1 and 3
    assert linear < 0.45
    assert convolution > 0.9


def test_a_linear_model_tells_colours():
    assert accuracy(DATASETS["colours"].load(), "flatten-dense4", TrainConfig(epochs=1)) > 0.98


def test_a_network_for_other_images_or_classes_is_refused_with_the_numbers():
    data = DATASETS["forms"].load()
    with pytest.raises(
        DataError, match=r"28 × 28 × 1 and 4 classes; those of this dataset are 32 × 32 × 3, of 4 classes"
    ):
        Trainer(Architecture.parse("flatten-dense4", classes=4), TrainConfig(), data)
    with pytest.raises(DataError, match=r"of 32 × 32 × 3 and 10 classes"):
        Trainer(Architecture.parse("flatten-dense10", data.input_shape), TrainConfig(), data)
    with pytest.raises(ShapeError, match="To tell 4 classes apart the network must end in dense4"):
        Trainer(Architecture.parse("flatten-dense10", data.input_shape, 4), TrainConfig(), data)

"""A visitor's own data: what is held out, what is trained on, and what is said of it."""

import threading
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnplay.data.augmentation import Augmentation
from cnnplay.data.datasets import ALIGNMENT, OWN, mnist
from cnnplay.data.given import MOST_CLASSES, MOST_IMAGE_BYTES, Given
from cnnplay.data.own import OwnData, own_data
from cnnplay.errors import DataError
from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer

OFF = Augmentation(on=False)


def pictures(count: int, colour: bool = False, seed: int = 0) -> np.ndarray:
    shape = (32, 32, 3) if colour else (28, 28, 1)
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), np.uint8)


def made(*counts: int, colour: bool = False) -> OwnData:
    """Classes "a", "b" and so on with so many pictures, one after the other."""
    own = OwnData(colour=colour)
    for label, count in enumerate(counts):
        own = own.with_class("abcdefghij"[label]).added(label, pictures(count, colour, seed=label))
    return own


def rows(images: np.ndarray) -> list[bytes]:
    return [image.tobytes() for image in images]


def test_every_fourth_picture_of_a_class_is_held_out_however_they_come():
    together = made(9, 12)
    assert together.held_out.tolist() == [False, False, False, True] * 2 + [False] + [False, False, False, True] * 3
    one_by_one = OwnData().with_class("a").with_class("b")
    for place in range(12):
        for label, count in enumerate((9, 12)):
            if place < count:
                one_by_one = one_by_one.added(label, pictures(count, seed=label)[place : place + 1])
    assert one_by_one.counts == together.counts == ((7, 2), (9, 3))
    for label in (0, 1):
        for own in (together, one_by_one):
            held = own.held_out[own.labels == label]
            assert np.flatnonzero(held).tolist() == list(range(3, len(held), 4))


STEPS = st.sampled_from(["add", "delete", "rename", "class", "without"])
step = st.tuples(STEPS, st.integers(0, 30), st.integers(0, 6))


@settings(max_examples=40, deadline=None)
@given(st.lists(step, max_size=25))
def test_a_picture_keeps_its_number_its_side_and_its_class_whatever_follows(steps):
    own, known, used = made(4, 4), {}, 8
    for number, label, side in zip(own.numbers, own.labels, own.held_out, strict=True):
        known[int(number)] = (own.classes[label], bool(side))
    for place, (what, which, count) in enumerate(steps):
        classes = len(own.classes)
        if what == "add" and classes:
            label = which % classes
            own = own.added(label, pictures(count, seed=which))
            for number in range(used, used + count):
                known[number] = (own.classes[label], bool(own.held_out[own.numbers == number][0]))
            used += count
        elif what == "delete":
            own = own.without(which)
            known.pop(which, None)
        elif what == "rename" and classes:
            old, new = own.classes[which % classes], f"name {place}"
            own = own.renamed(which % classes, new)
            known = {number: (new if name == old else name, side) for number, (name, side) in known.items()}
        elif what == "class" and classes < MOST_CLASSES:
            own = own.with_class(f"class {place}")
        elif what == "without" and classes:
            gone = own.classes[which % classes]
            own = own.without_class(which % classes)
            known = {number: entry for number, entry in known.items() if entry[0] != gone}
        now = zip(own.numbers.tolist(), own.labels, own.held_out.tolist(), strict=True)
        assert {number: (own.classes[label], side) for number, label, side in now} == known
        assert own.numbers.tolist() == sorted(known)
        assert own.next_number == used


def test_after_held_out_pictures_are_deleted_a_later_one_takes_their_place():
    own = made(8)
    for number in own.numbers[own.held_out]:
        own = own.without(number)
    assert own.counts == ((6, 0),)
    assert own.added(0, pictures(5)).held_out.tolist() == [False] * 6 + [True, False, False, False, True]


def test_values_and_their_arrays_never_change():
    images = pictures(4)
    own = OwnData().with_class("a").added(0, images)
    images[:] = 0
    assert own.images.any()
    for array in (own.images, own.labels, own.held_out, own.numbers):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1
    with pytest.raises(FrozenInstanceError):
        own.title = "other"
    assert len(own.added(0, pictures(3)).labels) == 7 and len(own.labels) == 4
    mine = pictures(2)
    labels, sides = np.zeros(2, np.uint8), np.zeros(2, bool)
    kept = OwnData(classes=("a",), images=mine, labels=labels, held_out=sides, numbers=np.arange(2))
    before = kept.images.copy()
    mine[:] = 7
    np.testing.assert_array_equal(kept.images, before)


def test_training_images_are_the_originals_and_variants_of_them_alone():
    own = made(40, 40)
    data = own.dataset()
    assert (len(data.train), len(data.test)) == own.sizes == (2000, 20)
    assert data.classes == ("a", "b") and data.input_shape == (28, 28, 1)
    np.testing.assert_array_equal(data.test.images, own.images[own.held_out])
    np.testing.assert_array_equal(data.test.labels, own.labels[own.held_out])
    originals = set(rows(own.images[~own.held_out]))
    assert originals <= set(rows(data.train.images))
    assert not set(rows(data.test.images)) & set(rows(data.train.images))


def test_no_variant_comes_from_a_held_out_picture():
    """Held-out pictures are white, the others black: any light in a training image would come from one of them."""
    own = made(8, 8).with_augmentation(Augmentation(noise=0))
    images = np.where(own.held_out[:, None, None, None], np.uint8(255), np.uint8(0)) + 0 * own.images
    data = replace(own, images=images).dataset()
    assert not data.train.images.any() and (data.test.images == 255).all()


def test_a_variant_has_the_label_of_its_picture():
    """Pictures of class b are light, and those of a dark, whatever is done to them."""
    own = made(5, 9)
    images = np.where(own.labels[:, None, None, None] == 1, np.uint8(255), np.uint8(0)) + 0 * own.images
    train = replace(own, images=images).dataset().train
    np.testing.assert_array_equal(train.images[:, 14, 14, 0] > 128, train.labels == 1)


def test_the_order_mixes_classes_and_is_the_same_each_time():
    first, second = made(40, 40, 40).dataset(), made(40, 40, 40).dataset()
    np.testing.assert_array_equal(first.train.images, second.train.images)
    np.testing.assert_array_equal(first.train.labels, second.train.labels)
    for start in range(0, 2000, 250):
        shares = np.bincount(first.train.labels[start : start + 250], minlength=3) / 250
        assert shares.min() > 1 / 3 - 0.12  # four standard deviations: √(⅓ · ⅔ / 250) = 0.03
    assert (np.diff(made(40, 40).with_augmentation(OFF).dataset().train.labels.astype(int)) != 0).sum() > 15


@pytest.mark.parametrize(
    "augmentation", [OFF, Augmentation(shift=0, turn=0, stroke=0.0, noise=0), Augmentation(count=500)]
)
def test_without_variants_the_originals_are_what_is_trained_on(augmentation):
    own = made(400, 400).with_augmentation(augmentation)
    data = own.dataset()
    assert len(data.train) == own.sizes[0] == 600
    assert sorted(rows(data.train.images)) == sorted(rows(own.images[~own.held_out]))


def test_the_dataset_is_built_once_and_in_the_layout_that_jax_takes_in_place():
    own = made(8, 8)
    found = []
    threads = [threading.Thread(target=lambda: found.append(own.source().load())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {id(data) for data in found} == {id(own.dataset())}
    for split in (own.dataset().train, own.dataset().test):
        for array in (split.images, split.labels):
            assert array.ctypes.data % ALIGNMENT == 0 and not array.flags.writeable and array.dtype == np.uint8


@pytest.mark.parametrize("colour", [False, True])
def test_its_row_says_what_the_dataset_is(colour):
    own = made(10, 8, colour=colour).titled("Hearts  and stars")
    row = own.source()
    assert (row.name, row.title, row.noun) == (OWN, "Hearts and stars", "picture")
    assert row.phrase(1) == "“b”" and row.classes == ("a", "b")
    data = row.load()
    assert row.input_shape == data.input_shape == ((32, 32, 3) if colour else (28, 28, 1))
    assert row.images == (len(data.train), len(data.test))
    made_of = (own.images, own.labels, own.held_out, own.numbers)
    arrays = (*made_of, *(array for split in (data.train, data.test) for array in (split.images, split.labels)))
    assert own.nbytes == sum(array.nbytes for array in arrays)


def test_a_network_learns_two_classes_from_forty_drawings():
    digits = mnist().train
    own = OwnData().with_class("zero").with_class("one")
    for label in (0, 1):
        own = own.added(label, digits.images[digits.labels == label][:20])
    data = own.dataset()
    network = Architecture.parse("conv6k5s2-relu-max2-flatten-dense2", data.input_shape, 2)
    trainer = Trainer(network, TrainConfig(epochs=2), data)
    trainer.advance(trainer.total_steps)
    evaluation = trainer.evaluate()
    assert evaluation.accuracy == 1 and evaluation.confusion.tolist() == [[5, 0], [0, 5]]


def test_colours_become_grey_and_grey_becomes_coloured():
    flat = np.zeros((4, 28, 28, 1), np.uint8) + np.uint8([0, 50, 100, 255])[:, None, None, None]
    grey = OwnData().with_class("a").added(0, flat)
    coloured = grey.in_colour(True)
    np.testing.assert_array_equal(coloured.images, np.broadcast_to(flat[:, :1, :1], (4, 32, 32, 3)))
    np.testing.assert_array_equal(coloured.in_colour(False).images, flat)
    assert coloured.colour and coloured.numbers is grey.numbers and coloured.in_colour(True) is coloured
    red = OwnData(colour=True).with_class("a").added(0, np.zeros((1, 32, 32, 3), np.uint8) + np.uint8([255, 0, 0]))
    assert (red.in_colour(False).images == 76).all()  # 0.299 · 255


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_is_missing_is_said_with_the_numbers(count):
    with pytest.raises(DataError, match=r"no class yet.*at least 2"):
        OwnData().dataset()
    with pytest.raises(DataError, match="only one class"):
        made(5).source().load()
    own = made(4, count)
    assert len(own.problems) == 1
    with pytest.raises(DataError, match=rf"“b” has {count} picture.*at least 4.*add {4 - count} more"):
        own.check()
    assert own.added(1, pictures(4 - count)).problems == ()
    assert len(made(count, count, 4).problems) == 2


def test_a_class_that_is_all_on_one_side_is_a_problem():
    own = made(8, 8)
    for number in own.numbers[own.held_out & (own.labels == 1)]:
        own = own.without(number)
    assert "None of the 6 pictures of “b” is held out" in own.problems[0]
    assert own.added(1, pictures(4)).problems == ()
    only = given_pictures(("a", "b"), [0] * 4 + [1] * 4, [False, False, False, True] + [True] * 4)
    assert "All 4 pictures of “b” are held out" in own_data(only).problems[0]
    assert own_data(only).added(1, pictures(1)).problems == ()


def given_pictures(classes, labels, held_out=None, colour=False, **more) -> Given:
    sides = None if held_out is None else np.array(held_out)
    return Given(tuple(classes), pictures(len(labels), colour), np.array(labels, np.uint8), sides, **more)


def test_uneven_classes_are_named():
    assert made(8, 4).uneven == made(4, 4).uneven == made(40).uneven == OwnData().uneven == ""
    assert "“b” has 9 pictures and “a” has 4" in made(4, 9, 5).uneven


def test_few_held_out_pictures_are_said_with_what_one_mistake_costs():
    assert made(40, 40).few == OwnData().few == made(3, 3).few == ""
    assert "Only 19 pictures are held out, 9 of “b”" in made(40, 36).few and " 5.3 percentage" in made(40, 36).few
    assert "Only 2 pictures are held out" in made(4, 4).few and " 50.0 percentage points" in made(4, 4).few


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "at least one letter"),
        ("   ", "at least one letter"),
        ("x" * 31, "31 letters"),
        ("a", "Two classes are called “a”"),
        (" a ", "Two classes are called “a”"),
        ("b\u202ec", "cannot be shown"),
        ("b\x00", "cannot be shown"),
        ("\ud800", "cannot be shown"),
    ],
)
def test_a_name_that_is_none_is_refused(name, message):
    own = made(4, 4)
    with pytest.raises(DataError, match=message):
        own.with_class(name)
    with pytest.raises(DataError, match=message):
        own.renamed(1, name)


def test_names_are_kept_as_they_are_typed():
    own = made(4).with_class("  <b>**bold**</b>  &amp; ").renamed(0, "日本 ♥")
    assert own.classes == ("日本 ♥", "<b>**bold**</b> &amp;")
    assert own.renamed(0, "日本 ♥").classes == own.classes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda own: own.added(2, pictures(1)), "no class 2"),
        (lambda own: own.added(-1, pictures(1)), "no class -1"),
        (lambda own: own.renamed(5, "x"), "no class 5"),
        (lambda own: own.without_class(2), "no class 2"),
        (lambda own: own.added(0, pictures(1, colour=True)), "are"),
        (lambda own: own.added(0, pictures(2)[..., 0]), "Pictures are arrays of bytes"),
        (lambda own: own.added(0, pictures(2) / 255), "float64"),
        (lambda own: own.titled(" "), "between 1 and 60"),
        (lambda own: own.titled("x" * 61), "61"),
        (lambda own: replace(own, colour=True), "are"),
        (lambda own: replace(own, labels=own.labels[1:]), "8 pictures and 7 labels"),
        (lambda own: replace(own, labels=own.labels + np.uint8(1)), "label 2"),
        (lambda own: replace(own, held_out=own.held_out[1:]), "8 pictures"),
    ],
)
def test_what_does_not_belong_together_is_refused(change, message):
    with pytest.raises(DataError, match=message):
        change(made(4, 4))


def test_there_is_room_for_ten_classes_and_64_mb():
    own = made(*[1] * 10)
    with pytest.raises(DataError, match="11 classes are too many: at most 10"):
        own.with_class("eleven")
    with pytest.raises(DataError, match="11 classes"):
        own.taking(given_pictures(["other"], [0]))
    most = MOST_IMAGE_BYTES // 784
    black = np.broadcast_to(np.zeros((28, 28, 1), np.uint8), (most, 28, 28, 1))
    full = OwnData(augmentation=OFF).with_class("a").added(0, black)
    assert full.counts[0].both == most
    with pytest.raises(DataError, match=f"{most + 1:,} pictures.*64 MB"):
        full.added(0, pictures(1))
    with pytest.raises(DataError, match="variants"):
        # One picture to train on, and all others held out: its variants no longer fit beside them.
        sides = np.ones(most, bool)
        sides[0] = False
        replace(full, held_out=sides).with_augmentation(Augmentation())


def test_a_file_can_be_taken_in_beside_what_is_there():
    own = made(4, 4)
    more = given_pictures(("b", "new"), [0, 1, 0, 1, 1, 1], held_out=None)
    both = own.taking(more)
    assert both.classes == ("a", "b", "new") and [count.both for count in both.counts] == [4, 6, 4]
    assert both.labels.tolist()[8:] == [1, 2, 1, 2, 2, 2]
    assert both.held_out.tolist()[8:] == [False] * 5 + [True]
    assert both.numbers.tolist() == list(range(14)) and both.title == own.title
    sides = [True, False, True, False, False, True]
    assert own.taking(given_pictures(("b", "new"), [0, 1, 0, 1, 1, 1], sides)).held_out.tolist()[8:] == sides
    assert own.taking(given_pictures(["c"], [0, 0], colour=True)).images.shape == (10, 28, 28, 1)


def test_a_file_can_take_the_place_of_what_is_there_and_no_number_returns():
    own = made(4, 4).with_augmentation(Augmentation(turn=3))
    opened = own.replaced(given_pictures(("x", "y"), [0, 1] * 4, colour=True, title="Opened"))
    assert (opened.title, opened.classes, opened.colour) == ("Opened", ("x", "y"), True)
    assert opened.numbers.tolist() == list(range(8, 16)) and opened.augmentation.turn == 3
    other = own.replaced(given_pictures(("x", "y"), [0, 1], augmentation=Augmentation(turn=7)))
    assert other.augmentation.turn == 7
    assert own_data(given_pictures(("x", "y"), [0, 1])).numbers.tolist() == [0, 1]

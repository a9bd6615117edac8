"""The state of every lab: what its fields hold, and links that open exactly the state they were written from."""

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnplay.data.datasets import DATASETS
from cnnplay.inputs.handwriting import STEPS, preparation_for
from cnnplay.labs.kernels import KERNELS, array_of, numbers_of, random_kernel
from cnnplay.state import labs
from cnnplay.state.fields import State, StateError, kind_of
from cnnplay.state.kinds import OneOf, Pair, Real, Switch, Text, Weights, Whole
from cnnplay.state.labs import (
    LABS,
    NAMED,
    Digit,
    FilterOnImage,
    Following,
    PoolingByNumbers,
    PoolingOnMaps,
    Preprocessing,
    Rows,
    Windows,
    from_parameters,
    to_parameters,
)
from tests.hostile import LINK_TEXTS, TEXTS, assert_a_sentence

WHOLE = st.integers(-(10**6), 10**6)
LINKED = [(lab, entry.name) for lab in LABS for entry in fields(lab) if entry.metadata["linked"]]
KEYS = [lab.key(name) for lab, name in LINKED]
PAGES = sorted({page for lab in LABS for page in lab.pages})


def values_of(kind):
    """Values that a field of a kind can hold."""
    match kind:
        case Whole():
            return st.integers(0, (kind.high - kind.low) // kind.step).map(lambda step: kind.low + step * kind.step)
        case Real():
            return st.floats(kind.low, kind.high)
        case OneOf():
            return st.sampled_from(kind.options)
        case Switch():
            return st.booleans()
        case Text():
            some = st.sampled_from(["conv2", "max1", "dot", "a seven", "training", "class"])
            any_text = st.from_regex(kind.pattern, fullmatch=True, alphabet=st.characters(codec="utf-8"))
            return (some | any_text).filter(kind.holds)
        case Pair():
            return st.tuples(st.integers(kind.low, kind.high), st.integers(kind.low, kind.high))
        case Weights():
            shapes = st.tuples(st.integers(1, kind.most_size), st.integers(1, kind.most_channels))
            random = st.tuples(shapes, st.integers(0, 2**32 - 1)).map(lambda drawn: _kernel(*drawn, kind.largest))
            return st.sampled_from(list(kind.named.values())) | random


def _kernel(shape, seed, largest):
    size, channels = shape
    weights = np.random.default_rng(seed).uniform(-largest, largest, (size, size, channels))
    return numbers_of(weights.astype(np.float32))


def states(lab):
    """Every state that a link can write of a lab."""
    linked = [entry for entry in fields(lab) if entry.metadata["linked"]]
    return st.builds(lab, **{entry.name: values_of(entry.metadata["kind"]) for entry in linked})


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_a_link_opens_the_state_it_was_written_from(lab, data):
    state = data.draw(states(lab))
    parameters = to_parameters({lab: state}, lab.pages[0])
    assert all(isinstance(text, str) for text in parameters.values())
    opened, problems = from_parameters(parameters)
    assert (opened[lab], problems) == (without_block(state), [])


def without_block(state):
    """A state with the defaults in place of what block 1 sets."""
    own = {entry.name: entry.default for entry in fields(state) if state.key(entry.name) in from_block(state)}
    return replace(state, **own)


def from_block(state):
    return state.from_block if isinstance(state, Following) else ()


@pytest.mark.parametrize("lab", [lab for lab in LABS if issubclass(lab, Following)], ids=lambda lab: lab.name)
def test_a_lab_follows_block_1_unless_a_link_names_what_it_would_set(lab):
    owners = {owner.name: owner for owner in LABS}
    assert lab().follow
    assert lab.followed
    for key in lab.followed:
        owner, name = key.split(".")
        default = getattr(owners[owner](), name)
        text = kind_of(owners[owner], name).write(default)
        older, _ = from_parameters({key: text})
        assert not older[lab].follow, key
        for said, follows in (("on", True), ("off", False)):
            opened, _ = from_parameters({key: text, lab.key("follow"): said})
            assert opened[lab].follow == follows
    assert from_parameters({})[0][lab].follow


def test_what_block_1_sets_is_left_out_of_links():
    following = FilterOnImage(stride=3, kernel=NAMED["sobel-x"], filter=2)
    assert to_parameters({FilterOnImage: following}, "convolution") == {"slide.filter": "2"}
    with_own_kernel = {"slide.kernel": "sobel-x", "slide.own": "on", "slide.follow": "on"}
    assert to_parameters({FilterOnImage: replace(following, own=True, filter=1)}, "convolution") == with_own_kernel
    states = {Windows: Windows(), Rows: Rows(28, 5)}
    assert to_parameters(states, "stride_padding") == {}
    free = {"windows.follow": "off", "rows.size": "28", "rows.kernel": "5"}
    assert to_parameters({**states, Windows: Windows(follow=False)}, "stride_padding") == free


def test_a_followed_field_that_is_changed_ends_the_following_and_no_other_does():
    assert not FilterOnImage().changed("stride", 2).follow
    assert not PoolingByNumbers().changed("kind", "mean").follow
    assert FilterOnImage().changed("filter", 3).follow
    assert PoolingOnMaps().changed("map", 3).follow


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
def test_a_state_with_its_defaults_is_left_out_of_the_link(lab):
    assert to_parameters({lab: lab()}, lab.pages[0]) == {}


def test_a_link_holds_the_labs_of_its_page_alone():
    states = {lab: lab() for lab in LABS} | {FilterOnImage: FilterOnImage(stride=2, follow=False)}
    assert to_parameters(states, "convolution") == {"slide.follow": "off", "slide.stride": "2"}
    assert to_parameters(states, "pooling") == {}


def test_every_lab_is_listed_under_a_name_of_its_own():
    written = {
        value
        for value in vars(labs).values()
        if isinstance(value, type) and issubclass(value, State) and "name" in vars(value) and is_dataclass(value)
    }
    assert written == set(LABS)
    assert len({lab.name for lab in LABS}) == len(LABS)
    assert all(lab.pages for lab in LABS)


ANYTHING = st.one_of(
    LINK_TEXTS,
    st.lists(WHOLE, max_size=9).map(lambda numbers: ",".join(map(str, numbers))),
    st.lists(st.floats(width=32), min_size=4, max_size=4).map(lambda weights: "{},{};{},{}".format(*weights)),
)


def assert_opens(parameters):
    """Whatever a link holds, the labs open; each field that it cannot mean is the default, and is named in a sentence.

    What was opened can be linked to, a link a page, and these links open the same.
    """
    opened, problems = from_parameters(parameters)
    for problem in problems:
        assert_a_sentence(problem)
    for lab, name in LINKED:
        named = [problem for problem in problems if problem.startswith(f"The link's {lab.key(name)} could not be used")]
        assert len(named) <= (lab.key(name) in parameters)
        if named or lab.key(name) not in parameters:
            freed = name == "follow" and not named and not lab.followed.isdisjoint(parameters)
            assert getattr(opened[lab], name) == (False if freed else getattr(lab(), name))
        problems = [problem for problem in problems if problem not in named]
    assert not problems
    written = {key: text for page in PAGES for key, text in to_parameters(opened, page).items()}
    by_block = {key for state in opened.values() for key in from_block(state)}
    linked = {
        lab: replace(state, **{f.name: f.default for f in fields(state) if state.key(f.name) in by_block})
        for lab, state in opened.items()
    }
    assert from_parameters(written) == (linked, [])


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:20]))
def test_a_hostile_link_opens_every_lab(text):
    assert_opens(dict.fromkeys(KEYS, text))


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_whatever_a_link_says_of_a_lab_it_opens(lab, data):
    keys = st.sampled_from([key for key in KEYS if key.startswith(f"{lab.name}.")])
    parameters = data.draw(st.dictionaries(keys, ANYTHING, max_size=4))
    assert_opens(parameters | {f"{lab.name}.unknown": "1", "unknown.stride": "1"})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"stride": 6}, "slide.stride is a whole number from 1 to 5, not '6'."),
        ({"stride": True}, "slide.stride is"),
        ({"stride": None}, "slide.stride is"),
        ({"padding": "reflect"}, "slide.padding is one of valid, same, full"),
        ({"follow": 1}, "slide.follow is on or off, not '1'."),
        ({"cell": (1,)}, "slide.cell is two whole numbers"),
        ({"cell": [1, 2]}, "slide.cell is two whole numbers"),
        ({"kernel": ((),)}, "slide.kernel is the name of a kernel"),
        ({"kernel": (((1.0, 2.0),),)}, "slide.kernel is"),
        ({"kernel": (((float("nan"),),),)}, "slide.kernel is"),
        ({"image": "../etc"}, "slide.image is a text of at most 30 characters, as in drawing-1, not '../etc'."),
    ],
)
def test_a_value_that_a_field_cannot_hold_is_refused_with_the_bounds(values, message):
    with pytest.raises(StateError) as error:
        FilterOnImage(**values)
    assert str(error.value).startswith(message)


def test_named_kernels_are_written_by_their_name_and_others_by_their_numbers():
    for name in KERNELS:
        if NAMED[name] != FilterOnImage().kernel:
            assert FilterOnImage(kernel=NAMED[name]).to_parameters() == {"slide.kernel": name}
    own = FilterOnImage(kernel=(((0.5, 0.0), (-1.0, 2.0)),))
    assert own.to_parameters() == {"slide.kernel": "0.5,0;-1,2"}


def test_the_numbers_of_a_kernel_give_the_same_kernel_back():
    kernel = np.stack([random_kernel(5, seed) for seed in range(3)], -1)
    assert np.array_equal(array_of(numbers_of(kernel)), kernel)
    assert np.array_equal(array_of(numbers_of(kernel[..., 0]))[..., 0], kernel[..., 0])


def test_each_step_of_the_preprocessing_has_its_switch():
    assert [entry.name for entry in fields(Preprocessing)] == ["fill", *STEPS, "pen"]
    for data in DATASETS.values():
        assert set(preparation_for(data).steps) <= {entry.name for entry in fields(Preprocessing)}
    assert Preprocessing(fit=False).skipped == {"fit"}


@pytest.mark.parametrize(
    "state",
    [
        Digit("drawing 1", 3),
        Digit(" Drawing 12 "),
        FilterOnImage(image="upload", filter=2),
        FilterOnImage(image="drawing-3", filter=2),
    ],
)
def test_pictures_of_ones_own_are_left_out_of_links(state):
    """They are not there for anyone who opens the link."""
    assert to_parameters({type(state): state}, "convolution") == (
        {"slide.filter": "2"} if isinstance(state, FilterOnImage) else {}
    )


def test_another_request_is_looked_up_from_the_image_before():
    state = Digit("a seven", 17).changed("request", "another seven")
    assert state == Digit("another seven", None, 17)
    assert state.changed("request", "a one") == Digit("a one", None, 17)


def test_a_kernel_is_written_with_as_few_digits_as_give_it_back():
    kernel = ((tuple(float(np.float32(w)) for w in (-0.09, 0.1)), (1 / 3, 1000.0)),)
    kernel = tuple(tuple(tuple(float(np.float32(w)) for w in row) for row in channel) for channel in kernel)
    assert FilterOnImage(kernel=kernel).to_parameters() == {"slide.kernel": "-0.09,0.1;0.33333334,1000"}

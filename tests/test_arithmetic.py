"""Positions and numbers of windows, against an exhaustive search."""

from itertools import product

import pytest

from cnnplay.errors import ShapeError
from cnnplay.ops.arithmetic import ReceptiveField, Window, pair, windows
from tests.oracles import brute_windows, tensorflow_same

SIZES = (1, 2, 3, 5, 6, 7, 8, 13, 28)
KERNELS = (1, 2, 3, 4, 5, 7)
STRIDES = (1, 2, 3, 5)
DILATIONS = (1, 2, 3)


def expected_pads(window, size):
    """(before, after) from the definitions alone."""
    span = window.dilation * (window.kernel - 1) + 1
    if window.padding == "valid":
        return 0, 0
    if window.padding == "full":
        return span - 1, span - 1
    if window.padding == "same":
        return tensorflow_same(size, span, window.stride)[:2]
    return window.padding if isinstance(window.padding, tuple) else (window.padding, window.padding)


@pytest.mark.parametrize("padding", ["valid", "same", "full", 0, 1, 2, 4, (0, 1), (1, 0), (3, 1), (0, 6)], ids=str)
@pytest.mark.parametrize("dilation", DILATIONS)
def test_sizes_and_positions_equal_an_exhaustive_search(padding, dilation):
    for size, kernel, stride in product(SIZES, KERNELS, STRIDES):
        window = Window(kernel, stride, padding, dilation)
        before, after = expected_pads(window, size)
        places = brute_windows(size, before, after, kernel, stride, dilation)
        assert window.pads(size) == (before, after), (size, window)
        if not places:
            with pytest.raises(ShapeError):
                window.output_size(size)
            continue
        assert window.output_size(size) == len(places), (size, window)
        assert list(window.positions(size)) == places, (size, window)
        read = {start + tap * dilation for start in places for tap in range(kernel)}
        assert window.read(size) == [pixel in read for pixel in range(size)], (size, window)
        assert list(window.pixels(size)[-1]) == [places[-1] + tap * dilation for tap in range(kernel)]


@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("dilation", DILATIONS)
def test_same_padding_gives_size_over_stride_rounded_up_with_the_odd_pixel_at_the_end(stride, dilation):
    for size, kernel in product(SIZES, KERNELS):
        window = Window(kernel, stride, "same", dilation)
        before, after, out = tensorflow_same(size, dilation * (kernel - 1) + 1, stride)
        assert (*window.pads(size), window.output_size(size)) == (before, after, out), (size, window)
        assert after - before in (0, 1)


def test_same_padding_of_an_even_kernel_adds_the_odd_pixel_at_the_end():
    assert Window(2, padding="same").pads(28) == (0, 1)
    assert Window(4, padding="same").pads(28) == (1, 2)
    assert Window(3, 2, "same").pads(28) == (0, 1)


@pytest.mark.parametrize("kernel", [1, 3, 5, 7, 9, 11])
def test_half_padding_keeps_the_size_for_odd_kernels(kernel):
    for size in SIZES:
        assert Window(kernel, padding=kernel // 2).output_size(size) == size
        assert Window(kernel, padding="same").output_size(size) == size
        assert Window(kernel, padding=kernel // 2).pads(size) == Window(kernel, padding="same").pads(size)


@pytest.mark.parametrize("kernel", KERNELS)
def test_full_padding_lengthens_a_line_by_the_kernel_minus_one(kernel):
    for size in SIZES:
        assert Window(kernel, padding="full").output_size(size) == size + kernel - 1


@pytest.mark.parametrize(
    ("window", "size", "out"),
    [
        (Window(2), 28, 27),
        (Window(3, 2, 1), 28, 14),
        (Window(3, 2, "same"), 28, 14),
        (Window(2, 2), 27, 13),
        (Window(5, padding=2), 28, 28),
        (Window(28), 28, 1),
        (Window(3, dilation=2), 28, 24),
        (Window(3, 1, (1, 2)), 28, 29),
    ],
)
def test_sizes_that_a_teacher_knows_by_heart(window, size, out):
    assert window.output_size(size) == out


@pytest.mark.parametrize(
    ("window", "size", "formula"),
    [
        (Window(2), 28, "⌊(28 + 0 + 0 − 2) / 1⌋ + 1 = 27"),
        (Window(3, 2, 1), 28, "⌊(28 + 1 + 1 − 3) / 2⌋ + 1 = 14"),
        (Window(2, 2), 27, "⌊(27 + 0 + 0 − 2) / 2⌋ + 1 = 13"),
        (Window(2, 1, "same"), 28, "⌊(28 + 0 + 1 − 2) / 1⌋ + 1 = 28"),
        (Window(3, 1, "full", 2), 28, "⌊(28 + 4 + 4 − (2·(3 − 1) + 1)) / 1⌋ + 1 = 32"),
    ],
)
def test_the_formula_shows_the_numbers(window, size, formula):
    assert window.formula(size) == formula


def test_the_formula_evaluates_to_its_result():
    for size, kernel, stride, padding, dilation in product((7, 28), (1, 2, 3), (1, 2, 3), ("same", "full", 2), (1, 2)):
        left, right = Window(kernel, stride, padding, dilation).formula(size).split(" = ")
        python = left.translate({ord("⌊"): "(", ord("⌋"): ")", ord("−"): "-", ord("·"): "*"}).replace("/", "//")
        assert eval(python) == int(right), (left, right)


@pytest.mark.parametrize("padding", ["valid", "full", 0, 1, (2, 0)], ids=str)
def test_every_remedy_makes_a_window_fit(padding):
    misfits = 0
    for size, kernel, stride, dilation in product((1, 2, 3, 5, 8), (2, 3, 5, 9), (1, 3), DILATIONS):
        chosen = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
        try:
            Window(**chosen).output_size(size)
        except ShapeError as error:
            misfits += 1
            assert error.remedies, chosen
            for remedy in error.remedies:
                assert Window(**chosen | dict(remedy.change)).output_size(size) >= 1, (size, chosen, remedy)
            assert str(kernel) in str(error)
            assert str(size + sum(Window(**chosen).pads(size))) in str(error)
    assert misfits == 0 if padding == "full" else misfits > 0


def test_pooling_refuses_windows_of_padding_alone_and_offers_remedies():
    refused = 0
    for size, kernel, stride, padding in product(
        (1, 2, 3, 7), (1, 2, 3), (1, 2, 4), (0, 1, 2, 3, (0, 3), "same", "full")
    ):
        window = Window(kernel, stride, padding)
        before, after = expected_pads(window, size)
        places = brute_windows(size, before, after, kernel, stride)
        if not places:
            continue
        alone = [start for start in places if not any(0 <= start + tap < size for tap in range(kernel))]
        if not alone:
            assert window.pooled_size(size) == len(places), (size, window)
            continue
        refused += 1
        with pytest.raises(ShapeError, match="padding alone") as caught:
            window.pooled_size(size)
        assert caught.value.remedies
        for remedy in caught.value.remedies:
            fixed = Window(**{"kernel": kernel, "stride": stride, "padding": padding} | dict(remedy.change))
            assert fixed.pooled_size(size) >= 1, (size, window, remedy)
    assert refused > 10


@pytest.mark.parametrize(
    "stack",
    [
        [Window(2)],
        [Window(3), Window(3)],
        [Window(2), Window(2, 2)],
        [Window(3, 2), Window(5, 3), Window(2, 2)],
        [Window(3, dilation=2), Window(3, dilation=4)],
        [Window(3, 2, dilation=3), Window(2, 2), Window(4, dilation=2)],
        [Window(1, 3), Window(2)],
    ],
    ids=str,
)
def test_the_receptive_field_is_the_set_of_pixels_that_the_taps_reach(stack):
    def reached(outputs):
        for window in reversed(stack):
            outputs = {o * window.stride + tap * window.dilation for o in outputs for tap in range(window.kernel)}
        return outputs

    field = ReceptiveField()
    for window in stack:
        field = field.through(window)
    first, second = reached({0}), reached({1})
    assert field.size == max(first) - min(first) + 1
    assert field.jump == min(second) - min(first)


AGREEING = [
    (windows(3), windows((3, 3))),
    (windows(3), windows([3, 3])),
    (windows(3, 2), windows((3, 3), (2, 2))),
    (windows(3, padding="same"), windows(3, padding=("same", "same"))),
    (windows(3, padding=(1, 2)), windows(3, padding=((1, 2), (1, 2)))),
    (windows(3, padding=[1, 2]), windows(3, padding=[[1, 2], [1, 2]])),
    (windows(3, padding=((1, 1), 0)), windows((3, 3), padding=[[1, 1], 0])),
    (windows(3, dilation=2), windows(3, dilation=(2, 2))),
    (windows((2, 3), (1, 2), ("same", 1), (2, 1)), (Window(2, 1, "same", 2), Window(3, 2, 1, 1))),
    (windows(3, padding=("same", 0)), (Window(3, padding="same"), Window(3, padding=0))),
    (windows(3, padding=(1, 2)), (Window(3, padding=(1, 2)),) * 2),
]


@pytest.mark.parametrize(("one", "other"), AGREEING, ids=range(len(AGREEING)))
def test_equivalent_arguments_give_the_same_windows(one, other):
    assert one == other


def test_pair_gives_rows_and_columns():
    assert pair(3) == pair((3, 3)) == (3, 3)
    assert pair((2, 5)) == (2, 5)
    assert pair("same") == ("same", "same")
    with pytest.raises(ShapeError, match="rows, columns"):
        pair((1, 2, 3))


@pytest.mark.parametrize(
    "chosen",
    [
        {"kernel": 0},
        {"kernel": -1},
        {"kernel": 2.0},
        {"kernel": True},
        {"kernel": 3, "stride": 0},
        {"kernel": 3, "stride": "2"},
        {"kernel": 3, "dilation": 0},
        {"kernel": 3, "padding": -1},
        {"kernel": 3, "padding": "reflect"},
        {"kernel": 3, "padding": (1, -1)},
        {"kernel": 3, "padding": (1, 2, 3)},
        {"kernel": 3, "padding": None},
        {"kernel": 3, "padding": 1.5},
    ],
    ids=str,
)
def test_an_impossible_number_is_refused_and_named(chosen):
    with pytest.raises(ShapeError) as caught:
        Window(**chosen)
    assert repr(list(chosen.values())[-1]) in str(caught.value)


@pytest.mark.parametrize("size", [0, -3, 2.5, True])
def test_a_line_has_at_least_one_pixel(size):
    with pytest.raises(ShapeError, match="at least 1 pixel"):
        Window(1).output_size(size)


@pytest.mark.parametrize("padding", ["valid", "same", "full", 1, 3, (0, 2), (2, 0)])
def test_reads_remainder_and_centres_equal_a_count(padding):
    for size, kernel, stride, dilation in product(range(1, 12), range(1, 6), range(1, 5), (1, 2, 3)):
        window = Window(kernel, stride, padding, dilation)
        before, after = window.pads(size)
        if size + before + after < window.span:
            continue
        line = [*range(-before, size + after)]
        cells_of = [[start + tap * dilation for tap in range(kernel)] for start in window.positions(size)]
        assert window.reads(size) == [sum(cell in cells for cells in cells_of) for cell in line]
        assert window.remainder(size) == line[-1] - cells_of[-1][-1]
        middles = [cells[kernel // 2] for cells in cells_of] if kernel % 2 else []
        assert window.centres(size) == [pixel for pixel in middles if 0 <= pixel < size]


def test_a_3_by_3_window_has_4_centres_in_a_4_by_4_image_and_16_with_same_padding():
    assert len(Window(3).centres(4)) ** 2 == 4
    assert len(Window(3, padding="same").centres(4)) ** 2 == 16


def test_stacked_layers_shrink_keep_or_grow_the_size():
    assert Window(3).stacked(10, 8) == [10, 8, 6, 4, 2]  # then none fits
    assert Window(3, padding="same").stacked(10, 4) == [10] * 5
    assert Window(3, padding="full").stacked(10, 3) == [10, 12, 14, 16]
    assert Window(2, 2).stacked(28, 10) == [28, 14, 7, 3, 1]

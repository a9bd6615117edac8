"""How many visitors, for how long, and what they choose from."""

from typing import NamedTuple


class Plan(NamedTuple):
    """The size of a load test."""

    visitors: int = 30  # at the same time
    training: int = 8  # of them
    seconds: int = 120  # of their stay
    passing: int = 200  # short visits afterwards
    starts: int = 3  # cold starts
    seed: int = 0
    slow: float = 1  # times as slow as this machine is


FULL = Plan()
HALF_AS_FAST = Plan(slow=2)

PAUSE = 2.0, 4.0  # seconds between the actions of a visitor who stays
SHORT_PAUSE = 0.5, 1.5  # seconds between the actions of a short visit
AT_A_TIME = 6  # simultaneous short visits
ACTIONS = 2, 4  # in a short visit
TRAIN_EVERY = 4  # one short visit in four trains a network of its own
WATCH_SECONDS = 4.0  # of that training
PAGE_CHANGES = 0.25  # share of the actions

PAGES = ("", "convolution", "stride_padding", "pooling", "architecture", "inside", "draw")

# Key of a slider: its values; all combinations are valid, so no page should show an error.
SLIDERS = {
    "edit_0_filters": range(2, 17),
    "edit_0_kernel": range(1, 7),
    "edit_0_stride": (1, 2),
    "edit_0_pool_size": (1, 2, 3),
    "edit_hidden": (0, 16, 32),
    "edit_dropout": (0, 20, 50),
    "kernel.size": range(2, 8),
    "slide.stride": range(1, 5),
    "slide.dilation": (1, 2),
    "rows.size": range(16, 33),
    "rows.kernel": range(1, 8),
    "numbers.size": range(1, 5),
    "curves.smoothing": (0.0, 0.5, 0.9, 0.95),
}

# The networks of the crowd: (network, batch size), from about 0.3 to 20 ms a step.
TRAINED = (
    ("conv6k2-relu-max2-flatten-dense10", 32),
    ("conv8k5same-relu-max2-conv16k5same-relu-max2-flatten-dense10", 64),
    ("conv16k3-relu-max2-flatten-dense10", 128),
    ("conv8k3same-relu-max2-conv16k3same-relu-max2-flatten-dense10", 32),
    ("conv32k3-relu-max2-conv64k3-relu-max2-flatten-dropout50-dense10", 128),
)


def unseen_network(number: int) -> str:
    """A network that has not been compiled before: a different one for every number."""
    filters, kernel = 17 + number // 5, 1 + number % 5
    return f"conv{filters}k{kernel}-relu-max2-flatten-dense10"

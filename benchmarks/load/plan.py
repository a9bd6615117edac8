"""How many visitors, for how long, and what they have to choose from."""

from typing import NamedTuple


class Plan(NamedTuple):
    """How large a load is."""

    visitors: int = 30  # at the same time
    training: int = 8  # of them
    seconds: int = 120  # that they stay
    passing: int = 200  # who come afterwards, do a few things and go
    starts: int = 3  # from cold
    seed: int = 0


FULL = Plan()

PAUSE = 2.0, 4.0  # seconds between the things that somebody who stays does
SHORT_PAUSE = 0.5, 1.5  # that somebody does who passes by
AT_A_TIME = 6  # of those who pass by
DEEDS = 2, 4  # of each of them
TRAINS = 4  # every so many of them trains, a network nobody had
WATCHES = 4.0  # seconds that it is looked at
PAGE_CHANGES = 0.25  # of the things that are done
SETTLED = 0.25  # of the time, after which all runs have begun and shares are taken

PAGES = ("", "convolution", "stride_padding", "pooling", "architecture", "inside", "draw")

# A slider by its key: values that fit together, so that no page has reason to show an error.
SLIDERS = {
    "edit_0_filters": range(2, 17),
    "edit_0_kernel": range(1, 7),
    "edit_0_stride": (1, 2),
    "edit_0_pool_size": (1, 2, 3),
    "edit_hidden": (0, 16, 32),
    "edit_dropout": (0, 20, 50),
    "lab_size": range(2, 8),
    "lab_stride": range(1, 5),
    "lab_dilation": (1, 2),
    "win_rows_size": range(16, 33),
    "win_rows_kernel": range(1, 8),
    "pool4_size": range(1, 5),
    "smoothing": (0.0, 0.5, 0.9, 0.95),
}

# What is trained at the same time: (network, batch size), from 0.3 to some 20 ms a step.
TRAINED = (
    ("conv6k2-relu-max2-flatten-dense10", 32),
    ("conv8k5same-relu-max2-conv16k5same-relu-max2-flatten-dense10", 64),
    ("conv16k3-relu-max2-flatten-dense10", 128),
    ("conv8k3same-relu-max2-conv16k3same-relu-max2-flatten-dense10", 32),
    ("conv32k3-relu-max2-conv64k3-relu-max2-flatten-dropout50-dense10", 128),
)


def own_network(number: int) -> str:
    """A network that nobody had before: another for every number."""
    filters, kernel = 17 + number // 5, 1 + number % 5
    return f"conv{filters}k{kernel}-relu-max2-flatten-dense10"

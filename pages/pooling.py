"""Pooling: by numbers, on feature maps, and what it buys and costs."""

from cnnplay.ops import reference
from cnnplay.ops.pooling import pool2d
from cnnplay.state.labs import PoolingTabs
from cnnplay.ui.lab_widgets import reading, sources
from cnnplay.ui.navigation import enter
from cnnplay.ui.pooling.by_numbers import by_numbers
from cnnplay.ui.pooling.invariance import invariance
from cnnplay.ui.pooling.on_feature_maps import on_feature_maps
from cnnplay.ui.widgets import head, tabs

enter()

PARTS = {
    "numbers": ("By numbers", by_numbers),
    "maps": ("On feature maps", on_feature_maps),
    "invariance": ("Gains and losses", invariance),
}

head(
    "Pooling",
    "Pooling keeps one number of each window: the largest, the mean or the smallest. What does it keep, and what does "
    "it lose?",
)
tabs(PARTS, PoolingTabs)
sources(
    "`pool2d` is the function that the networks train with: it pools along the rows, then along the columns. Below it, "
    "the same as plain loops.",
    pool2d,
    reference.pool,
)
reading(
    {
        "Scherer, Müller & Behnke 2010, Evaluation of pooling operations …": (
            "https://doi.org/10.1007/978-3-642-15825-4_10"
        ),
        "Zhang 2019, Making convolutional networks shift-invariant again": "https://arxiv.org/abs/1904.11486",
    }
)

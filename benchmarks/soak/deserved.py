"""Which red boxes a visitor deserves: the network does not fit, a file is no picture, the machine is full."""

import re
from collections.abc import Collection
from urllib.parse import parse_qsl

from cnnplay import link
from cnnplay.data.datasets import DATASETS
from cnnplay.data.given import COLOUR_SHAPE, GREY_SHAPE
from cnnplay.errors import PlaygroundError
from cnnplay.network.architecture import Architecture

# Sentences that say what a visitor has asked too much of, whatever the network is.
REFUSALS = (
    r"too large to (train|look into)",
    r"^Layer \d+, .* is not a layer",
    r"^(No image is called|There is no (image|drawing))",
    r"runs? are training, and at most",
    r"The server keeps at most",
    r"would need [\d,]+ MB",
    r"Nothing here stands out from the paper",
    r"^The server's memory is nearly full",
    r"not enough memory for a step of this network|^The memory was not enough for it",
    r"This experiment has [\d,]+ runs; at most",
    r"multiply-adds for each image\. Take fewer filters",
    r"can have [\d.]+ MB\. Take fewer pictures|opened here again\. Take fewer pictures",
    r"\d MB\. Take fewer pictures, or fewer variants|\d MB, [\d,]+ of them\. Take fewer",
    r"became (NaN|infinite)|diverged|not a number",
    r"above [\d.]+, the loss of pure guessing",
    r"^No network of this experiment can be trained",
    r"^There is (no|only one) class yet|each class needs at least|of “.*” (is|are) held out",
    r"the data of a visitor stay with their visit",
    r"^There is no room for these data",
)


def is_deserved(body: str, query: str, files: Collection[str]) -> bool:
    """Whether a red box has a reason. query: of the page's address. files: those of this visitor that no page takes."""
    text = unescaped(body)
    if any(name in text for name in files):
        return True
    reason = problem_of(query)
    if reason and _without_numbers(reason) in _without_numbers(text):  # of a moment before, or of one after
        return True
    return any(re.search(pattern, text) for pattern in REFUSALS)


def problem_of(query: str) -> str | None:
    """Why the network of an address does not fit, in the app's words."""
    net, config, _ = link.from_parameters(dict(parse_qsl(query)))
    if row := DATASETS.get(config.dataset):
        return _problem(net, row.input_shape, len(row.classes))
    # Of a visitor's own data the address has neither the size nor the classes: any reason will do.
    return next(filter(None, (_problem(net, shape, 2) for shape in (GREY_SHAPE, COLOUR_SHAPE))), None)


def _problem(net: str, input_shape: tuple[int, ...], classes: int) -> str | None:
    try:
        Architecture.parse(net, input_shape, classes).require_classes()
    except PlaygroundError as error:
        return str(error)
    return None


def _without_numbers(sentence: str) -> str:
    return re.sub(r"\d+", "#", sentence)


def unescaped(body: str) -> str:
    """A sentence without the backslashes that keep Markdown away."""
    return re.sub(r"\\(.)", r"\1", body)

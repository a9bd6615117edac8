"""cnnplay: what a convolutional neural network computes. Read it in this order.

errors, bounds, caching, words, source, machine   what everything builds on
ops          the window's arithmetic, conv2d, pool2d, the kinds of pooling and activation, and plain loops as reference
data         MNIST
network      layers, their text form, which of them fit, the shape table, and the Flax model
training     settings, the trainer, the compiled programs and the history of a run
inputs       pictures: drawn, found in MNIST, uploaded, drawn by hand
labs         kernels, signals and demonstrations, as arrays
state        what a visitor can choose in each lab, and how a link writes it
inspection   how a network answers an image and why, what it looks for, how much each filter matters
experiments  a question to many training runs, with several seeds, here or on a cluster; its answer in words
engine       runs that train in the background, for many visitors at once
link         network and settings as a link
figures      arrays to Plotly figures
export       what a visitor takes home: code, weights, the lesson as a notebook and as a page
ui           everything that imports Streamlit

The public names below are loaded when they are first used, so that `import cnnplay` does not load JAX.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .data.datasets import mnist as mnist
    from .network.architecture import Architecture as Architecture
    from .ops.arithmetic import Window as Window
    from .ops.convolution import conv2d as conv2d
    from .ops.pooling import pool2d as pool2d
    from .training.config import TrainConfig as TrainConfig
    from .training.trainer import Trainer as Trainer

_HOMES = {
    "Architecture": "network.architecture",
    "TrainConfig": "training.config",
    "Trainer": "training.trainer",
    "Window": "ops.arithmetic",
    "conv2d": "ops.convolution",
    "mnist": "data.datasets",
    "pool2d": "ops.pooling",
}

__all__ = ["Architecture", "TrainConfig", "Trainer", "Window", "conv2d", "mnist", "pool2d"]


def __getattr__(name: str) -> object:
    """A public name, from the module that defines it (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

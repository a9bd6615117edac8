"""The settings of the next run."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from ...bounds import bounds
from ...training.config import OPTIMIZERS, SCHEDULES, Optimizer, Schedule, TrainConfig
from .. import choice, widget_values
from ..widgets import attempt

# Steps of a slider on a logarithmic scale; a value from a link that is none of them joins them.
RATES = (*(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 1.5, 2, 3, 4, 6, 8)), 10.0)
BATCHES = (8, 16, 32, 64, 128, 256, 512)
IMAGES = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 40_000, 60_000)

# Draws the widget of a setting: (its name, the widget's key).
Control = Callable[[str, str], object]


def settings() -> None:
    """All settings, in two rows."""
    _take_changes()
    first, second = st.columns(4), st.columns(4)
    for column, (name, control) in zip(first + second, CONTROLS.items(), strict=False):
        key = f"train_{name}"
        widget_values.show(key, getattr(choice.config(), name))
        with column:
            control(name, key)


def _take_changes() -> None:
    for key, value in widget_values.changed_by_user().items():
        name = key.removeprefix("train_")
        if key.startswith("train_") and name in CONTROLS and value is not None:
            attempt(partial(choice.choose_config, **{name: value}))


def _list(label: str, table: Mapping[str, Optimizer] | Mapping[str, Schedule], explanation: str) -> Control:
    """A row of a table; the help describes every row."""
    rows = "\n".join(f"- **{row.title}**: {row.description}" for row in table.values())

    def draw(name: str, key: str) -> None:
        index = widget_values.index_of(getattr(choice.config(), name), table)
        titles = {option: row.title for option, row in table.items()}
        help = f"{explanation}\n\n{rows}"
        st.selectbox(label, list(titles), index, key=key, format_func=titles.__getitem__, help=help)

    return draw


def _scale(label: str, steps: tuple[float, ...], title: str, help: str) -> Control:
    """A step of a scale that is not even."""

    def draw(name: str, key: str) -> None:
        value = getattr(choice.config(), name)
        st.select_slider(label, sorted({*steps, value}), value, key=key, format_func=title.format, help=help)

    return draw


def _count(label: str, widget: Callable[..., Any], help: str) -> Control:
    """A whole number between the bounds of the setting."""

    def draw(name: str, key: str) -> None:
        low, high = bounds(TrainConfig, name)
        widget(label, low, high, getattr(choice.config(), name), key=key, help=help)

    return draw


CONTROLS: dict[str, Control] = {
    "optimizer": _list("Optimizer", OPTIMIZERS, "How the weights follow the gradient."),
    "learning_rate": _scale("Learning rate", RATES, "{:g}", "How far a step goes. The scale is logarithmic."),
    "schedule": _list("Schedule", SCHEDULES, "How the learning rate changes over the run."),
    "batch_size": _scale("Batch size", BATCHES, "{}", "How many images make the gradient of one step."),
    "epochs": _count("Epochs", st.slider, "How often the network sees every image."),
    "train_images": _scale(
        "Training images", IMAGES, "{:,}", "The first of the 60,000. The test always uses all 10,000 test images."
    ),
    "seed": _count("Seed", st.number_input, "Same seed, same numbers: initial weights, order of images, dropout."),
}

"""The settings of the next run."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

import streamlit as st

from ...bounds import bounds
from ...data.datasets import DataSource
from ...training.config import OPTIMIZER_SETTINGS, OPTIMIZERS, SCHEDULES, Optimizer, Schedule, TrainConfig
from ...words import capital
from .. import choice
from ..controls import number_control, option_control, together

# Steps of a slider on a logarithmic scale; a value from a link that is none of them joins them.
RATES = (*(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 1.5, 2, 3, 4, 6, 8)), 10.0)
RATE = "{:g}"  # how a rate reads
BETAS = {
    "beta1": (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99),
    "beta2": (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995, 0.9999),
}
BATCHES = (8, 16, 32, 64, 128, 256, 512)
IN_SIGHT = ("learning_rate", "batch_size", "epochs")
IMAGES = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 40_000, 60_000)

# Draws the control of a setting, by the setting's name.
Draw = Callable[[str], None]


def what_it_learns(data: DataSource) -> str:
    """ "60,000 handwritten digits"."""
    return f"{data.images[0]:,} {data.shows}" if data.images[0] else data.shows


def settings() -> None:
    """The three that matter most, and the others folded: of an optimizer's own those that the chosen one takes."""
    in_sight, more = st.columns([9, 2], gap="medium", vertical_alignment="center")
    with in_sight, together("train_settings", row=True):
        for name in IN_SIGHT:
            CONTROLS[name](name)
    with more, st.popover("More settings", width="stretch"), together("train_more"):
        for name, draw in CONTROLS.items():
            if name not in IN_SIGHT and choice.config().takes(name):
                draw(name)


def _change(name: str, value: object) -> None:
    choice.choose_config(**{name: value})


def _list(label: str, table: Mapping[str, Optimizer] | Mapping[str, Schedule], explanation: str) -> Draw:
    """A row of a table; the help describes every row."""
    rows = "\n".join(f"- **{row.title}**: {row.description}" for row in table.values())

    def draw(name: str) -> None:
        titles = {option: row.title for option, row in table.items()}
        value, help = getattr(choice.config(), name), f"{explanation}\n\n{rows}"
        option_control(f"train_{name}", label, value, partial(_change, name), help, options=titles, titles=titles)

    return draw


def scale_options(steps: tuple[float, ...], value: float, title: str) -> list[float]:
    """The steps of a scale and its value, in order; the value in place of a step that would read the same."""
    return sorted({*(step for step in steps if title.format(step) != title.format(value)), value})


def _scale(label: str, steps: tuple[float, ...], title: str, help: str) -> Draw:
    """A step of a scale that is not even."""

    def draw(name: str) -> None:
        value = getattr(choice.config(), name)
        options, change = scale_options(steps, value, title), partial(_change, name)
        option_control(f"train_{name}", label, value, change, help, options=options, titles=title.format, kind="slider")

    return draw


def _count(label: str, kind: Literal["slider", "number"], help: str) -> Draw:
    """A whole number between the bounds of the setting."""

    def draw(name: str) -> None:
        low, high = bounds(TrainConfig, name)
        value, change = getattr(choice.config(), name), partial(_change, name)
        number_control(f"train_{name}", label, value, change, help, low=low, high=high, kind=kind)

    return draw


def _of_optimizer(name: str) -> Draw:
    """A setting that some optimizers take."""
    row = OPTIMIZER_SETTINGS[name]
    return _scale(capital(row.title), BETAS[name], "{:g}", f"{capital(row.description)}. {row.explanation}")


CONTROLS: dict[str, Draw] = {
    "optimizer": _list("Optimizer", OPTIMIZERS, "How the weights follow the gradient."),
    **{name: _of_optimizer(name) for name in OPTIMIZER_SETTINGS},
    "learning_rate": _scale("Learning rate", RATES, RATE, "How far a step goes. The scale is logarithmic."),
    "schedule": _list("Schedule", SCHEDULES, "How the learning rate changes over the run."),
    "batch_size": _scale("Batch size", BATCHES, "{}", "How many images each step averages the gradient over."),
    "epochs": _count("Epochs", "slider", "How often the network sees every image."),
    "train_images": _scale(
        "Training images",
        IMAGES,
        "{:,}",
        "The first of all there are; where there are fewer, all of them. The test always uses all test images.",
    ),
    "seed": _count("Seed", "number", "Same seed, same numbers: initial weights, order of images, dropout."),
}

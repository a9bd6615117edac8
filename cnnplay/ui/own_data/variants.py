"""Augmentation as pictures: what each change makes of one of the visitor's pictures; and what is held out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st

from ...bounds import bounds
from ...data.augmentation import CHANGES, Augmentation, examples
from ...data.own import OwnData
from ...words import counted
from ..components.maps import maps
from ..components.payloads.pictures import stored_picture
from ..controls import number_control, switch_control, together
from ..session import save, state
from .keeping import change

SHOWN, SEED = 9, 1
MOST_HELD_OUT = 40  # pictures shown


@dataclass(frozen=True)
class Example:
    """Which picture the variants are shown of, counted from the newest."""

    back: int = 0


def variants(own: OwnData) -> None:
    """Sliders for the changes, and nine examples of each."""
    train = np.flatnonzero(~own.held_out)
    if not len(train):
        return
    st.subheader("More from few: augmentation", anchor=False)
    originals, (images, held) = len(train), own.sizes
    if images > originals:
        st.markdown(
            f"Your {counted(originals, 'picture')} to train on {'becomes' if originals == 1 else 'become'} "
            f"**{images:,}**: each is changed a little, again and again, in ways that leave it what it is. The "
            f"{counted(held, 'picture')} held out for the test stay as they are: the test asks about pictures as "
            "people draw them."
        )
    else:
        st.markdown(f"The network trains on your {counted(originals, 'picture')} as they are.")
    now = own.augmentation
    switch_control(
        "own_augment", "Make variants", now.on, partial(_set, "on"), "Without them, few pictures are learned by heart."
    )
    if not now.on:
        return
    chosen = own.images[train[-1 - state(Example).back % originals]]
    names = [name for name in CHANGES if not (name == "stroke" and own.colour)]
    left, right = st.columns([1, 2.6], gap="large")
    with left, together("own_changes"):
        for name in names:
            row, (low, high) = CHANGES[name], bounds(Augmentation, name)
            value, help = getattr(now, name), f"{row.description} At most so much, in {row.unit}."
            number_control(f"own_{name}", row.title, value, partial(_set, name), help, low=low, high=high)
        low, high = bounds(Augmentation, "count")
        help = "How many training images your pictures become, themselves included."
        number_control(
            "own_count", "Training images", now.count, partial(_set, "count"), help, low=low, high=high, step=100
        )
    with right:
        _examples(chosen, now, names)
        st.button("Another picture", key="own_another", icon=":material/casino:", on_click=_another)


def _examples(chosen: np.ndarray, now: Augmentation, names: Sequence[str]) -> None:
    """For each change a row of nine variants of a picture."""
    rows = []
    for name in names:
        made = examples(chosen, now, name, SEED, SHOWN)
        pictures = [stored_picture(f"{name}_{at}", "", image) for at, image in enumerate(made)]
        rows.append({"title": CHANGES[name].title, "caption": "", "joiner": "", "legend": False, "pictures": pictures})
    titles = ", ".join(CHANGES[name].title.lower() for name in names)
    maps(rows, alt=f"Nine variants of one of your pictures by each change: {titles}.", key="own_examples", size=44)


def _another() -> None:
    save(Example(state(Example).back + 1))


def _set(name: str, value: float | bool) -> None:
    change(lambda own: own.with_augmentation(replace(own.augmentation, **{name: value})))  # type: ignore[arg-type]


def held_out(own: OwnData) -> None:
    """The pictures that no training sees."""
    places = np.flatnonzero(own.held_out)
    if not len(places):
        return
    st.subheader("Held out for the test", anchor=False)
    st.caption(
        "Every fourth picture of a class, or what a file marks as its test part, is kept from the training and never "
        "varied. Whether a network has understood or only learned by heart shows on pictures that it has not seen."
    )
    pictures = [
        stored_picture(f"held_{own.numbers[at]}", own.classes[own.labels[at]], own.images[at])
        for at in places[-MOST_HELD_OUT:]
    ]
    more = f", the last {MOST_HELD_OUT} of them" if len(places) > MOST_HELD_OUT else ""
    maps(
        [
            {
                "title": f"{counted(len(places), 'picture')} held out{more}",
                "caption": "",
                "joiner": "",
                "legend": False,
                "pictures": pictures,
            }
        ],
        alt=f"{counted(len(places), 'picture')} held out for the test.",
        key="own_held_out",
        size=56,
    )

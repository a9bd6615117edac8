"""The drawing on the pad, the same on every page that has one, and the digit that it is meant to be."""

from base64 import b64encode
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np

from ..data.datasets import MNIST, MOST_CLASSES, stored
from ..inputs.handwriting import read_ink
from ..state.fields import State, held
from ..state.kinds import Whole
from . import choice
from .components.pad import pad
from .session import reported, save, state
from .widgets import attempt

PAD = "pad"  # the key of the pad that the page Draw has


@dataclass(frozen=True, eq=False)
class OnPad(State):
    """What is on the pad.

    ink: [84 84], None for an empty pad.
    label: the digit that it is meant to be, None where nobody said.
    loads: how often a button has put a drawing there.
    """

    name: ClassVar[str] = "pad"
    ink: np.ndarray | None = None
    label: int | None = held(Whole(0, MOST_CLASSES - 1), None, linked=False, optional=True)
    loads: int = 0

    def for_other_data(self) -> "OnPad":
        return replace(self, label=None)


def drawing_pad(key: str = PAD, **size: Any) -> None:
    """The pad. key: one for each page. size: as in `pad`."""
    on_mnist = choice.config().dataset == MNIST.name
    alt, hint = f"A pad to draw {'a digit' if on_mnist else 'something'} on", f"Draw {'a digit ' * on_mnist}here"
    pad(alt=alt, key=key, on_draw=partial(_take_drawing, key), load=_load(), hint=hint, **size)


def put_on_pad(ink: np.ndarray | None, label: int | None = None) -> None:
    """Have the pad show a drawing, or nothing, in place of what is there; Undo, on the pad, takes it back."""
    save(OnPad(ink, label, state(OnPad).loads + 1))


def _load() -> dict[str, Any]:
    """What a pad that is new on the screen begins with. One that is there already takes it only under a new id."""
    now = state(OnPad)
    pixels = "" if now.ink is None else b64encode(stored(now.ink).tobytes()).decode()
    return {"id": now.loads, "pixels": pixels}


def _take_drawing(key: str) -> None:
    text, now = reported(key, "drawing"), state(OnPad)
    if text is None:
        return
    if text == "":
        save(OnPad(loads=now.loads))  # the next drawing is another digit
        return
    attempt(lambda: save(replace(now, ink=read_ink(text))))

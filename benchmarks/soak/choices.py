"""What random hands choose, decided by a generator alone."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from cnnplay.ui.components.pad import SIDE

from .plan import seeds_of
from .trace import Step

# Values that keep a run or an experiment small, of fields whose bounds would let one visitor fill the machine.
SMALL: Mapping[str, Sequence[object]] = {
    "train_epochs": (1, 2, 3, 50),
    "experiment.seeds": (1, 2),
    "experiment.epochs": (1,),
    "net_text": (
        "conv5k3-relu-max2-flatten-dense10",
        "conv6k2-relu-mean2-conv8k3same-relu-max2-flatten-dense16-relu-dense10",
        "flatten-dense10",
        "conv6k30-relu-flatten-dense10",
        "conv6k2-relu-what is this",
    ),
}
SEED_FIELDS = ("train_seed",)
TEXTS = ("", "7", "a 3", "drawing 1", "test 12", "99999999", "<b>bold</b>", "map999", "💥" * 20)


Who, Done = TypeVar("Who"), TypeVar("Done")


@dataclass(frozen=True)
class Act(Generic[Who, Done]):
    """A row of a table of acts: its name, how often it is chosen beside the others, what it does, when it applies."""

    name: str
    weight: float
    do: Callable[[Who, Random], Done]
    applies: Callable[[Who], bool] = lambda _: True


class Weighted(NamedTuple):
    """A name, and how often it is chosen beside the others."""

    name: str
    weight: float


T = TypeVar("T")


def next_step(rows: Sequence[Weighted], chance: Random) -> Step:
    """Which act comes next, and the seed of what it decides."""
    name = chance.choices([row.name for row in rows], [row.weight for row in rows])[0]
    return Step(name, chance.getrandbits(32))


def value_for(field: Mapping[str, Any], visitor: int, chance: Random) -> object:
    """A value that the field's kind offers; of a seed, one of the visitor's own."""
    name = field["name"].split("@")[0]
    if name in SEED_FIELDS:
        return chance.choice(seeds_of(visitor))
    if name in SMALL:
        return _possible(field, SMALL[name], chance)
    match field["kind"]:
        case "switch":
            return not field["value"]
        case "text":
            return chance.choice(TEXTS)[: field.get("most") or 20]
        case "several":
            return [title for title in field["options"] if chance.random() < 0.4]
        case _ if field.get("options"):
            return chance.choice(field["options"])
        case _:
            return _number(field, chance)


def _possible(field: Mapping[str, Any], values: Sequence[object], chance: Random) -> object:
    """One of the values that the field has; a field of titles has them as texts."""
    options = field.get("options")
    if not options:
        return chance.choice(values)
    return chance.choice([title for title in options if title in map(str, values)] or options)


def _number(field: Mapping[str, Any], chance: Random) -> float:
    low, high, step = field.get("low", 0), field.get("high", 1), field.get("step") or 1
    steps = int((high - low) / step + 1e-9)
    # Small networks for the most part: two of the lower third for each of any size.
    most = max(1, steps // 3) if chance.random() < 2 / 3 else steps
    value = low + step * chance.randint(0, most)
    return value if isinstance(low, int) and isinstance(step, int) else round(min(value, high), 9)


def pictures(chance: Random) -> bytes:
    """A file of small pictures of a few classes, as Your data opens it."""
    numbers, file = np.random.default_rng(chance.randrange(2**32)), BytesIO()
    count, classes = chance.randint(8, 60), chance.randint(2, 5)
    side, channels = chance.choice((8, 28, 40)), chance.choice((1, 3))
    images = numbers.integers(0, 256, (count, side, side, channels), np.uint8)
    np.savez(file, allow_pickle=False, x_train=images, y_train=np.arange(count) % classes)
    return file.getvalue()


def drawing(chance: Random) -> str:
    """A stroke or two on the pad, as the pad sends it; now and then none."""
    pixels = np.zeros((SIDE, SIDE), np.uint8)
    for _ in range(chance.randint(0, 3)):
        ends = np.array([[chance.uniform(8, SIDE - 8) for _ in range(2)] for _ in range(2)])
        for at in np.linspace(0, 1, 2 * SIDE):
            row, column = (ends[0] * (1 - at) + ends[1] * at).astype(int)
            pixels[row - 3 : row + 3, column - 3 : column + 3] = 255
    return b64encode(pixels.tobytes()).decode() if pixels.any() else ""

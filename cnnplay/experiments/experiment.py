"""An experiment: one to three settings that vary, their values, and how many seeds; everything else stays."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

from ..bounds import bounded, bounds, check_bounds
from ..data.datasets import DATASETS, TO_MNIST, DataSource
from ..errors import DataError, PlaygroundError
from ..network.architecture import Architecture
from ..network.parsing import DEFAULT, MOST_LETTERS
from ..training.config import TrainConfig, network_for
from ..words import capital
from .settings import ExperimentError, Value, checked, sentence, varied
from .size import check_step

MOST_VARIED, MOST_RUNS, MOST_VALUES = 3, 200, 12
Made = tuple[str, TrainConfig]  # a network's text and settings
VERSION = "cnnplay experiment 1"
MOST_BYTES = 1_200_000  # of a file: 200 runs of 10 epochs, a row of some 530 bytes each


@dataclass(frozen=True)
class Trial:
    """One run of an experiment: the values of what varies, the seed, and the network and settings that they give."""

    values: Mapping[str, Value]
    net: str
    config: TrainConfig

    @property
    def seed(self) -> int:
        return self.config.seed

    @property
    def data(self) -> DataSource:
        return DATASETS[self.config.dataset]

    @cached_property
    def architecture(self) -> Architecture:
        return network_for(self.net, self.config)

    @property
    def steps_per_epoch(self) -> int:
        return self.config.steps_per_epoch(self.config.images_of(self.data.images[0]))


@dataclass(frozen=True)
class LeftOut:
    """Values that make no run of their own, and why: the network does not fit, or a step of it is too large."""

    values: Mapping[str, Value]
    why: PlaygroundError

    def __str__(self) -> str:
        return f"{capital(sentence(self.values))}: {self.why}" if self.values else str(self.why)


@dataclass(frozen=True)
class Experiment:
    """A question to training runs, as data.

    Experiment("conv6k{kernel}-relu-max2-flatten-dense10", vary={"kernel": [2, 3, 5]}, seeds=5, epochs=2)
    Experiment(vary={"kernel": [2, 3, 5], "pool": ["max", "mean"]}, seeds=5, epochs=2)

    net: a network's text, perhaps with names in braces. vary: the values of each name in braces or of a row of
    `settings.SETTINGS`. seeds: how many, the first being that of the settings; each seed has its own initial weights
    and its own order of the images. settings: the others of TrainConfig; `epochs`, `train_images` and so on may also
    be given by name.

    Raises PlaygroundError where no run of it can be done, or too many are asked for.
    """

    net: str = DEFAULT
    vary: Mapping[str, Sequence[Value]] = field(default_factory=dict, hash=False)
    seeds: int = bounded(1, 10, default=3)
    settings: TrainConfig = field(default_factory=TrainConfig)

    def __init__(
        self,
        net: str = DEFAULT,
        vary: Mapping[str, Sequence[Value]] | None = None,
        seeds: int = 3,
        settings: TrainConfig | None = None,
        **changes: Any,
    ):
        if unknown := set(changes) - {entry.name for entry in fields(TrainConfig)}:
            raise ExperimentError(f"There is no setting {min(unknown)[:40]!r} of training.")
        object.__setattr__(self, "net", net)
        object.__setattr__(self, "vary", {n: checked(net, n, values) for n, values in (vary or {}).items()})
        object.__setattr__(self, "seeds", seeds)
        object.__setattr__(self, "settings", replace(settings or TrainConfig(), **changes))
        self._check()

    def _check(self) -> None:
        check_bounds(self, ExperimentError, "An experiment")
        if not isinstance(self.net, str):
            raise ExperimentError(f"The network is a text, not {str(self.net)[:40]!r}.")
        if len(self.net) > MOST_LETTERS:
            raise ExperimentError(f"The network's text has {len(self.net):,} letters; at most {MOST_LETTERS} are read.")
        if self.settings.dataset not in DATASETS:
            raise ExperimentError(
                "Experiments train in other processes, and the data of a visitor stay with their visit. Take another "
                "dataset for an experiment.",
                [TO_MNIST],
            )
        if len(self.vary) > MOST_VARIED:
            raise ExperimentError(f"At most {MOST_VARIED} settings vary at a time; here are {len(self.vary)}.")
        for name, values in self.vary.items():
            if len(values) > MOST_VALUES:
                raise ExperimentError(f"{name[:40]!r} has {len(values)} values; at most {MOST_VALUES} are compared.")
        runs = self.seeds * prod(len(values) for values in self.vary.values())
        if runs > MOST_RUNS:
            raise ExperimentError(
                f"This experiment has {runs:,} runs; at most {MOST_RUNS} are done. Take fewer values or fewer seeds."
            )
        highest = bounds(TrainConfig, "seed")[1]
        if self.settings.seed + self.seeds - 1 > highest:
            raise ExperimentError(f"{self.seeds} seeds from {self.settings.seed:,} on go beyond {highest:,}.")
        if not self.trials:
            left = self.left_out[0]  # whose remedies would change the values as well, where some vary
            remedies = () if left.values else left.why.remedies
            raise ExperimentError(f"No network of this experiment can be trained. {left}", remedies)

    @cached_property
    def combinations(self) -> list[dict[str, Value]]:
        """All combinations of the values, the last setting's changing fastest."""
        return [dict(zip(self.vary, values, strict=True)) for values in product(*self.vary.values())]

    @cached_property
    def trials(self) -> list[Trial]:
        """All runs that can be done: every combination with the first seed, then with the next."""
        return [
            Trial(values, net, replace(config, seed=self.settings.seed + number))
            for number in range(self.seeds)
            for (net, config), values in self._sorted[0].items()
        ]

    @property
    def left_out(self) -> list[LeftOut]:
        """The combinations that make no run of their own."""
        return self._sorted[1]

    @cached_property
    def _sorted(self) -> tuple[dict[Made, dict[str, Value]], list[LeftOut]]:
        """What can be trained, with its values, and the combinations that are left out."""
        found: dict[Made, dict[str, Value]] = {}
        left_out = []
        for values in self.combinations:
            made = self._made(values)
            if isinstance(made, PlaygroundError):
                left_out.append(LeftOut(values, made))
            elif made in found:
                why = ExperimentError(f"That is the same run as {sentence(found[made])}.")
                left_out.append(LeftOut(values, why))
            else:
                found[made] = values
        return found, left_out

    def _made(self, values: Mapping[str, Value]) -> Made | PlaygroundError:
        """The network and the settings of a combination, or why it cannot be trained.

        Settings without effect have their defaults, so that two combinations that make one run are seen to.
        """
        try:
            net, config = varied(self.net, self.settings, values)
            trial = Trial(values, net, config)
            trial.architecture.require_classes()
            check_step(trial.architecture, config)
        except ExperimentError:
            raise
        except PlaygroundError as error:
            return error
        return net, config.canonical()

    @property
    def epochs(self) -> int:
        """Epochs of all its runs together."""
        return sum(trial.config.epochs for trial in self.trials)

    def to_json(self) -> str:
        data = {"net": self.net, "vary": self._lists(), "seeds": self.seeds, "settings": asdict(self.settings)}
        return json.dumps({"format": VERSION, **data}, indent=1)

    def code(self) -> str:
        """The expression that makes it: what a notebook begins with."""
        parts = [repr(self.net), f"vary={self._lists()!r}", f"seeds={self.seeds}"]
        return f"Experiment({', '.join([*parts, *(f'{n}={v!r}' for n, v in self.settings.differences().items())])})"

    def _lists(self) -> dict[str, list[Value]]:
        return {name: list(values) for name, values in self.vary.items()}


def from_json(text: str | bytes) -> Experiment:
    """The experiment of a file. Raises DataError or ExperimentError, in a sentence."""
    if len(text) > MOST_BYTES:
        raise DataError(f"This file has {len(text):,} bytes; an experiment has at most {MOST_BYTES:,}.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("format") != VERSION:
        raise DataError("This file holds no experiment. Choose one that was saved on the page Experiments.")
    vary, settings = data.get("vary"), data.get("settings")
    if not isinstance(vary, dict) or not isinstance(settings, dict):
        raise DataError("This file's experiment is damaged: it lacks what varies, or the settings.")
    if unknown := set(settings) - {entry.name for entry in fields(TrainConfig)}:
        raise DataError(f"This file's experiment has a setting {min(unknown)[:40]!r}, which is not known here.")
    return Experiment(data.get("net"), vary, data.get("seeds"), TrainConfig(**settings))  # type: ignore[arg-type]

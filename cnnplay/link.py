"""A network and training settings as the parameters of a link, and back; `state.labs` does the same for the labs."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .data.datasets import DATASETS
from .errors import SettingsError, TextError
from .network.layers import write_layers
from .network.parsing import DEFAULT, read_layers
from .network.validation import for_classes
from .state.kinds import read_number, read_whole
from .training.config import TrainConfig

# parameter of the link: (field of TrainConfig, how to read it)
PARAMETERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "optimizer": ("optimizer", str),
    "rate": ("learning_rate", read_number),
    "batch": ("batch_size", read_whole),
    "epochs": ("epochs", read_whole),
    "seed": ("seed", read_whole),
    "images": ("train_images", read_whole),
    "schedule": ("schedule", str),
    "data": ("dataset", str),
    "beta1": ("beta1", read_number),
    "beta2": ("beta2", read_number),
}


def to_parameters(net: str, config: TrainConfig) -> dict[str, str]:
    """The parameters of a link that opens this choice; settings that are the usual ones are left out."""
    differences = config.differences()
    chosen = {key: differences[name] for key, (name, _) in PARAMETERS.items() if name in differences}
    return {"net": net, **{key: str(value).removesuffix(".0") for key, value in chosen.items()}}


def from_parameters(parameters: Mapping[str, str]) -> tuple[str, TrainConfig, list[str]]:
    """(network's text, settings, what could not be read) of a link. What cannot be read is the default.

    The text can be read, but may be a network that does not fit: the page shows how to fix it.
    """
    problems = []
    net = None
    try:
        net = write_layers(read_layers(parameters["net"])) if "net" in parameters else None
    except TextError as error:
        problems.append(f"The link's network could not be read, so here is the default one. {error}")
    config = TrainConfig()
    for key, (name, read) in PARAMETERS.items():
        if key in parameters:
            try:
                config = replace(config, **{name: read(parameters[key])})
            except (ValueError, SettingsError) as error:
                why = error if isinstance(error, SettingsError) else f"{parameters[key][:40]!r} is {error}."
                problems.append(f"The link's {key} could not be used, so it is {getattr(TrainConfig(), name)}. {why}")
    return net or _default_net(config), config, problems


def _default_net(config: TrainConfig) -> str:
    """The default network, with a score for each class of the dataset where everybody has that."""
    row = DATASETS.get(config.dataset)
    return write_layers(for_classes(read_layers(DEFAULT), len(row.classes))) if row else DEFAULT

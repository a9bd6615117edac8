"""The question that is asked: what varies, of the network in the sidebar, as the page's controls have it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import PlaygroundError
from ...experiments.experiment import Experiment
from ...experiments.link import read_vary, write_vary
from ...experiments.settings import ExperimentError, Setting, Value, offered, title_of
from ...state.labs import Experiments
from .. import choice
from ..session import save, state


def vary() -> dict[str, tuple[Value, ...]]:
    """The settings that vary, with their values; without those that this network lacks."""
    try:
        found = read_vary(state(Experiments).vary)
    except ExperimentError:  # a link of somebody's own making
        return {}
    can = settings()
    return {name: values for name, values in found.items() if name in can}


def problem() -> str | None:
    """What of the question cannot be asked of this network: after another choice in the sidebar, or by a link."""
    try:
        wanted = read_vary(state(Experiments).vary)
    except ExperimentError as error:
        return f"The question could not be read, so nothing varies. {error}"
    lacking = [title_of(name) for name in wanted if name not in settings()]
    return f"This network has no {' and no '.join(lacking)} that could vary." if lacking else None


def settings() -> dict[str, Setting]:
    """What can vary in the network in the sidebar."""
    return offered(choice.layers())


def ask(**changes: Any) -> None:
    """Change fields of the state."""
    save(replace(state(Experiments), **changes))


def put(experiment: Experiment) -> None:
    """Ask the question of an experiment: its network and settings into the sidebar, the rest into the controls."""
    config = experiment.settings
    vary = write_vary(experiment.vary)
    ask(vary=vary, seeds=experiment.seeds, epochs=config.epochs, images=config.train_images)
    choice.choose_both(experiment.net, replace(config, epochs=choice.config().epochs))


def set_vary(wanted: Mapping[str, Sequence[Value]]) -> None:
    ask(vary=write_vary(wanted))


def change_setting(at: int, name: str | None) -> None:
    """Another setting varies in that place, None for none; its usual values are proposed.

    Quick hands may have emptied the place meanwhile, or have taken the setting from the network.
    """
    wanted, can = list(vary().items()), settings()
    if name is None:
        del wanted[at : at + 1]
    elif name in can:
        wanted[at : at + 1] = [(name, can[name].usual)]
    set_vary(dict(wanted))


def change_values(name: str, values: Sequence[Value]) -> None:
    set_vary({**vary(), name: tuple(values)})


def experiment() -> Experiment:
    """The experiment that would start now. Raises PlaygroundError where none can."""
    now, wanted = state(Experiments), vary()
    for name, values in wanted.items():
        if not values:
            raise PlaygroundError(f"Choose at least one value of the {settings()[name].title}.")
    settings_of_all = replace(choice.config(), epochs=now.epochs, train_images=now.images)
    return Experiment(choice.net(), wanted, now.seeds, settings_of_all)

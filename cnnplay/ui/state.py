"""What a visitor has chosen: one network, one set of training settings, one run in view.

The choice lives in session state under a few plain names and in the page's link. Widgets are views of it: they are set
from it before they are drawn, and their callbacks write it.
"""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from ..architecture import PRESETS, Architecture, read_layers, write_layers
from ..engine import shared_engine
from ..errors import PlaygroundError, SettingsError
from ..layers import bounds
from ..link import from_parameters, to_parameters
from ..runs import RunView
from ..settings import TrainConfig
from ..visits import Notice

if TYPE_CHECKING:
    from ..export.weights import SavedRun
    from ..model import Weights

MOST_UNDO = 50


def begin() -> None:
    """Once a session: read the link. Whatever in it cannot be read is told on the page."""
    if "net" in st.session_state:
        return
    parameters = st.query_params.to_dict()
    net, config, problems = from_parameters(parameters)
    st.session_state.net, st.session_state.config = net, config
    st.session_state.link_problems, st.session_state.past = problems, []
    st.session_state.shown = {}  # widget's key: the value it was last made to show
    # The run's id in the link brings back the run and its visit, whatever became of the browser tab. Whoever has that
    # id has the run: nobody can guess one, and the link to share leaves it out.
    run = parameters.get("run", "")
    visit = shared_engine().visit_of(run)
    st.session_state.visit = visit or secrets.token_urlsafe(16)
    st.session_state.run = run if visit else None
    st.session_state.notices = [_lost(run)] if run and run_view() is None else []


def _lost(run: str) -> Notice:
    """What became of a run of the link that is not here."""
    return shared_engine().dropped(run) or Notice(
        "The run of this link is not here any more: it ended with the server, which was started anew, or it was "
        "removed long ago. Its network and settings came with the link.",
        net(),
        config(),
        passing=False,
    )


def hear() -> bool:
    """Take what the engine has to say to this visit; whether there was anything."""
    known = st.session_state.notices  # a run of the link that was dropped is told from the link already
    heard = [notice for notice in shared_engine().notices(st.session_state.visit) if notice not in known]
    st.session_state.notices = [*known, *heard]
    return bool(heard)


def write_link() -> None:
    """Keep the address in step with the choice, so that a reload or a bookmark brings all of it back."""
    wanted = parameters() | ({"run": st.session_state.run} if st.session_state.run else {})
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def parameters() -> dict[str, str]:
    """The choice as parameters of a link to share: without the run, which stays its owner's."""
    return to_parameters(st.session_state.net, st.session_state.config)


def link(page: str | None = None, network: str | None = None, settings: TrainConfig | None = None) -> str:
    """The address that opens a page with a network and settings, for whoever it is given to.

    page: "" for Home, the first page, else its name; None means this very page. The others: None means the chosen one.
    """
    here = (st.context.url or "").partition("?")[0]
    root, _, last = here.rpartition("/")
    chosen = to_parameters(network or net(), settings or config())
    return f"{root}/{last if page is None else page}?{urlencode(chosen)}"


def net() -> str:
    return str(st.session_state.net)


def config() -> TrainConfig:
    chosen: TrainConfig = st.session_state.config
    return chosen


def network() -> Architecture:
    """The chosen network. Raises ShapeError, with remedies, where it does not fit or does not end in ten scores."""
    architecture = Architecture.parse(net())
    architecture.require_classes()
    return architecture


def check_size(network: Architecture) -> None:
    """Raises PlaygroundError for a network that could not train: what looks into one asks about many images at once."""
    from ..training import check_size as check  # loads JAX: not before somebody looks

    smallest, _ = bounds(TrainConfig, "batch_size")
    try:
        check(network, TrainConfig(batch_size=smallest))
    except SettingsError as error:
        raise PlaygroundError(
            f"This network is too large to train, and too large to look into: {network.values:,} values and "
            f"{network.macs:,} multiply-adds for each image. Take fewer filters, or pool earlier."
        ) from error


def choose_net(text: str) -> None:
    """Take a network's text. Raises TextError where it cannot be read, and changes nothing then."""
    tidy = write_layers(read_layers(text))
    st.session_state.text_problem = None
    if tidy != net():
        _remember()
        st.session_state.net = tidy


def choose_config(**changes: Any) -> None:
    """Change training settings. Raises SettingsError out of bounds, and changes nothing then."""
    changed = replace(config(), **changes)
    if changed != config():
        _remember()
        st.session_state.config = changed


def choose_preset(name: str) -> None:
    """A preset's network with its training settings; the seed and the number of images stay."""
    preset, kept = PRESETS[name], {key: getattr(config(), key) for key in ("seed", "train_images")}
    _choose_both(preset.net, TrainConfig(**{**preset.settings, **kept}))


def _choose_both(net: str, config: TrainConfig) -> None:
    """Network and settings in one step, for Undo too."""
    st.session_state.text_problem = None
    _remember()
    st.session_state.net, st.session_state.config = net, config


def apply(change: dict[str, Any]) -> None:
    """Carry out what a remedy says: {"net": text} or training settings."""
    settings = dict(change)
    if "net" in settings:
        choose_net(settings.pop("net"))
    if settings:
        choose_config(**settings)


def undo() -> None:
    st.session_state.text_problem = None
    if st.session_state.past:
        st.session_state.net, st.session_state.config = st.session_state.past.pop()


def _remember() -> None:
    st.session_state.past = [*st.session_state.past, (net(), config())][-MOST_UNDO:]


def train_again(net: str, config: TrainConfig, change: dict[str, Any]) -> None:
    """Choose what a run was, with a change, and start it anew."""
    apply({"net": net, **vars(config), **change})
    start_run()


def show(key: str, value: Any) -> None:
    """Have a widget show a value, and remember what it shows.

    The widget takes the same value as its own first one: a browser that has yet to load the widget's code begins with
    that, and what it began with must not look like the visitor's choice.

    Written only where it shows another: what is written at every run is sent to the browser at every run, and would
    take a slider back from under a finger that has moved on.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    st.session_state.shown[key] = value


def index_of(value: Any, options: Iterable[Any]) -> int | None:
    """Where a value stands among options; None where it is none of them."""
    found = list(options)
    return found.index(value) if value in found else None


def changed_by_user() -> list[str]:
    """The keys of widgets that the visitor has changed since they were last shown.

    In place of callbacks, which Streamlit interrupts when the next change comes: that change would then be lost.
    """
    shown = st.session_state.shown
    return [key for key, value in shown.items() if key in st.session_state and st.session_state[key] != value]


def run_view() -> RunView | None:
    """The run in view; where it is gone, the newest other of the visit; None where there is none."""
    if not st.session_state.run:
        return None
    try:
        return shared_engine().view(st.session_state.run)
    except KeyError:
        st.session_state.run = next((view.id for view in reversed(run_views())), None)
        return run_view()


def run_views() -> list[RunView]:
    return shared_engine().views(st.session_state.visit)


def weights(network: Architecture) -> "tuple[Weights, str]":
    """The weights that the visit has for a network, and in words where they come from.

    Those of the run in view, or of the newest other run of this very network; initial ones where it never trained.
    """
    from ..model import initial_weights  # loads JAX: not before somebody looks

    views = [view for view in (run_view(), *reversed(run_views())) if view and view.architecture == network]
    for view in views:
        kept = shared_engine().epoch_weights(view.id)
        if (epoch := max(kept, default=0)) > 0:
            return kept[epoch], f"trained: run {view.number} after epoch {epoch}"
    return initial_weights(network, config().seed), "not trained yet: the weights are random"


def open_run(saved: "SavedRun") -> RunView:
    """Take in a run from a file: it is the run in view then, and its network and settings are the chosen ones.

    Raises SettingsError where there is no room for it, and changes nothing then.
    """
    from ..model import initial_weights

    engine, before = shared_engine(), run_view()
    weights = {0: initial_weights(saved.architecture, saved.config.seed), saved.epoch: dict(saved.weights)}
    run = engine.adopt(saved.architecture, saved.config, saved.history, weights, st.session_state.visit)
    if before and before.live:
        engine.pause(before.id)
    st.session_state.run = run
    _choose_both(str(saved.architecture), saved.config)
    return engine.view(run)


def start_run(
    steps: int | None = None, architecture: Architecture | None = None, settings: TrainConfig | None = None
) -> None:
    """Train the chosen network, or another, from its initial weights; the run in view pauses.

    Changes nothing where it can't.
    """
    engine, before = shared_engine(), run_view()
    try:
        st.session_state.run = engine.start(
            architecture or network(), settings or config(), st.session_state.visit, steps
        )
    except PlaygroundError as error:
        st.session_state.problem = error
        return
    if before and before.live:
        engine.pause(before.id)

"""The weights file: what is in it, downloading one, and opening one."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ...errors import PlaygroundError
from ...export.archive import WEIGHTS_FILE
from ...export.saved_run import MOST_BYTES, SavedRun, load
from ...export.tables import shape_text
from ...figures.percent import share_text
from ...network.architecture import Architecture
from ...words import counted
from .. import choice, runs
from ..plain_text import plain
from ..session import save, state
from .files import Taken, offer


@dataclass(frozen=True)
class Opened:
    """The last file that was opened, by the upload's id: in words what it is, or why it was refused."""

    file: str | None = None
    description: str = ""
    problem: str = ""


def weights(taken: Taken) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Take the weights", anchor=False)
        _download(taken)
        _tensors(taken.run)
    with right:
        open_file()


def _download(taken: Taken) -> None:
    run = taken.run
    if not run.epoch:
        st.markdown("These are the initial weights: random ones, made from the seed.")
    elif WEIGHTS_FILE not in taken.files:
        st.warning(
            f"{run.architecture.parameter_count:,} weights make a file of more than {MOST_BYTES / 1e6:.0f} MB, "
            "which could not be opened here again. Take a network with fewer."
        )
    else:
        st.markdown(
            f"The weights after epoch {run.epoch}, with network, settings and history: all that you need to look into "
            "this run again on another day, or on another machine."
        )
        offer(taken.files, WEIGHTS_FILE, WEIGHTS_FILE, primary=True)
        st.caption(
            "The format is safetensors: it holds numbers and names, and no code that could run. The scripts on the tab "
            "*Code* read it, and so does any program that knows the format."
        )


def _tensors(run: SavedRun) -> None:
    st.dataframe(
        [
            {"tensor": name, "shape": shape_text(run.weights[name].shape), "numbers": run.weights[name].size}
            for name in sorted(run.weights, key=_order(run.architecture))
        ],
        hide_index=True,
    )


def _order(network: Architecture) -> Callable[[str], tuple[int, bool]]:
    """Sorts weights by layer, the first one first, and within a layer the kernel before the bias."""
    return lambda name: (network.names.index(name.partition("/")[0]), name.endswith("bias"))


def open_file() -> None:
    """A weights file becomes a run of this visit; one that cannot be read changes nothing."""
    st.subheader("Open a file", anchor=False)
    file = st.file_uploader(
        f"A file {WEIGHTS_FILE} from here, at most {MOST_BYTES / 1e6:.0f} MB",
        ["safetensors"],
        key="take_file",
        max_upload_size=MOST_BYTES // 10**6,
        help="It becomes a run of yours: its network and settings come into the sidebar (Undo takes them back), its "
        "curves to *Training*, its filters to *Look inside*, and on *Draw* it reads your digits.",
    )
    if file is None:
        save(Opened())
    elif file.file_id != state(Opened).file:
        try:
            save(Opened(file.file_id, _open(file.getvalue())))
        except PlaygroundError as error:
            save(Opened(file.file_id, problem=f"{file.name[:60]}: {error}"))
        else:
            st.rerun()  # the rest of the page shows the run that was opened
    if description := state(Opened).description:
        st.success(description, icon=":material/folder_open:")
    if problem := state(Opened).problem:
        st.error(plain(problem), icon=":material/error:")


def _open(data: bytes) -> str:
    """Make a run of a file, and describe it. Raises PlaygroundError, and changes nothing, where it cannot be read."""
    own = choice.own_data()
    before = choice.data()
    saved = load(data, own.source() if own.classes else None)
    view = runs.open_run(saved)
    after, accuracy = "with its initial weights", ""
    if saved.epoch:
        after = f"after {counted(saved.epoch, 'epoch')}"
        accuracy = f": {share_text(saved.history.epochs[saved.epoch - 1].test.accuracy, 2)} of the test images"
    other = "" if saved.data.name == before.name else f" It was trained on {plain(saved.data.title)}, chosen now."
    return (
        f"Opened as run {view.number}, {after}{accuracy}.{other} Its curves are on *Training*, its filters on *Look "
        "inside*."
    )

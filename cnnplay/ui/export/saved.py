"""The weights file: what is in it, taking one, and opening one."""

from collections.abc import Callable

import streamlit as st

from ...errors import PlaygroundError
from ...export.archive import WEIGHTS_FILE, Contents
from ...export.saved_run import MOST_BYTES, SavedRun, load
from ...export.tables import shape_text
from ...network.architecture import Architecture
from .. import runs
from ..lab_state import begin, choose, chosen
from ..widgets import counted, plain
from .take import offer


def weights(run: SavedRun, files: Contents) -> None:
    """The file of this run, and what is in it."""
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Take the weights", anchor=False)
        if not run.epoch:
            st.markdown("These are initial weights: random ones, and the seed says which.")
        elif WEIGHTS_FILE not in files:
            st.warning(
                f"{run.architecture.parameter_count:,} weights make a file of more than {MOST_BYTES / 1e6:.0f} MB, "
                "which could not be opened here again. Take a network with fewer."
            )
        else:
            st.markdown(
                f"The weights after epoch {run.epoch}, with network, settings and history: all that it takes to go on "
                "looking into this run on another day, or on another machine."
            )
            offer(files, WEIGHTS_FILE, WEIGHTS_FILE, primary=True)
            st.caption(
                "In the format safetensors: numbers and names, nothing that could run. The code on the tab *Code* "
                "reads it, and so does any program that knows the format."
            )
        st.dataframe(
            [
                {"tensor": name, "shape": shape_text(run.weights[name].shape), "numbers": run.weights[name].size}
                for name in sorted(run.weights, key=_place(run.architecture))
            ],
            hide_index=True,
        )
    with right:
        open_file()


def _place(network: Architecture) -> Callable[[str], tuple[int, bool]]:
    """Sorts weights by layer, from the image on, a kernel before its bias."""
    return lambda name: (network.names.index(name.partition("/")[0]), name.endswith("bias"))


def open_file() -> None:
    """A weights file becomes a run of this visit; one that is not good changes nothing."""
    begin(take_opened=None, take_said=None, take_refused=None)
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
        choose(take_opened=None, take_said=None, take_refused=None)
    elif file.file_id != chosen().take_opened:
        choose(take_opened=file.file_id, take_said=None, take_refused=None)
        try:
            choose(take_said=_open(file.getvalue()))
        except PlaygroundError as error:
            choose(take_refused=f"{file.name[:60]}: {error}")
        else:
            st.rerun()  # all that stands above follows
    if chosen().take_said:
        st.success(chosen().take_said, icon=":material/folder_open:")
    if chosen().take_refused:
        st.error(plain(chosen().take_refused), icon=":material/error:")


def _open(data: bytes) -> str:
    """Make a run of it; in words what it is. Raises PlaygroundError, and changes nothing, where it is none."""
    saved = load(data)
    view = runs.open_run(saved)
    choose(inside_run=view.id)
    after = f"after {counted(saved.epoch, 'epoch')}" if saved.epoch else "with its initial weights"
    best = (
        f": {saved.history.epochs[saved.epoch - 1].validation.accuracy:.2%} of the test images" if saved.epoch else ""
    )
    return f"Opened as run {view.number}, {after}{best}. Its curves are on *Training*, its filters on *Look inside*."

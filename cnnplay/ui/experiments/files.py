"""The table, the experiment and a notebook to take home; and an experiment from a file."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import streamlit as st

from ...experiments.experiment import MOST_BYTES, Experiment, from_json
from ...experiments.results import Results
from ...experiments.settings import offered, places, title_of
from ...export.experiment_notebook import experiment_notebook
from ...export.experiment_picture import experiment_picture
from ...network.parsing import read_layers
from ...state.fields import kind_of
from ...state.labs import Experiments
from ..plain_text import plain
from ..session import save, state
from ..uploads import read_once
from . import asked, opened

NAME = "cnnplay-experiment"


@dataclass(frozen=True)
class Taken:
    """The experiment file that was opened last, by its id: it is opened once."""

    file: str = ""
    problem: str = ""


class Offer(NamedTuple):
    """A file to download: its button, what makes it, its name, its type, and a help text."""

    label: str
    make: Callable[[], str | bytes]
    name: str
    mime: str
    help: str


def offers(results: Results) -> list[Offer]:
    picture = "Every run as a point, and the curves."
    return [
        Offer("Table as CSV", results.to_csv, f"{NAME}.csv", "text/csv", "A row for each run and epoch."),
        Offer(
            "Experiment as JSON",
            results.to_json,
            f"{NAME}.json",
            "application/json",
            "What was asked, and the table. It opens here again, and on the command line.",
        ),
        Offer("Picture as PNG", partial(experiment_picture, results, "png"), f"{NAME}.png", "image/png", picture),
        Offer("Picture as SVG", partial(experiment_picture, results, "svg"), f"{NAME}.svg", "image/svg+xml", picture),
        Offer(
            "Notebook",
            partial(experiment_notebook, results.experiment),
            f"{NAME}.ipynb",
            "application/x-ipynb+json",
            "Trains the runs again with cnnplay, and draws them.",
        ),
    ]


def files() -> None:
    st.subheader("Take it home, or open one", anchor=False)
    if kept := opened.kept():
        with st.container(horizontal=True, gap="small"):
            for label, make, name, mime, help in offers(Results(kept.execution.experiment, kept.execution.runs)):
                key, icon = f"file_{label}", ":material/download:"
                st.download_button(label, make, name, mime, key, help, icon=icon, on_click="ignore")
    file = st.file_uploader(
        "Open an experiment",
        "json",
        key="experiment_file",
        max_upload_size=1,
        help=f"One that was saved here; at most {MOST_BYTES // 1000} kB are read. It sets the controls above.",
    )
    if file is not None:
        read = read_once("experiment", file, from_json)
        if read is not None and state(Taken).file != file.file_id:
            save(Taken(file.file_id, _take(read)))
            st.rerun()
        if read is not None:
            if problem := state(Taken).problem:
                st.error(plain(problem), icon=":material/error:")
            else:
                st.success("The controls above ask its question now.", icon=":material/check:")


def _take(experiment: Experiment) -> str:
    """Set network, settings and controls; returns a sentence, and changes nothing, where the controls cannot say it."""
    if problem := _beyond_the_controls(experiment):
        return problem
    asked.put(experiment)
    return ""


def _beyond_the_controls(experiment: Experiment) -> str | None:
    """Why the page cannot ask this question."""
    there = "Run it on the command line: python -m cnnplay.experiments --file, and the name of the file."
    if places(experiment.net):
        return f"The network of this experiment has names in braces, which the sidebar cannot show. {there}"
    can = offered(read_layers(experiment.net))
    for name, values in experiment.vary.items():
        if name not in can or not set(values) <= set(can[name].values):
            return f"This page does not offer all of these values of the {title_of(name)}. {there}"
    for name, value in (("epochs", experiment.settings.epochs), ("images", experiment.settings.train_images)):
        if not kind_of(Experiments, name).holds(value):
            return f"This page has no experiments of {value:,} {name} a run. {there}"
    return None

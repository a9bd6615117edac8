"""What an experiment has found up to now: progress, the answer in words, the picture, the table, and a run to open."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from ...experiments.comparison import comparisons
from ...experiments.execution import Execution, Progress, Run
from ...experiments.groups import Group, groups_of
from ...experiments.keeper import Kept, shared_keeper
from ...experiments.settings import title_of, written
from ...experiments.summary import summary
from ...export.tables import NO_BREAK
from ...figures.experiments import parallel_figure
from ...figures.percent import share_text
from ...state.labs import Experiments
from ...words import capital, duration_text
from ..components.payloads.experiments import CURVES, POINTS, across, groups_payload, letter, words_of
from ..components.seeds import seeds
from ..controls import option_control, segmented, take_changes, together
from ..plain_text import plain
from ..session import reported, session, state
from . import asked, opened

LOOK_EVERY = 1.0  # seconds
PICTURE = "experiment_seeds"
EMPTY = "No experiment yet. Press **Start**: every run becomes a point."


def findings() -> None:
    """Follows the experiment in view until it ends."""
    kept = opened.kept()
    if kept is None:
        st.info(EMPTY, icon=":material/science:")
        return
    st.divider()
    _choose(kept)
    _steer(kept)
    every = LOOK_EVERY if kept.execution.status == "running" else None
    st.fragment(_answer_and_picture, run_every=every)(_shown(kept))
    _open(kept.execution)
    st.fragment(_table_of, run_every=every)(kept.id)


def _steer(kept: Kept) -> None:
    """Pause and resume share a button, so that the focus stays on it."""
    keeper, status = shared_keeper(), kept.execution.status
    runs = status == "running"
    with st.container(horizontal=True, gap="small"):
        if status in ("running", "paused", "failed"):
            st.button(
                "Pause" if runs else "Resume",
                key="experiment_steer",
                icon=":material/pause:" if runs else ":material/play_arrow:",
                on_click=keeper.pause if runs else keeper.resume,
                args=(kept,),
                help="The epoch under way is finished first; nothing is lost." if runs else "Goes on where it was.",
            )
            st.button(
                "End it",
                key="experiment_end",
                icon=":material/stop:",
                on_click=keeper.cancel,
                args=(kept,),
                help="No further run is trained. Finished runs stay.",
            )
        st.button(
            "Ask this question again",
            key="experiment_again",
            icon=":material/replay:",
            on_click=asked.put,
            args=(kept.execution.experiment,),
            help="Puts its network and what varied back into the controls above. Undo in the sidebar takes back the "
            "network.",
        )


def _choose(kept: Kept) -> None:
    found = shared_keeper().of(session().visit)
    if len(found) > 1:
        titles = {each.id: f"{each.number}. {_title(each.execution)}" for each in found}
        option_control(
            "experiment_in_view",
            "Experiment in view",
            kept.id,
            opened.view,
            "The last ones of this visit are kept.",
            options=titles,
            titles=titles,
            linked=False,
        )


def _title(execution: Execution) -> str:
    experiment = execution.experiment
    varied, progress = " and ".join(map(title_of, experiment.vary)) or "seeds alone", execution.progress()
    return f"{capital(varied)}, {progress.finished_runs} of {progress.runs} runs"


Shown = tuple[object, ...]  # the experiment, its status, the run that was chosen, and whether there are any to choose


def _shown(kept: Kept) -> Shown:
    progress = kept.execution.progress()
    return kept.id, progress.status, opened.chosen_run(kept.execution), progress.finished_runs > 0


def _answer_and_picture(shown: Shown) -> None:
    """Where the page shows something else by now than it did when it was drawn, all of it follows."""
    kept = opened.kept()
    if take_changes() or kept is None or kept.id != shown[0]:
        st.rerun()
    execution = kept.execution
    _progress(execution.progress())
    _answer(execution)
    with together("experiment_shown", row=True):
        segmented("Points", Experiments, "points", options=POINTS, titles=POINTS)
        segmented("Curves", Experiments, "curves", options=CURVES, titles=CURVES)
    _picture(execution)
    if _shown(kept) != shown:
        st.rerun()


def _table_of(id: str) -> None:
    kept = opened.kept()
    if kept is None or kept.id != id:
        return
    if len(kept.execution.experiment.vary) > 2:
        _parallel(kept.execution)
    _table(kept.execution)


def _progress(progress: Progress) -> None:
    done = f"{progress.finished_runs} of {progress.runs} runs"
    left = progress.seconds_left
    text = {
        "running": f"{done}, " + ("getting ready" if left is None else f"about {duration_text(left)} left"),
        "paused": f"{done}, paused",
        "cancelled": f"{done}, ended early",
        "failed": f"{done}",
        "finished": f"All {progress.runs} runs are done, after {duration_text(progress.seconds)}.",
    }[progress.status]
    st.progress(progress.share, text)
    if progress.problem:
        st.error(plain(progress.problem), icon=":material/error:")


def _answer(execution: Execution) -> None:
    """In words; what is more than luck has another sign than what may be luck."""
    experiment, runs = execution.experiment, execution.runs
    final = execution.status == "cancelled"
    sure = {str(each): each.is_sure for each in comparisons(experiment, runs, final)}
    with st.container(border=True):
        for sentence in summary(experiment, runs, final):
            sign = {True: "**:green[Clear:]** ", False: "**May be luck:** ", None: ""}[sure.get(sentence)]
            st.markdown(f"{sign}{plain(sentence)}")


def _parallel(execution: Execution) -> None:
    done = [run for run in execution.runs if run.accuracy is not None]
    if not done:
        return
    settings = {
        title_of(name): [written(name, run.trial.values[name]) for run in done] for name in execution.experiment.vary
    }
    st.markdown("**Every run as a line.** Drag along an axis to keep the lines that pass there.")
    st.plotly_chart(
        parallel_figure(settings, [run.accuracy or 0.0 for run in done]),
        config={"displayModeBar": False},
        alt="Every run as a line through its values to its test accuracy; the table below has the same numbers.",
    )


def _picture(execution: Execution) -> None:
    now, experiment = state(Experiments), execution.experiment
    run = opened.chosen_run(execution)
    seeds(
        groups_payload(experiment, execution.runs, now.points, now.curves),
        across=across(experiment),
        points=POINTS[now.points],
        percent_points=now.points == "accuracy",
        curves=CURVES[now.curves],
        percent=now.curves == "accuracy",
        epochs=max(trial.config.epochs for trial in experiment.trials),
        chosen=None if run is None else str(execution.runs.index(run)),
        key=PICTURE,
        on_choose=_take_run,
    )


def _take_run() -> None:
    opened.choose_run(reported(PICTURE, "choose"))


def _unbroken(accuracy: float) -> str:
    return share_text(accuracy, 2).replace(" ", NO_BREAK)


COLUMNS: dict[str, Callable[[Group], str]] = {
    "Median": lambda group: "–" if group.median is None else _unbroken(group.median),
    "Lowest": lambda group: _unbroken(min(group.accuracies.values())) if group.accuracies else "–",
    "Highest": lambda group: _unbroken(max(group.accuracies.values())) if group.accuracies else "–",
    "Runs": lambda group: f"{len(group.accuracies)} of {len(group.runs)}",
    "Parameters": lambda group: f"{group.parameters:,}",
    "Seconds a run": lambda group: "–" if group.seconds is None else f"{group.seconds:.1f}",
}


def _table(execution: Execution) -> None:
    rows = [
        {
            "": letter(at),
            **{title_of(name).capitalize(): written(name, value) for name, value in group.values.items()},
            **{title: cell(group) for title, cell in COLUMNS.items()},
        }
        for at, group in enumerate(groups_of(execution.runs))
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="Test accuracy of each group of seeds")


def _open(execution: Execution) -> None:
    """Choose a run, by its point or from the list, and open it on another page."""
    done = {str(at): run for at, run in enumerate(execution.runs) if run.accuracy is not None}
    if not done:
        return
    run = opened.chosen_run(execution)
    chosen = next((id for id, each in done.items() if each is run), None)
    option_control(
        "experiment_run",
        "Open a run",
        chosen,
        opened.choose_run,
        "It becomes the network of all pages, with its weights. Undo in the sidebar brings yours back.",
        options=done,
        titles={id: _named(each) for id, each in done.items()},
        placeholder="Choose a run here, or click its point",
        linked=False,
    )
    with st.container(horizontal=True, gap="small"):
        for page, label, icon in (("inside", "Look inside", "search"), ("training", "Show on Training", "monitoring")):
            st.button(
                label,
                key=f"experiment_open_{page}",
                icon=f":material/{icon}:",
                on_click=opened.open_on,
                args=(page, run),
                disabled=run is None or run.state is None,
                help="With its weights, and everything that the page does with a network.",
            )


def _named(run: Run) -> str:
    assert run.accuracy is not None
    return f"{words_of(run)}: {share_text(run.accuracy, 2)}"

"""Run an experiment to its end and return what it found."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor

from .execution import RESUME, Execution, Progress, Run
from .executors import shared_place
from .experiment import Experiment
from .place import Place
from .results import Results
from .settings import ExperimentError

WATCH_EVERY = 1.0  # seconds from one report of the progress to the next, at most


def run(
    experiment: Experiment,
    executor: Executor | None = None,
    *,
    workers: int = 1,
    known: Iterable[Run] = (),
    watch: Callable[[Execution, Progress], None] = lambda execution, progress: None,
) -> Results:
    """Train all runs of an experiment, and wait.

    executor: of `concurrent.futures`, for `workers` tasks at a time; else what CNNPLAY_EXECUTOR names.
    known: runs that were done before. watch: is called after every epoch.

    Raises ExperimentError where the executor trains no more. What is interrupted (Ctrl-C) ends with its epoch.
    """
    place = shared_place() if executor is None else Place(executor, workers, "the executor")
    execution = Execution(experiment, place, known)
    execution.start()
    try:
        while (progress := execution.progress()).status == "running":
            watch(execution, progress)
            execution.wait_for_change(progress.finished_epochs, WATCH_EVERY)
    except BaseException:
        execution.cancel()
        raise
    watch(execution, progress)
    if progress.status == "failed":
        raise ExperimentError((progress.problem or "").removesuffix(RESUME))
    return Results(experiment, execution.runs)

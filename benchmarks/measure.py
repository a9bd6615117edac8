"""The measurements: each takes a Scale and returns its results as JSON, with every repetition.

Compared frameworks take turns, so that a disturbance of the machine slows them all alike.
"""

from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from typing import Any

from cnnplay.network.presets import PRESETS

from .conduct import Worker, ask_fresh
from .settings import FURTHER_NETWORKS, GRID, KERAS_CONVNET, NOTEBOOK, RATES, TITLES, Scale

SLOW_STEP = 0.5  # seconds: above it, one step a round is enough


def job(scale: Scale) -> dict[str, Any]:
    """A whole training, each in a new process: {"frameworks": {name: [{"seconds", "accuracies"} a round]}}."""
    network, batch = GRID[NOTEBOOK]
    frameworks: dict[str, list[Any]] = {name: [] for name in ("cnnplay", "pytorch", "keras")}
    for _ in range(scale.job_rounds):
        for name, rounds in frameworks.items():
            rounds.append(ask_fresh(name, job=[network, batch, scale.epochs]))
            report(f"{TITLES[name]}: {rounds[-1]['seconds']:.1f} s, {rounds[-1]['accuracies'][-1]:.1%}")
    return {"network": network, "batch": batch, "epochs": scale.epochs, "frameworks": frameworks}


def grid(scale: Scale) -> list[dict[str, Any]]:
    """Training steps: for each setting {"network", "batch", "frameworks": {name: [seconds a step, a round each]}}."""
    found = []
    with ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(name)) for name in ("cnnplay", "pytorch", "nnx", "keras")}
        workers = {name: worker.loaded() for name, worker in workers.items()}
        for index in scale.settings:
            # Keras is measured on the convnet of its own documentation only.
            compared = {n: w for n, w in workers.items() if n != "keras" or index == KERAS_CONVNET}
            network, batch = GRID[index]
            frameworks = steps_in_turn(compared, network, batch, scale)
            found.append({"network": network, "batch": batch, "frameworks": frameworks})
            medians = ", ".join(f"{TITLES[n]} {1e3 * median(rounds):.2f} ms" for n, rounds in frameworks.items())
            report(f"{len(found)} of {len(scale.settings)}: {medians}  ({network}, batch {batch})")
    return found


def steps_in_turn(workers: dict[str, Worker], network: str, batch: int, scale: Scale) -> dict[str, list[float]]:
    """Seconds of a step, for each worker and round."""
    steps: dict[str, int] = {}
    for name, worker in workers.items():
        worker.ask(prepare=[network, batch])
        once = worker.ask(run=1)["seconds"]
        if once < scale.seconds / 10:  # too short for a good estimate
            tried = max(3, int(scale.seconds / 5 / once))
            once = worker.ask(run=tried)["seconds"] / tried
        steps[name] = max(1 if once > SLOW_STEP else 3, round(scale.seconds / once))
    seconds: dict[str, list[float]] = {name: [] for name in workers}
    for _ in range(scale.rounds):
        for name, worker in workers.items():
            seconds[name].append(worker.ask(run=steps[name])["seconds"] / steps[name])
    return seconds


def fast99(scale: Scale) -> list[dict[str, Any]]:
    """The preset, compilation included, each seed in a new process: [{"seed", "seconds", "accuracies"}]."""
    preset, found = PRESETS["fast99"], []
    for seed in range(scale.seeds):
        found.append({"seed": seed} | ask_fresh("cnnplay", train=[preset.net, {**preset.settings, "seed": seed}]))
        report(f"seed {seed}: {found[-1]['seconds']:.1f} s, {found[-1]['accuracies'][-1]:.2%}")
    return found


def first_step(scale: Scale) -> list[float]:
    """Seconds until the notebook's network has taken its first step, each time in a new process."""
    return [ask_fresh("cnnplay", first_step=[GRID[NOTEBOOK].network])["seconds"] for _ in range(scale.starts)]


def memory(scale: Scale) -> dict[str, Any]:
    """MB of a training process: {"peak", "resident": [after the first network, after each further one]}."""
    return ask_fresh("cnnplay", memory=[GRID[NOTEBOOK].network, FURTHER_NETWORKS[: scale.networks]])


def experiment(scale: Scale) -> dict[str, Any]:
    """Runs as an experiment and as a plain loop: {"runs", "seconds": {"loop", "one worker", "two workers"}}."""
    runs = len(RATES) * scale.experiment_seeds
    seconds = {}
    for workers, name in enumerate(("loop", "one worker", "two workers")):
        asked = [GRID[NOTEBOOK].network, RATES, scale.experiment_seeds, workers]
        seconds[name] = ask_fresh("cnnplay", experiment=asked)["seconds"]
        report(f"{runs} runs, {name}: {seconds[name]:.1f} s")
    return {"runs": runs, "seconds": seconds}


def report(line: str) -> None:
    print(f"  {line}", flush=True)


# Name in the results: (title for the progress report, function).
MEASUREMENTS: dict[str, tuple[str, Callable[[Scale], Any]]] = {
    "job": ("training the notebook's network", job),
    "grid": ("training steps", grid),
    "fast99": ("Fast 99 %", fast99),
    "first_step": ("the first step", first_step),
    "memory": ("memory", memory),
    "experiment": ("an experiment", experiment),
}

"""The measurements: each takes a Scale and gives what it found as plain JSON, with every repetition.

Frameworks that are compared take turns, so that whatever slows the machine for a while slows them alike.
"""

from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from typing import Any

from cnnplay.network.presets import PRESETS

from .conduct import Worker, fresh
from .settings import FURTHER_NETWORKS, GRID, KERAS_CONVNET, NOTEBOOK, TITLES, Scale

SLOW = 0.5  # seconds of a step of which one is enough


def job(scale: Scale) -> dict[str, Any]:
    """A whole training in a fresh process: {"frameworks": {name: [{"seconds", "accuracies"} a round]}}."""
    network, batch = GRID[NOTEBOOK]
    frameworks: dict[str, list[Any]] = {name: [] for name in ("cnnplay", "pytorch", "keras")}
    for _ in range(scale.job_rounds):
        for name, rounds in frameworks.items():
            rounds.append(fresh(name, job=[network, batch, scale.epochs]))
            say(f"{TITLES[name]}: {rounds[-1]['seconds']:.1f} s, {rounds[-1]['accuracies'][-1]:.1%}")
    return {"network": network, "batch": batch, "epochs": scale.epochs, "frameworks": frameworks}


def grid(scale: Scale) -> list[dict[str, Any]]:
    """Training steps: for each setting {"network", "batch", "frameworks": {name: [seconds a step, a round each]}}."""
    found = []
    with ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(name)) for name in ("cnnplay", "pytorch", "nnx", "keras")}
        workers = {name: worker.loaded() for name, worker in workers.items()}
        for index in scale.settings:
            # Keras takes part where the setting is from its own documentation.
            taking_part = {n: w for n, w in workers.items() if n != "keras" or index == KERAS_CONVNET}
            network, batch = GRID[index]
            frameworks = steps_in_turn(taking_part, network, batch, scale)
            found.append({"network": network, "batch": batch, "frameworks": frameworks})
            medians = ", ".join(f"{TITLES[n]} {1e3 * median(rounds):.2f} ms" for n, rounds in frameworks.items())
            say(f"{len(found)} of {len(scale.settings)}: {medians}  ({network}, batch {batch})")
    return found


def steps_in_turn(workers: dict[str, Worker], network: str, batch: int, scale: Scale) -> dict[str, list[float]]:
    """Seconds a step of each worker, a round each."""
    steps: dict[str, int] = {}
    for name, worker in workers.items():
        worker.ask(prepare=[network, batch])
        once = worker.ask(run=1)["seconds"]
        if once < scale.seconds / 10:  # too short for a good guess
            tried = max(3, int(scale.seconds / 5 / once))
            once = worker.ask(run=tried)["seconds"] / tried
        steps[name] = max(1 if once > SLOW else 3, round(scale.seconds / once))
    seconds: dict[str, list[float]] = {name: [] for name in workers}
    for _ in range(scale.rounds):
        for name, worker in workers.items():
            seconds[name].append(worker.ask(run=steps[name])["seconds"] / steps[name])
    return seconds


def fast99(scale: Scale) -> list[dict[str, Any]]:
    """The preset from the click on, compilation included: {"seed", "seconds", "accuracies"} a fresh process."""
    preset, found = PRESETS["fast99"], []
    for seed in range(scale.seeds):
        found.append({"seed": seed} | fresh("cnnplay", train=[preset.net, {**preset.settings, "seed": seed}]))
        say(f"seed {seed}: {found[-1]['seconds']:.1f} s, {found[-1]['accuracies'][-1]:.2%}")
    return found


def first_step(scale: Scale) -> list[float]:
    """Seconds until the notebook's network has made its first step, a fresh process each."""
    return [fresh("cnnplay", first_step=[GRID[NOTEBOOK].network])["seconds"] for _ in range(scale.starts)]


def memory(scale: Scale) -> dict[str, Any]:
    """MB of a process that trains: {"peak", "resident": [after the first network, after each further one]}."""
    return fresh("cnnplay", memory=[GRID[NOTEBOOK].network, FURTHER_NETWORKS[: scale.networks]])


def say(line: str) -> None:
    print(f"  {line}", flush=True)


# What there is to measure: its name in the results, and what is said meanwhile.
MEASUREMENTS: dict[str, tuple[str, Callable[[Scale], Any]]] = {
    "job": ("the notebook's job", job),
    "grid": ("training steps", grid),
    "fast99": ("Fast 99 %", fast99),
    "first_step": ("the first step", first_step),
    "memory": ("memory", memory),
}

"""The measurements: each takes a Bench and returns its results as JSON, with every repetition.

Compared frameworks, and the same framework on two Pythons, take turns, so that a disturbance of the machine slows them
all alike. {"frameworks"} are named as by `conduct.name_in`: "cnnplay", "cnnplay-next", "pytorch", ...
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from cnnplay.network.presets import PRESETS

from .conduct import Runner, Worker, ask_fresh, loaded_workers, runners
from .pressure import Copier
from .settings import EVALUATED, FURTHER_NETWORKS, GRID, KERAS_CONVNET, NOTEBOOK, RATES, Scale

SLOW_STEP = 0.5  # seconds: above it, one step a round is enough
PYTORCH_EVALUATED = (500, 1000, 10_000)  # images of a call: the fastest counts


class Bench(NamedTuple):
    """How thoroughly to measure, and with which Pythons: {column: interpreter}."""

    scale: Scale
    pythons: Mapping[str, str]

    def runners(self, *frameworks: str) -> list[Runner]:
        return runners(self.pythons, *frameworks)


def job(bench: Bench) -> dict[str, Any]:
    """A whole training, each in a new process: {"frameworks": {name: [{"seconds", "accuracies"} a round]}}."""
    (network, batch), epochs = GRID[NOTEBOOK], bench.scale.epochs
    frameworks = in_fresh_processes(
        bench.runners("cnnplay", "pytorch", "keras"),
        [{"job": [network, batch, epochs]}] * bench.scale.job_rounds,
        lambda trained: f"{trained['seconds']:.1f} s, {trained['accuracies'][-1]:.1%}",
    )
    return {"network": network, "batch": batch, "epochs": epochs, "frameworks": frameworks}


def grid(bench: Bench) -> list[dict[str, Any]]:
    """Training steps: for each setting {"network", "batch", "frameworks": {name: [seconds a step, a round each]}}."""
    with loaded_workers(bench.runners("cnnplay", "pytorch", "nnx", "keras")) as workers:
        return settings_in_turn(workers, bench.scale, bench.scale.rounds)


def pressure(bench: Bench) -> list[dict[str, Any]]:
    """As `grid`, while another process copies large arrays."""
    with loaded_workers(bench.runners("cnnplay", "pytorch")) as workers, Copier() as copier:
        return settings_in_turn(workers, bench.scale, bench.scale.pressure_rounds, copier.running)


def settings_in_turn(
    workers: Sequence[Worker],
    scale: Scale,
    rounds: int,
    beside: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> list[dict[str, Any]]:
    """For each setting, the seconds of a step: as `grid` returns them."""
    found = []
    for index in scale.settings:
        # Keras is measured on the convnet of its own documentation only.
        compared = [worker for worker in workers if worker.runner.framework != "keras" or index == KERAS_CONVNET]
        network, batch = GRID[index]
        prepare(compared, prepare=[network, batch])
        frameworks = in_turn(compared, rounds, scale.seconds, beside)
        found.append({"network": network, "batch": batch, "frameworks": frameworks})
        report(f"{len(found)} of {len(scale.settings)}: {medians(workers, frameworks)}  ({network}, batch {batch})")
    return found


def evaluation(bench: Bench) -> list[dict[str, Any]]:
    """Evaluations of all test images, as `grid` returns steps; "batch": PyTorch's, the fastest for it of several."""
    scale, found = bench.scale, []
    with loaded_workers(bench.runners("cnnplay", "pytorch")) as workers:
        pytorch = next(worker for worker in workers if worker.runner.framework == "pytorch")
        for index in EVALUATED:
            network = GRID[index].network
            seconds = {}
            for batch in PYTORCH_EVALUATED:
                pytorch.ask(prepare_evaluation=[network, batch])
                seconds[batch] = min(in_turn([pytorch], 2, scale.seconds)["pytorch"])
            batch = min(seconds, key=seconds.__getitem__)
            prepare(workers, prepare_evaluation=[network, batch])
            frameworks = in_turn(workers, scale.rounds, scale.seconds)
            found.append({"network": network, "batch": batch, "frameworks": frameworks})
            report(f"{medians(workers, frameworks)}  ({network}; PyTorch: {batch} images a call)")
    return found


def prepare(workers: Sequence[Worker], **command: Any) -> None:
    """The workers prepare at the same time."""
    for worker in workers:
        worker.send(**command)
    for worker in workers:
        worker.answer()


def in_turn(
    workers: Sequence[Worker],
    rounds: int,
    seconds: float,
    beside: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> dict[str, list[float]]:
    """For each worker, which is prepared, the seconds of a repetition in each round; a round takes about `seconds`."""

    def run(worker: Worker, times: int) -> float:
        with beside():
            return worker.ask(run=times)["seconds"] / times

    times: dict[str, int] = {}
    for worker in workers:
        once = run(worker, 1)
        if once < seconds / 10:  # too short for a good estimate
            once = run(worker, max(3, int(seconds / 5 / once)))
        times[worker.runner.name] = max(1 if once > SLOW_STEP else 3, round(seconds / once))
    found: dict[str, list[float]] = {worker.runner.name: [] for worker in workers}
    for _ in range(rounds):
        for worker in workers:
            found[worker.runner.name].append(run(worker, times[worker.runner.name]))
    return found


def fast99(bench: Bench) -> dict[str, list[Any]]:
    """The preset, compilation included, each seed in a new process: {name: [{"seconds", "accuracies"}]}."""
    preset = PRESETS["fast99"]
    return in_fresh_processes(
        bench.runners("cnnplay"),
        [{"train": [preset.net, {**preset.settings, "seed": seed}]} for seed in range(bench.scale.seeds)],
        lambda trained: f"{trained['seconds']:.1f} s, {trained['accuracies'][-1]:.2%}",
    )


def first_step(bench: Bench) -> dict[str, list[Any]]:
    """Until the notebook's network has taken its first step, each time in a new process: {name: [{"seconds"}]}."""
    command = {"first_step": [GRID[NOTEBOOK].network]}
    return in_fresh_processes(bench.runners("cnnplay"), [command] * bench.scale.starts, in_seconds)


def seen_before(bench: Bench) -> dict[str, list[Any]]:
    """As `first_step`, with a compilation cache that a process before has filled."""
    chosen = bench.runners("cnnplay")
    with TemporaryDirectory() as folder:
        command = {"first_step": [GRID[NOTEBOOK].network, folder]}
        for runner in chosen:
            ask_fresh(runner, **command)
        return in_fresh_processes(chosen, [command] * bench.scale.starts, in_seconds)


def memory(bench: Bench) -> dict[str, list[Any]]:
    """MB of a training process: {name: [{"peak", "resident": [after the first network, after each further one]}]}."""
    command = {"memory": [GRID[NOTEBOOK].network, FURTHER_NETWORKS[: bench.scale.networks]]}
    return in_fresh_processes(
        bench.runners("cnnplay"), [command], lambda used: f"{used['resident'][0]:.0f} MB, {used['resident'][-1]:.0f} MB"
    )


def experiment(bench: Bench) -> dict[str, Any]:
    """Runs as an experiment and as a plain loop: {"runs", name: {"loop", "one worker", "two workers": seconds}}."""
    scale = bench.scale
    found: dict[str, Any] = {"runs": len(RATES) * scale.experiment_seeds}
    for workers, way in enumerate(("loop", "one worker", "two workers")):
        command = {"experiment": [GRID[NOTEBOOK].network, RATES, scale.experiment_seeds, workers]}
        for runner in bench.runners("cnnplay"):
            seconds = ask_fresh(runner, **command)["seconds"]
            found.setdefault(runner.name, {})[way] = seconds
            report(f"{found['runs']} runs, {way}: {runner.title} {seconds:.1f} s")
    return found


def in_fresh_processes(
    chosen: Sequence[Runner], commands: Sequence[Mapping[str, Any]], describe: Callable[[Any], str]
) -> dict[str, list[Any]]:
    """{name: [the answer to each command]}: each by a new process, the runners in turn."""
    found: dict[str, list[Any]] = {runner.name: [] for runner in chosen}
    for command in commands:
        for runner in chosen:
            answer = ask_fresh(runner, **command)
            found[runner.name].append(answer)
            report(f"{runner.title}: {describe(answer)}")
    return found


def in_seconds(answer: Any) -> str:
    return f"{answer['seconds']:.2f} s"


def medians(workers: Sequence[Worker], frameworks: Mapping[str, Sequence[float]]) -> str:
    titles = {worker.runner.name: worker.runner.title for worker in workers}
    return ", ".join(f"{titles[name]} {1e3 * median(rounds):.2f} ms" for name, rounds in frameworks.items())


def report(line: str) -> None:
    print(f"  {line}", flush=True)


# Name in the results: (title for the progress report, function).
MEASUREMENTS: dict[str, tuple[str, Callable[[Bench], Any]]] = {
    "job": ("training the notebook's network", job),
    "grid": ("training steps", grid),
    "pressure": ("training steps while another process copies arrays", pressure),
    "fast99": ("Fast 99 %", fast99),
    "first_step": ("the first step", first_step),
    "seen_before": ("the first step of a network seen before", seen_before),
    "memory": ("memory", memory),
    "evaluation": ("the evaluation of the test images", evaluation),
    "experiment": ("experiments", experiment),
}

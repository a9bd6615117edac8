"""How long an experiment will take and how much memory it needs, told before it starts.

A step takes a fixed time, a time for each multiply-add and a time for each value of a layer. The three constants are
fitted, by least squares of the relative error, to the 30 settings in benchmarks/results.json (two cores of an AMD EPYC;
median error 15 %, the largest a factor of 2.8); a test has 10,000 images, without the way back. Where a place has
timed epochs already, the times are scaled to it; what it has compiled already takes no time again.
"""

from collections.abc import Hashable, Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from ..network.architecture import Architecture
from ..training.config import PROGRAMS, Rule
from .experiment import Experiment, Trial
from .place import Place, Speed

STEP, MAC, VALUE = 8.1e-5, 4.5e-11, 9.0e-10  # seconds
FORWARD = 1 / 3  # of the work of a step: the way back is about two thirds
Program: TypeAlias = tuple[str, Rule, int]
MOST_STATE_BYTES = 10_000_000  # of the states that all runs keep for looking inside


@dataclass(frozen=True)
class Estimate:
    """seconds: of the whole experiment. bytes: of its largest step, of the states that all runs keep, and of a process
    that trains beside this one."""

    seconds: float
    bytes: int


def estimate(experiment: Experiment, place: Place | None = None) -> Estimate:
    """What an experiment will need at a place; without one, on one worker like the machine of the calibration."""
    from ..training.trainer import step_bytes  # loads JAX, on which it depends how a convolution is computed

    trials = experiment.trials
    speed, workers, is_cold = (place.speed, place.workers, place.is_cold) if place else (Speed(), 1, False)
    seconds = (speed.factor or 1) * sum(trial.config.epochs * seconds_of_epoch(trial) for trial in trials)
    seconds += speed.compilation * compilations(trials, set() if is_cold else speed.compiled)
    first = trials[: len(trials) // experiment.seeds]  # every combination, with one seed
    step = max(step_bytes(trial.architecture, trial.config.batch_size) for trial in first)
    states = experiment.seeds * sum(map(state_bytes, first))
    memory = step + min(states, MOST_STATE_BYTES) + (place.bytes if place else 0)
    return Estimate(seconds / workers + (speed.startup if is_cold else 0), memory)


def compilations(trials: Iterable[Trial], compiled: Set[Hashable]) -> int:
    """How many programs will be compiled for these trials."""
    trials = list(trials)
    programs = set(map(program_of, trials))
    if len(programs) > PROGRAMS:  # the next seed comes when the first programs are forgotten
        return len(trials)
    return len(programs - compiled)


def program_of(trial: Trial) -> Program:
    """What a trial is compiled for: runs that have it in common share their programs."""
    return trial.net, trial.config.rule, trial.config.batch_size


def seconds_of_epoch(trial: Trial) -> float:
    """Of training and testing, on the machine of the calibration, once the programs are compiled."""
    config, image = trial.config, _seconds_of_image(trial.architecture)
    return trial.steps_per_epoch * (STEP + config.batch_size * image) + FORWARD * trial.data.images[1] * image


@lru_cache(256)
def _seconds_of_image(architecture: Architecture) -> float:
    return MAC * architecture.macs + VALUE * architecture.values


def state_bytes(trial: Trial) -> int:
    """About the bytes of a run at its end: weights twice, two numbers a weight of the optimizer's state, the record."""
    config = trial.config
    record = 12 * trial.steps_per_epoch + 450  # a row a step, and the confusion
    return 16 * trial.architecture.parameter_count + record * config.epochs

"""`python -m benchmarks.traffic [NETWORK BATCH]`: operations and bytes of a training step, and their rates.

Both are what the compiler itself counts in the compiled program (`compiled.cost_analysis()`): an operation is an
addition or a multiplication, those with a padding's zeros excluded; bytes are what the program's loops read and write,
whether from a cache or from memory. Without arguments: a line for each setting of the benchmark.
"""

import argparse
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

import jax
import numpy as np
import optax
from jax import ShapeDtypeStruct

from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.training.compiled import CHUNK, initial_optimizer_state, train_program, training_part_size
from cnnplay.training.config import TrainConfig

from .settings import GRID, Setting
from .worker import use_few_cores

ROUNDS, SECONDS = 3, 0.25  # of measured steps


class Cost(NamedTuple):
    """Operations and bytes, read or written."""

    operations: float
    bytes: float


def step_cost(network: str, batch: int) -> Cost:
    """Of one training step with Adam.

    The compiler counts the body of a loop once, however often it runs. That is right for the loop over the steps, but
    not for the loop over the parts of a batch: what is not the optimizer's counts for each part.
    """
    architecture, rule = Architecture.parse(network), TrainConfig("adam").rule
    weights = initial_weights(architecture)
    state = weights, initial_optimizer_state(rule, weights)
    # As few images as a batch: the compiler counts the whole array wherever images are picked from it.
    images, labels = (
        ShapeDtypeStruct((batch, *architecture.input_shape), np.uint8),
        ShapeDtypeStruct((batch,), np.uint8),
    )
    order, rates = ShapeDtypeStruct((batch,), np.int32), ShapeDtypeStruct((CHUNK,), np.float32)
    number = ShapeDtypeStruct((), np.int32)
    program = train_program(architecture, rule, batch)
    step = _cost(program, state, images, labels, order, rates, number, number, number, number)

    @jax.jit
    def update(gradient: Any, optimizer_state: Any, weights: Any) -> Any:
        moves, optimizer_state = rule.make().update(gradient, optimizer_state, weights)
        return optax.apply_updates(weights, moves), optimizer_state

    optimizer = _cost(update, weights, state[1], weights)
    parts = batch // training_part_size(architecture, batch)
    return Cost(*(once + (parts - 1) * (once - own) for once, own in zip(step, optimizer, strict=True)))


def _cost(program: Callable[..., Any], *arguments: Any) -> Cost:
    counted = program.lower(*arguments).compile().cost_analysis()
    return Cost(counted["flops"], counted["bytes accessed"])


def step_seconds(network: str, batch: int) -> float:
    """The median of a few rounds."""
    from .peers import cnnplay_step

    run = cnnplay_step.prepare(network, batch)
    steps = max(1, round(SECONDS / (run(3) / 3)))
    return median(run(steps) / steps for _ in range(ROUNDS))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.traffic", description="Operations and bytes of a step.")
    parser.add_argument("setting", nargs="*", metavar="NETWORK BATCH", help="in text form, and the batch size")
    chosen = parser.parse_args().setting
    if len(chosen) not in (0, 2):
        parser.error("give a network and a batch size, or nothing")
    settings = [Setting(chosen[0], int(chosen[1]))] if chosen else GRID
    use_few_cores()  # those of the benchmark
    widest = max(len(setting.network) for setting in settings)
    print(f"| {'network':{widest}} | batch |  GFLOP |     MB |      ms | GFLOP/s | GB/s |")
    print(f"| {'-' * widest} | ----: | -----: | -----: | ------: | ------: | ---: |")
    for network, batch in settings:
        cost, seconds = step_cost(network, batch), step_seconds(network, batch)
        gigaflop, gigabyte = cost.operations / 1e9, cost.bytes / 1e9
        print(
            f"| {network:{widest}} | {batch:5} | {gigaflop:6.3f} | {1e3 * gigabyte:6.1f} | {1e3 * seconds:7.2f} "
            f"| {gigaflop / seconds:7.1f} | {gigabyte / seconds:4.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()

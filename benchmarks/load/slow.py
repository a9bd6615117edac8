"""A slower machine, for `make load ARGS="--slow 2"`: other processes that compute without pause."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import cpu_count

# It ends with its input, so it never outlives the process that started it.
BUSY = "import select, sys\nwhile not select.select([sys.stdin], [], [], 0)[0]: sum(range(1_000_000))"


def busy_processes(slow: float, cores: int) -> int:
    """How many of so many cores must be busy for a machine to be `slow` times as slow as it was.

    Raises ValueError where that is not a whole number: on two cores for all but 1 and 2.
    """
    busy = cores * (1 - 1 / slow)
    if abs(busy - round(busy)) > 0.01:
        possible = ", ".join(f"{cores / left:.3g}" for left in range(cores, 0, -1))
        raise ValueError(f"With {cores} cores a machine can be made {possible} times as slow, not {slow:g} times.")
    return round(busy)


@contextmanager
def slowed(slow: float) -> Iterator[None]:
    """Keep as many processes busy as make this machine `slow` times as slow."""
    count = busy_processes(slow, cpu_count() or 1)
    processes = [subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()

"""A slower machine, for `make load ARGS="--slow 2"`: other processes that compute without pause."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import cpu_count

# It ends with its input, so it never outlives the process that started it.
BUSY = "import select, sys\nwhile not select.select([sys.stdin], [], [], 0)[0]: sum(range(1_000_000))"


def busy_processes(slow: float, cores: int) -> int:
    """How many of so many cores are busy where a machine is `slow` times as slow as it was."""
    return round(cores * (1 - 1 / slow))


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

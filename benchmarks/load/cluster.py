"""A Dask scheduler and workers on this machine, for `make load ARGS=--cluster`."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from cnnplay.experiments.executors import VARIABLE

ROOT = Path(__file__).parents[2]
WORKERS = 2
NICENESS = 19  # of the workers: they share the cores with the server, and do not yield to its pages as it does itself


@contextmanager
def cluster(wanted: bool) -> Iterator[dict[str, str]]:
    """The environment in which the app trains on a cluster; an empty one where none is wanted."""
    if not wanted:
        yield {}
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    processes = [_start("scheduler", "--port", str(port), "--no-show")]
    try:
        processes += [_start("worker", address, "--nthreads", "1", "--no-nanny") for _ in range(WORKERS)]
        yield {VARIABLE: address}
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _start(kind: str, *arguments: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1", "--no-dashboard", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if kind == "worker":
        psutil.Process(process.pid).nice(NICENESS)
    return process

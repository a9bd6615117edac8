"""The machine and the versions that results belong to. `python -m benchmarks.machine` prints the versions as JSON."""

import json
import os
import platform
import re
import resource
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .settings import THREADS

PACKAGES = {"JAX": "jax", "Flax": "flax", "PyTorch": "torch", "Keras": "keras", "TensorFlow": "tensorflow"}


def machine(pythons: Mapping[str, str]) -> dict[str, Any]:
    """Processor, cores, system, and the versions of all frameworks for each column: {column: {name: version}}.

    pythons: {column: interpreter}. Raises ValueError where one does not run.
    """
    cores = os.cpu_count() or 1
    return {
        "processor": _processor(),
        "cores": cores,
        "used": min(cores, THREADS),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {column: _versions_of(python) for column, python in pythons.items()},
    }


def versions() -> dict[str, str]:
    """Of this Python, and of those of PACKAGES that it has."""
    found = {"Python": platform.python_version()}
    for name, package in PACKAGES.items():
        with suppress(PackageNotFoundError):
            found[name] = version(package)
    return found


def _versions_of(python: str) -> dict[str, str]:
    try:
        printed = subprocess.run(
            [python, "-m", "benchmarks.machine"], cwd=Path(__file__).parents[1], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ValueError(f"{python} does not run: {error}") from error
    return json.loads(printed.stdout)


def describe(machine: dict[str, Any]) -> tuple[str, str]:
    """("AMD EPYC, 2 cores, Linux x86_64, float32", "Python 3.11.7, JAX 0.10.2, ... and Python 3.13.0, JAX 0.12.0.1")"""
    cores = f"{machine['cores']} cores" + f", {machine['used']} of them used" * (machine["used"] < machine["cores"])
    environments = (
        ", ".join(f"{name} {number}" for name, number in versions.items()) for versions in machine["versions"].values()
    )
    return f"{machine['processor']}, {cores}, {machine['system']}, float32", " and ".join(environments)


def short_name(versions: Mapping[str, str]) -> str:
    """("Python 3.11.7", "JAX 0.10.2") -> "Python 3.11, JAX 0.10": the title of a column."""
    return ", ".join(f"{name} {'.'.join(versions[name].split('.')[:2])}" for name in ("Python", "JAX"))


def seconds_of_others() -> float:
    """CPU seconds so far of all other processes, ended workers excluded; 0 if the system does not report them.

    The difference of two calls shows whether something else was running.
    """
    if sys.platform != "linux":
        return 0.0
    user, nice, system, _, _, *interrupts = Path("/proc/stat").read_text(encoding="utf-8").split()[1:9]
    spent = sum(map(int, (user, nice, system, *interrupts))) / os.sysconf("SC_CLK_TCK")
    own = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return spent - sum(usage.ru_utime + usage.ru_stime for usage in own)


def _processor() -> str:
    if sys.platform == "linux":
        named = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
        if named:
            return named[1].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    print(json.dumps(versions()))

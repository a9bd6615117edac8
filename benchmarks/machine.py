"""The machine and the versions that results belong to."""

import os
import platform
import re
import resource
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .settings import THREADS

PACKAGES = {"JAX": "jax", "Flax": "flax", "PyTorch": "torch", "Keras": "keras", "TensorFlow": "tensorflow"}


def machine() -> dict[str, Any]:
    """Processor, cores, system, and the versions of all frameworks."""
    cores = os.cpu_count() or 1
    return {
        "processor": _processor(),
        "cores": cores,
        "used": min(cores, THREADS),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {"Python": platform.python_version()} | {n: version(p) for n, p in PACKAGES.items()},
    }


def describe(machine: dict[str, Any]) -> tuple[str, str]:
    """("AMD EPYC, 2 cores, Linux x86_64, float32", "Python 3.11.7, JAX 0.10.2, ...")"""
    cores = f"{machine['cores']} cores" + f", {machine['used']} of them used" * (machine["used"] < machine["cores"])
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return f"{machine['processor']}, {cores}, {machine['system']}, float32", versions


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

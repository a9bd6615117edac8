"""Where and with what it was measured."""

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
    """Processor, cores, system, and the versions of all that takes part."""
    cores = os.cpu_count() or 1
    return {
        "processor": _processor(),
        "cores": cores,
        "used": min(cores, THREADS),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {"Python": platform.python_version()} | {n: version(p) for n, p in PACKAGES.items()},
    }


def in_words(machine: dict[str, Any]) -> tuple[str, str]:
    """("AMD EPYC, 2 cores, Linux x86_64, float32", "Python 3.11.7, JAX 0.10.2, ...")"""
    cores = f"{machine['cores']} cores" + f", {machine['used']} of them used" * (machine["used"] < machine["cores"])
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return f"{machine['processor']}, {cores}, {machine['system']}, float32", versions


def spent_by_others() -> float:
    """Processor seconds that neither this process nor the workers it has ended took; 0 where the system does not tell.

    A difference of two of them says whether something else was going on.
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

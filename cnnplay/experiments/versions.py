"""What a process trains with. Processes whose versions agree compute the same bits on the same kind of processor."""

import logging
import platform
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
TRAINING = ("errors.py", "bounds.py", "data", "ops", "network", "training", "experiments/tasks.py", "engine/remote.py")
LIBRARIES = ("jax", "jaxlib", "flax", "optax", "numpy")
PROCESSOR = "processor"

log = logging.getLogger(__name__)


@cache  # what the process has loaded does not change when its files do
def versions() -> dict[str, str]:
    """Of cnnplay's own code (a hash of the files that train), of Python and the libraries; and the processor."""
    found = {"cnnplay": code_hash(PACKAGE), "Python": ".".join(platform.python_version_tuple()[:2])}
    return found | {name: _installed(name) for name in LIBRARIES} | {PROCESSOR: _processor()}


def disagreement(here: Mapping[str, str], there: Mapping[str, str]) -> str | None:
    """In words, what a worker (`there`) has that the app (`here`) has not; None where they train the same."""
    different = [name for name in here if name != PROCESSOR and here[name] != there.get(name)]
    if not different:
        return None
    return " and ".join(f"{name} {there.get(name, 'unknown')} where the app has {here[name]}" for name in different)


def verdict(worker: str, answer: object, here: Mapping[str, str]) -> str | None:
    """Why a worker is left out, in a sentence; None where it will do.

    answer: of `versions` there, or the exception that it ended with. here: the versions of the app.
    """
    if isinstance(answer, AttributeError) or "No module named 'cnnplay" in str(answer):
        return f"The worker {worker} is left out: it cannot import cnnplay, or has an older one ({answer})."
    if not isinstance(answer, dict):
        return f"The worker {worker} is left out: it does not tell its versions ({type(answer).__name__}: {answer})."
    if different := disagreement(here, answer):
        return f"The worker {worker} is left out: it has {different}."
    if answer.get(PROCESSOR) != here[PROCESSOR]:
        log.warning(
            "the worker %s has another processor (%s) than the app (%s): where they mix, the last digits of a run may "
            "depend on where it trained",
            worker,
            answer.get(PROCESSOR),
            here[PROCESSOR],
        )
    return None


def code_hash(package: Path) -> str:
    """Of the names and texts of the files that train, whatever their ends of line: 12 hexadecimal digits."""
    digest = sha256()
    for part in TRAINING:
        place = package / part
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(file.relative_to(package).as_posix().encode())
            digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _processor() -> str:
    """The processor's model; where the system does not tell it, its architecture."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()

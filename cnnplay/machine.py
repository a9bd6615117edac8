"""The machine that the process runs on."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")


def memory_of_machine() -> int:
    """Bytes that this process may use: of the machine, or of its container."""
    total = int(psutil.virtual_memory().total)
    for file in _bounds():
        with suppress(OSError, ValueError):  # "max" where there is none
            total = min(total, int(file.read_text("ascii")))
    return total


def _bounds() -> Iterator[Path]:
    """The files that bound the memory of this process's control group, and of the one that its container sees first.

    A line of /proc/self/cgroup is "number:controllers:path"; version 2 has no controllers in it (cgroups(7)).
    """
    paths = {"memory": "/", "": "/"}
    with suppress(OSError, ValueError):
        for line in OWN_GROUP.read_text("utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            paths |= dict.fromkeys(controllers.split(","), path)
    for path in {"/", paths[""]}:
        yield GROUPS / path.lstrip("/") / "memory.max"
    for path in {"/", paths["memory"]}:
        yield GROUPS / "memory" / path.lstrip("/") / "memory.limit_in_bytes"

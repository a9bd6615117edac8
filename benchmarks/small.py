"""`make small`: the app with one core and 1 GB of memory, in which a visitor trains the network of the lesson.

The core is one that the process is bound to; the memory is that of a control group (cgroup), where this user may make
one, so that the process ends where it takes more. Elsewhere nothing holds it, and its peak is compared with the bound.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from .load.process import Server, served
from .load.tab import Tab

GROUPS = Path("/sys/fs/cgroup")
EPOCHS = 10
POLL = 0.5  # seconds
BOUND = 0.9  # of the memory
WANTED = 0.97  # accuracy on the test images
PAGES = ("inside", "draw", "experiments", "convolution", "export")  # opened when it has trained


class Group(NamedTuple):
    """A control group's folder, and the file that bounds its memory."""

    folder: Path
    bound: str


@contextmanager
def group(memory: int) -> Iterator[Group | None]:
    """A control group of so many bytes; None where none can be made."""
    made = None
    for parent, bound in ((GROUPS, "memory.max"), (GROUPS / "memory", "memory.limit_in_bytes")):
        if not (parent / "cgroup.procs").exists():  # no control groups of this version here
            continue
        folder = parent / f"cnnplay-small-{os.getpid()}"
        try:
            folder.mkdir()
            (folder / bound).write_text(str(memory))
            made = Group(folder, bound)
            break
        except OSError:
            with suppress(OSError):
                folder.rmdir()
    try:
        yield made
    finally:
        if made:
            made.folder.rmdir()


def confine(core: int, made: Group | None) -> None:
    """Bind this process to a core, and put it into the control group."""
    os.sched_setaffinity(0, {core})
    if made:
        (made.folder / "cgroup.procs").write_text(str(os.getpid()))


async def visit(server: Server) -> dict[str, Any]:
    """Open the page, train, and look at other pages; what it took."""
    await asyncio.to_thread(server.wait_until_healthy)
    tab, _ = await Tab.open(server.port, "training", urlencode({"epochs": EPOCHS}))
    drawn, peak = time.perf_counter() - server.began, server.resident()
    pressed = time.perf_counter()
    await tab.press("run_start")
    run: dict[str, Any] = {"status": "waiting"}
    while run["status"] in ("queued", "waiting", "running"):
        await asyncio.sleep(POLL)
        (run,) = (await server.ask())["trained"]
        peak = max(peak, server.resident())
    trained = time.perf_counter() - pressed
    for page in PAGES:
        await tab.go(page)
        peak = max(peak, server.resident())
    await tab.close()
    return {"drawn": drawn, "trained": trained, "peak": peak, "problems": tab.problems, **run}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make small", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=1000, help="memory (1000)")
    chosen = parser.parse_args()
    core = min(os.sched_getaffinity(0))
    with (
        group(chosen.megabytes * 1_000_000) as made,
        served(observed=True, before=partial(confine, core, made)) as server,
    ):
        found = asyncio.run(visit(server))
    held = "held by a control group" if made else "held by nothing: no control group could be made"
    print(f"one core, {chosen.megabytes} MB ({held})")
    print(f"{found['drawn']:6.1f} s   from the start to the first page")
    print(f"{found['trained']:6.1f} s   {EPOCHS} epochs of {found['network']}, {found['status']}")
    print(f"{100 * (found['accuracy'] or 0):6.2f} %   of the test images right, wanted {100 * WANTED:g} %")
    print(
        f"{found['peak']:6.0f} MB  at most, wanted {BOUND * chosen.megabytes:.0f} MB; then opened: {', '.join(PAGES)}"
    )
    for problem in found["problems"]:
        print(problem)
    fine = (found["accuracy"] or 0) >= WANTED and found["peak"] <= BOUND * chosen.megabytes and not found["problems"]
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())

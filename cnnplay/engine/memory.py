"""Memory of the process: how much it takes, and the sweep that frees what compiled programs take.

Each network that stays compiled costs some 10 MB, and one that was dropped for a newer one still about 1 MB. Emptying
all program caches, JAX's own among them, and returning the freed pages to the system frees both. Programs in use
compile again.
"""

import ctypes
import gc
import logging
import sys
from collections.abc import Callable
from itertools import count

import psutil

from .. import compilation_cache
from ..caching import forget_programs, once
from .limits import MEGABYTE, Limits

COMPILED = "/jax/core/compile/backend_compile_duration"  # the event that JAX reports after each compilation
FORCED_SWEEP_PAUSE = 20.0  # seconds at least between two sweeps that short memory forces
FORCED_SWEEP_PROGRAMS = 20  # programs compiled since the last sweep: with fewer, another one would free little

log = logging.getLogger(__name__)


def resident() -> int:
    """Bytes of memory that the process holds: its resident set."""
    return int(psutil.Process().memory_info().rss)


class Compilations:
    """Counts the programs that JAX has compiled in this process since the first call."""

    def __init__(self) -> None:
        import jax.monitoring  # here, so that the engine can be imported before JAX is

        self._next, self.count = count(1), 0
        jax.monitoring.register_event_duration_secs_listener(self._record)

    def _record(self, event: str, duration_secs: float, **metadata: str | int) -> None:
        if event == COMPILED:
            self.count = next(self._next)


compilations = once(Compilations)


class Sweeper:
    """Decides when to sweep: after many compilations while no visitor waits, and whenever memory runs short.

    After a sweep every visitor waits for programs to compile again.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]):
        self._limits, self._clock = limits, clock
        self._compiled, self._swept = 0, clock()  # at the last sweep
        self.requested = False

    def sweep_if_due(self, *, idle: bool) -> None:
        """Sweep where one is due. idle: no run trains and no page renders."""
        compiled, size = compilations().count - self._compiled, resident()
        many = idle and compiled >= self._limits.programs
        forced = size > self._limits.sweep_megabytes * MEGABYTE and self._worthwhile(compiled)
        if many or forced or self.requested:
            sweep()
            self._compiled, self._swept, self.requested = compilations().count, self._clock(), False
            log.info("%d compiled programs swept, memory %s -> %s bytes", compiled, size, resident())

    def _worthwhile(self, compiled: int) -> bool:
        return self._clock() - self._swept > FORCED_SWEEP_PAUSE and compiled >= FORCED_SWEEP_PROGRAMS


def sweep() -> None:
    """Forget all compiled programs and return their memory to the system. It takes a few tenths of a second.

    Calls that are under way end normally; the next call of each program compiles it again, or finds it on disk.
    """
    forget_programs()
    if "jax" in sys.modules:
        sys.modules["jax"].clear_caches()
        compilation_cache.prune()
    collect_all()
    release_pages()


def release_pages() -> None:
    """Return freed pages to the system, where the C library has a function for it."""
    if trim := _malloc_trim():
        trim(0)


def freeze() -> None:
    """Collect garbage once, and exempt what remains from later collections, until a sweep.

    All threads stop during a collection, for a tenth of a second and more with the objects of JAX and of each compiled
    network. Frozen objects are not visited again.
    """
    gc.collect()
    gc.freeze()


def collect_all() -> None:
    """The same for all objects: some that were frozen while in use may be garbage by now."""
    gc.unfreeze()
    freeze()


@once
def _malloc_trim() -> Callable[[int], int] | None:
    """The C library's malloc_trim; None where there is none."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # no such function; on Windows no such library
        return None

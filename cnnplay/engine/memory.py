"""Giving memory back: what compiled programs take is returned by a sweep from time to time, not one by one.

Each network costs some 10 MB in compiled programs. Forgetting a single one gives nothing back; emptying all caches that
hold programs, JAX's own among them, and handing the freed pages to the system does. What is in use compiles again.
"""

import ctypes
import gc
import sys
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from itertools import count
from typing import Any

import psutil

from ..caching import once

COMPILED = "/jax/core/compile/backend_compile_duration"  # what JAX reports after each compilation
NO_PROGRAMS = ("on_device", "_options")  # caches of something else: the images, the compiler's options


def resident() -> int:
    """Bytes of memory that the process holds: its resident set."""
    return int(psutil.Process().memory_info().rss)


class Compilations:
    """How many programs JAX has compiled in this process since it was first asked."""

    def __init__(self) -> None:
        import jax.monitoring  # here, so that the engine can be imported before JAX is

        self._next, self.count = count(1), 0
        jax.monitoring.register_event_duration_secs_listener(self._hear)

    def _hear(self, event: str, duration_secs: float, **about: Any) -> None:
        if event == COMPILED:
            self.count = next(self._next)


compilations = once(Compilations)


def sweep() -> None:
    """Forget all compiled programs and give their memory back; calls of them that go on meanwhile end as they would.

    It takes a few tenths of a second, and whatever is asked for next is compiled anew.
    """
    for cache in program_caches():
        cache.cache_clear()
    if "jax" in sys.modules:
        sys.modules["jax"].clear_caches()
    settle_all()
    give_back()


def give_back() -> None:
    """Hand freed pages back to the system, where the C library can."""
    if trim := _malloc_trim():
        trim(0)


def program_caches() -> Iterator["_lru_cache_wrapper[Any]"]:
    """The caches of this package that hold compiled programs, of the modules loaded by now."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "cnnplay":
            for value in list(vars(module).values()):
                own = isinstance(value, _lru_cache_wrapper) and value.__module__ == name
                if own and value.__name__ not in NO_PROGRAMS:
                    yield value


def settle() -> None:
    """Leave what is in memory by now out of later searches for garbage, until a sweep.

    All threads wait during such a search: a tenth of a second and more with what JAX loads and each compiled network
    adds. So what has been looked at once is not looked at again here.
    """
    gc.collect()
    gc.freeze()


def settle_all() -> None:
    """The same with everything looked at again: garbage that was set apart while it was in use goes, too."""
    gc.unfreeze()
    settle()


@once
def _malloc_trim() -> Any:
    """The C library's own way to hand freed pages back; None where it has none."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # no such function; on Windows no such library
        return None

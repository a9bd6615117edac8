"""Caches: `once` for what a process makes once, `program_cache` for compiled programs, which a sweep forgets."""

from collections.abc import Callable
from functools import cache, lru_cache, update_wrapper
from threading import Lock
from typing import Generic, ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")

_forget_programs: list[Callable[[], None]] = []  # one entry per program cache


class once(Generic[Made]):  # noqa: N801 - used as a decorator
    """`functools.cache` for a function without arguments, safe for threads: the function runs once.

    `functools.cache` alone lets two threads that call at the same time run it twice.
    """

    def __init__(self, make: Callable[[], Made]):
        self._lock, self._cached = Lock(), cache(make)
        update_wrapper(self, make)

    def __call__(self) -> Made:
        with self._lock:
            return self._cached()

    def forget(self) -> None:
        """Run the function again at the next call."""
        self._cached.cache_clear()


def program_cache(size: int) -> Callable[[Callable[Given, Made]], Callable[Given, Made]]:
    """Cache the last `size` programs that a function compiles, until `forget_programs` is called.

    @program_cache(8)
    def forward(architecture): return jax.jit(...)
    """

    def decorate(make: Callable[Given, Made]) -> Callable[Given, Made]:
        cached = lru_cache(size)(make)
        _forget_programs.append(cached.cache_clear)
        return cached  # type: ignore[return-value]  # typeshed's wrapper takes any hashable arguments

    return decorate


def forget_programs() -> None:
    """Empty every cache made by `program_cache`. Calls of their programs that are under way end normally."""
    for forget in _forget_programs:
        forget()

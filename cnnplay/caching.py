"""once: made by the first who asks, also where several threads ask at the same time."""

from collections.abc import Callable
from functools import cache, update_wrapper
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class once(Generic[Made]):  # noqa: N801 - used as a decorator
    """`functools.cache` for a function without arguments; that one alone lets two threads make the thing twice."""

    def __init__(self, make: Callable[[], Made]):
        self._lock, self._cached = Lock(), cache(make)
        update_wrapper(self, make)

    def __call__(self) -> Made:
        with self._lock:
            return self._cached()

    def forget(self) -> None:
        """The next who asks makes it anew."""
        self._cached.cache_clear()

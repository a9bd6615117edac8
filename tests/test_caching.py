"""`once` runs its function once, even if several threads call it at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from cnnplay.caching import once


def test_threads_that_call_at_the_same_time_get_the_same_object():
    start_together = Barrier(8)
    made = []

    @once
    def value():
        """A value."""
        made.append(object())
        return made[-1]

    def call(_):
        start_together.wait()
        return value()

    with ThreadPoolExecutor(8) as threads:
        values = set(threads.map(call, range(8)))
    assert values == set(made)
    assert len(made) == 1
    assert value.__doc__ == "A value."
    value.forget()
    assert value() not in values

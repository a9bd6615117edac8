"""What is made once is made once, whoever asks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from cnnplay.caching import once


def test_threads_that_ask_at_the_same_time_get_the_same_thing():
    together = Barrier(8)
    made = []

    @once
    def thing():
        """A thing."""
        made.append(object())
        return made[-1]

    def ask(_):
        together.wait()
        return thing()

    with ThreadPoolExecutor(8) as threads:
        things = set(threads.map(ask, range(8)))
    assert things == set(made)
    assert len(made) == 1
    assert thing.__doc__ == "A thing."
    thing.forget()
    assert thing() not in things

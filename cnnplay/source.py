"""Python source, as a text and as a tree. The app shows and exports some of its own source.

CPython 3.11 counts the depth of a tree once for all threads: where another one gets its turn while a tree is made, and
makes one too, the first fails with "AST constructor recursion depth mismatch" (python/cpython issue 106905). A thread
can lose its turn there only to a collection of garbage, which calls Python functions (JAX has one among
`gc.callbacks`). So there is none while a tree is made here, and one thread makes one at a time.
"""

import ast
import gc
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

_one_at_a_time = Lock()


def parse(source: str) -> ast.Module:
    """`ast.parse` for a process with several threads."""
    with uninterrupted():
        return ast.parse(source)


def text_of(thing: Any) -> str:
    """`inspect.getsource` for a process with several threads: to find a class it parses the module."""
    with uninterrupted():
        return inspect.getsource(thing)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """For whatever else parses source."""
    with _one_at_a_time:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            if was_enabled:
                gc.enable()

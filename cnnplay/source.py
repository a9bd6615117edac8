"""Python source, as a text and as a tree. The app shows and exports some of its own source.

CPython 3.11 counts the depth of a tree once for all threads: two that parse at the same time fail now and then with
"AST constructor recursion depth mismatch" (python/cpython issue 106905). So here one parses at a time, and tries again
where a library of ours has parsed meanwhile.
"""

import ast
import inspect
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

TRIES = 20

T = TypeVar("T")
_one_at_a_time = Lock()


def parse(source: str) -> ast.Module:
    """`ast.parse` for a process with several threads."""
    return _tried(lambda: ast.parse(source))


def text_of(thing: Any) -> str:
    """`inspect.getsource` for a process with several threads: to find a class it parses the module."""
    return _tried(lambda: inspect.getsource(thing))


def _tried(act: Callable[[], T]) -> T:
    with _one_at_a_time:
        for _ in range(TRIES - 1):
            try:
                return act()
            except SystemError:
                continue
        return act()

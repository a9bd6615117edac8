"""Python source as a tree. The app shows and exports some of its own source."""

import ast
from threading import Lock

_one_at_a_time = Lock()


def parse(source: str) -> ast.Module:
    """`ast.parse` for a process with several threads.

    CPython 3.11 counts the depth of a tree once for all threads: two that parse at the same time fail now and then
    with "AST constructor recursion depth mismatch" (python/cpython issue 106905).
    """
    with _one_at_a_time:
        return ast.parse(source)

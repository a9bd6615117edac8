"""Reading source while other threads do: it is read as if nobody else had."""

import ast
import threading

import pytest

from cnnplay.ops.arithmetic import Window
from cnnplay.source import parse, text_of

SOURCE = "def f(x):\n" + "".join(f"    y{n} = [x, (x, {n}), {{x: [x]}}]\n" for n in range(200)) + "    return x\n"


def test_what_fails_while_another_thread_parses_is_tried_again(monkeypatch):
    real, failures = ast.parse, iter([True] * 5 + [False])

    def busy(text):
        if next(failures):
            raise SystemError("AST constructor recursion depth mismatch (before=54, after=76)")
        return real(text)

    monkeypatch.setattr(ast, "parse", busy)
    assert ast.unparse(parse("x = 1")) == "x = 1"


def test_what_cannot_be_parsed_at_all_says_so():
    with pytest.raises(SyntaxError):
        parse("x = = 1")


def test_sources_are_read_beside_threads_that_parse():
    stop, wrong = threading.Event(), []

    def parse_on():
        while not stop.is_set():
            try:
                ast.parse(SOURCE)
            except SystemError:  # what CPython 3.11 does now and then
                continue

    def read():
        for _ in range(50):
            if not text_of(Window).startswith("@dataclass") or len(parse(SOURCE).body) != 1:
                wrong.append(1)

    busy = [threading.Thread(target=parse_on) for _ in range(2)]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in [*busy, *readers]:
        thread.start()
    for thread in readers:
        thread.join()
    stop.set()
    for thread in busy:
        thread.join()
    assert not wrong

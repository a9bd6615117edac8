"""Reading source while other threads do: it is read as if nobody else had."""

import ast
import gc
import threading

import pytest
from streamlit.testing.v1 import AppTest

from cnnplay.ops.arithmetic import Window
from cnnplay.source import parse, text_of

SOURCE = "def f(x):\n" + "".join(f"    y{n} = [x, (x, {n}), {{x: [x]}}]\n" for n in range(200)) + "    return x\n"


def test_what_cannot_be_parsed_says_so_and_garbage_is_collected_again():
    with pytest.raises(SyntaxError):
        parse("x = = 1")
    assert gc.isenabled()


@pytest.fixture
def collections_call_a_function():
    """What lets another thread in while a tree is made (see cnnplay.source), whether or not JAX has been imported."""

    def callback(phase, info):
        pass

    gc.callbacks.append(callback)
    yield
    gc.callbacks.remove(callback)


def test_sources_are_read_beside_threads_that_parse(collections_call_a_function):
    stop, read_well = threading.Event(), []

    def parse_on():
        while not stop.is_set():
            try:
                ast.parse(SOURCE)
            except SystemError:  # what CPython 3.11 does now and then
                continue

    def read():
        for _ in range(20):
            read_well.append(text_of(Window).startswith("@dataclass") and len(parse(SOURCE).body) == 1)

    busy = [threading.Thread(target=parse_on) for _ in range(2)]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in [*busy, *readers]:
        thread.start()
    for thread in readers:
        thread.join()
    stop.set()
    for thread in busy:
        thread.join()
    assert read_well == [True] * 40


def test_streamlit_does_not_rewrite_scripts():
    """With its "magic", the value of an expression that stands alone would be on the page."""
    app = AppTest.from_string("import streamlit as st\n6 * 7\nst.text('here')").run()
    assert [text.value for text in app.text] == ["here"]
    assert not app.markdown

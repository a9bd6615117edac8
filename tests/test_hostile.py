"""Thousands of hostile links, texts, values and files: each is accepted, or refused in one sentence.

tests/hostile.py has the tables; tests/pages/test_hostile.py sends them to the pages.
"""

import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnnplay.errors import PictureError, PlaygroundError
from cnnplay.inputs.handwriting import INK, InkError, on_paper, read_ink, received
from cnnplay.inputs.photo import photo_steps
from cnnplay.inputs.uploads import read_picture
from cnnplay.labs.kernels import check_filter
from cnnplay.link import PARAMETERS, from_parameters, to_parameters
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import CLASSES, write_layers
from cnnplay.network.parsing import DEFAULT, read_layers
from cnnplay.training.config import TrainConfig
from cnnplay.ui.filter_picker import MOST_EDITED, read_edit
from cnnplay.ui.inside.mistakes import clicked
from tests.hostile import (
    CHARTS,
    FILES,
    JSON,
    LINK_TEXTS,
    LISTENERS,
    NETWORKS,
    PACKAGE,
    TEXTS,
    VALUES,
    assert_a_sentence,
    cubes,
    events_sent,
    keys_listened_to,
    saved,
)


def test_the_table_lists_every_event_of_a_component() -> None:
    states = {("fields", "edits"), ("storage", "kept")}  # tests/pages/test_hostile.py sends forged ones of both
    unread = {("address", "connected")}
    assert events_sent() == {(row.component, row.event) for row in LISTENERS} | states | unread


def test_the_table_lists_every_listener() -> None:
    assert set(keys_listened_to()) == {row.key for row in LISTENERS} | CHARTS


def test_the_app_reads_only_tested_parameters_of_a_link() -> None:
    sources = "".join(file.read_text("utf-8") for file in PACKAGE.rglob("*.py"))
    named = set(re.findall(r"""parameters(?:\.get\(|\[)["'](\w+)["']""", sources))
    assert named <= {"net", "run", *PARAMETERS}
    assert "run" in named


@pytest.mark.parametrize("key", ["net", *PARAMETERS])
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:20]))
def test_a_hostile_parameter_is_used_or_refused_in_a_sentence(key: str, text: str) -> None:
    assert_opens({key: text})


@settings(deadline=None, max_examples=600)
@given(st.dictionaries(st.sampled_from(["net", *PARAMETERS]) | st.text(max_size=5), LINK_TEXTS, max_size=4))
def test_a_link_with_any_parameters_opens(parameters: dict[str, str]) -> None:
    assert_opens(parameters)


@settings(deadline=None, max_examples=500)
@given(st.sampled_from(["net", *PARAMETERS]), st.binary(max_size=60))
@example("net", b"%00%ff%c0%80%ed%a0%80")
@example("net", b"conv6k2&net=conv4k4;net=x&&&=&rate")
def test_a_link_of_any_bytes_opens(key: str, noise: bytes) -> None:
    for query in (
        f"{key}={quote(noise)}",
        f"{key}={noise.decode('latin1')}",
        f"{key}={noise.decode('utf-8', 'replace')}",
    ):
        assert_opens(dict(parse_qsl(query, keep_blank_values=True)))


def assert_opens(parameters: dict[str, str]) -> None:
    net, config, problems = from_parameters(parameters)
    assert net == write_layers(read_layers(net))
    assert re.fullmatch("[a-z0-9.-]{1,600}", net)
    assert isinstance(config, TrainConfig)
    assert len(problems) <= len(parameters)
    for problem in problems:
        assert_a_sentence(problem)
    assert from_parameters(to_parameters(net, config)) == (net, config, [])


@settings(deadline=None, max_examples=1200)
@given(NETWORKS | st.text(max_size=60))
def test_any_text_is_a_network_or_an_error_with_working_remedies(text: str) -> None:
    try:
        Architecture.parse(text).require_classes()
    except PlaygroundError as error:
        assert_a_sentence(str(error))
        for remedy in error.remedies:
            assert remedy.label.isprintable()
            Architecture.parse(remedy.change.get("net", DEFAULT))


READERS: dict[str, Any] = {  # how pages read the values of components
    "the pad's drawing": read_ink,
    "the kernel editor's numbers": read_edit,
    "a filter's numbers": lambda value: check_filter(value, (2, 3, 1)),
    "a click on the confusion": partial(clicked, classes=CLASSES),
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:20])
def test_a_hostile_value_is_refused_in_a_sentence(reader: Any, value: Any) -> None:
    assert_read_or_refused(reader, value)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@settings(deadline=None, max_examples=400)
@given(value=JSON | cubes(4))
def test_a_value_of_any_type_is_read_or_refused(reader: Any, value: Any) -> None:
    assert_read_or_refused(reader, value)


def assert_read_or_refused(reader: Any, value: Any) -> None:
    try:
        found = reader(value)
    except PlaygroundError as error:
        assert_a_sentence(str(error))
        return
    if isinstance(found, np.ndarray):
        assert found.dtype == np.float32
        assert np.isfinite(found).all()
        assert abs(found).max() <= 1000
        assert found.size <= INK[0] * INK[1]
    else:
        assert found is None


@pytest.mark.parametrize("size", range(1, 12))
def test_a_typed_kernel_is_no_larger_than_the_page_allows(size: int) -> None:
    values = [[[1] * size] * size]
    if size <= MOST_EDITED:
        assert read_edit(values).shape == (size, size, 1)
    else:
        with pytest.raises(PlaygroundError, match=r"at most 7 × 7"):
            read_edit(values)


POINTS = st.fixed_dictionaries({"x": st.integers(-3, 12) | JSON, "y": st.integers(-3, 12) | JSON}) | JSON


@settings(deadline=None, max_examples=500)
@given(POINTS)
def test_a_click_is_a_cell_of_the_confusion_matrix_or_nothing(point: Any) -> None:
    for chart in (point, {"selection": point}, {"selection": {"points": point}}, {"selection": {"points": [point]}}):
        cell = clicked(chart, CLASSES)
        assert cell is None or all(type(digit) is int and 0 <= digit < CLASSES for digit in cell)


def test_a_real_click_gives_its_cell() -> None:
    assert clicked({"selection": {"points": [{"x": 3, "y": 5}]}}, CLASSES) == (5, 3)


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_read_or_refused_in_a_sentence(name: str) -> None:
    make, is_read = FILES[name]
    if not is_read:
        with pytest.raises(PictureError) as caught:
            read_picture(make())
        assert_a_sentence(str(caught.value))
        return
    picture = read_picture(make(), most=160)
    assert max(picture.shape[:2]) <= 160
    assert_ink_or_refused(picture)


def assert_ink_or_refused(picture: np.ndarray) -> None:
    """Ink from a photo can be put on the pad and read there."""
    try:
        ink = photo_steps(picture)[-1].image
    except InkError as error:
        assert_a_sentence(str(error))
        return
    assert received(on_paper(ink)).max() > 0


@settings(deadline=None, max_examples=300)
@given(
    st.tuples(st.sampled_from([1, 2, 3, 7, 28, 160]), st.sampled_from([1, 2, 5, 28, 160]), st.sampled_from([1, 3])),
    st.sampled_from([[0, 1], [0, 0, 0, 1], [0, 0.05, 0.1], [0.5, 0.500001], [1], list(np.linspace(0, 1, 256))]),
    st.integers(0, 2**32 - 1),
)
def test_any_photo_gives_ink_for_the_pad_or_an_error(shape: tuple[int, ...], greys: list[float], seed: int) -> None:
    assert_ink_or_refused(np.random.default_rng(seed).choice(np.array(greys, np.float32), shape))


LARGEST = {  # name: (mode, format, options) of pictures of the largest size allowed, 4096 · 4096 pixels
    "WebP": ("RGBA", "WEBP", {"lossless": True}),
    "PNG": ("RGBA", "PNG", {}),
    "16 bits": ("I;16", "PNG", {}),
    "GIF": ("P", "GIF", {}),
}
MEASURE = """
import gc, json, resource, sys
from pathlib import Path
from PIL import Image
from cnnplay.errors import PlaygroundError
from cnnplay.inputs.photo import photo_steps
from cnnplay.inputs.uploads import read_picture

def upload(name):
    try:
        photo_steps(read_picture(Path(sys.argv[1], name).read_bytes(), most=160))
    except PlaygroundError:
        pass

def resident():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20

def peak():  # of this process alone: getrusage inherits the peak of its parent
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024

refused, read, largest = json.loads(sys.argv[2])
Image.init()
upload(read[0])
found = [peak()]
for names in (refused, largest):
    for name in names:
        upload(name)
    found.append(peak())
kept = []
for _ in range(2):
    for _ in range(4):
        for name in refused + read:
            upload(name)
    kept.append(resident())
print(found[1] - found[0], found[2] - found[0], kept[1] - kept[0])
"""


def test_reading_pictures_uses_bounded_memory_and_leaves_none_behind(tmp_path: Path) -> None:
    """In MB, in a separate process: the peak of refusing and of reading, and what 100 pictures leave behind."""
    made = {name: make() for name, (make, _) in FILES.items()}
    made |= {name: saved(mode, (4096, 4096), kind, **how) for name, (mode, kind, how) in LARGEST.items()}
    numbers = {name: str(number) for number, name in enumerate(made)}
    for name, content in made.items():
        (tmp_path / numbers[name]).write_bytes(content)
    small = [numbers[name] for name, (_, is_read) in FILES.items() if is_read and len(made[name]) < 10_000]
    refused = [numbers[name] for name, (_, is_read) in FILES.items() if not is_read]
    groups = json.dumps([refused, small, [numbers[name] for name in LARGEST]])
    answer = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path), groups],
        capture_output=True,
        text=True,
        cwd=PACKAGE.parent,
        check=True,
    )
    refusing, reading, left = map(float, answer.stdout.split())
    assert refusing < 40  # the file of 10 MB, and the texts of a PNG that are unpacked until it is refused
    assert reading < 400
    assert left < 8

"""Tables of what a hostile browser may send: links, values of components, and files."""

import ast
import importlib
import io
import json
import re
import struct
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from PIL import Image

import cnnplay
from cnnplay.ui.own_data.drawing import NOT_DRAWN

PACKAGE = Path(cnnplay.__file__).parent
COMPONENTS = PACKAGE / "ui" / "components"

MOST_LETTERS = 1500  # of a message about a hostile value

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 10**300, 0.5, float("nan"), float("inf"), 1e308),
    *("x", "\x00", "\ud800", "💥" * 1000, "9" * 5000, "map999", "map-1", "map٣", "test_10000", "own_0", "filter_512"),
    *("A" * 1_000_000, "A" * 9408, "__proto__", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))"),
    *([], {}, [[]], [[[]]], [None], [[["1"]]], [[[True]]], [[[float("nan")]]], [[[1e308]]], [[[1001]]]),
    *([[1, 2], [3]], [[[1]] * 2], [[[0] * 12] * 12], [[[0] * 8] * 8], [[[1]]] * 4, [0] * 100_000),
    *({"length": 3}, {"kernel": [[[1]]]}, json.loads("[" * 300 + "]" * 300)),
]

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
JSON = PLAIN | st.lists(PLAIN | st.lists(PLAIN | st.lists(PLAIN, max_size=3), max_size=3), max_size=4)
JSON |= st.dictionaries(st.text(max_size=5), PLAIN | st.lists(PLAIN, max_size=2), max_size=3)
NUMBERS = st.sampled_from([0, 1, -2.5, 1000, 1000.1, -1e308, float("nan"), float("inf"), True, None, "1", [1]])


def assert_a_sentence(text: str) -> None:
    """A short, complete, printable and encodable sentence, without control or bidirectional characters."""
    assert text.endswith(".")
    assert len(text) < MOST_LETTERS
    assert text.isprintable()
    text.encode()


def cubes(most: int) -> st.SearchStrategy[Any]:
    """Lists [c][h][w], most of them rectangular, with arbitrary numbers."""
    sides = st.integers(1, most)
    even = st.tuples(st.integers(1, 4), sides, sides).flatmap(
        lambda size: st.lists(
            st.lists(st.lists(NUMBERS, min_size=size[2], max_size=size[2]), min_size=size[1], max_size=size[1]),
            min_size=size[0],
            max_size=size[0],
        )
    )
    return even | st.lists(st.lists(st.lists(NUMBERS, max_size=most), max_size=most), max_size=4)


@dataclass(frozen=True)
class Listener:
    """A listener of a page: the page, its part, the component's key and name, and the event.

    `usual` is a value that a real visitor sends, to show that the listener works; None stands for the id of the first
    picture that the component draws.
    """

    page: str
    part: str | None
    key: str
    component: str
    event: str
    usual: Any


# A drawing as the quick pad sends it: a white square in the middle of its paper, the first one, of the second class.
SQUARE = np.pad(np.full((40, 40), 255, np.uint8), 22)
KEPT = json.dumps([{"id": 1, "label": 1, "drawing": b64encode(SQUARE.tobytes()).decode()}])

LISTENERS = [
    Listener("convolution", "filter", "slide_player", "player", "kernel", [[[1, 2], [3, 4]]]),
    Listener("convolution", "filter", "slide_player", "player", "cell", [3, 4]),
    Listener("convolution", "functions", "overlap", "overlap", "place", [1.5, True]),
    Listener("convolution", "lines", "orientations", "orientations", "place", [60, 1]),
    Listener("convolution", "depth", "depth_maps", "maps", "choose", "map3"),
    Listener("stride_padding", None, "windows_player", "player", "cell", [1, 2]),
    Listener("pooling", "numbers", "numbers_player", "player", "cell", [1, 1]),
    Listener("pooling", "maps", "maps_player", "player", "cell", [1, 2]),
    Listener("pooling", "invariance", "shift", "shift", "place", [-1, 2]),
    Listener("inside", "maps", "seen_maps", "maps", "choose", "filter_3"),
    Listener("inside", "maps", "seen_player", "player", "cell", [1, 2]),
    Listener("inside", "change", "change_player", "player", "kernel", [[[1, 2], [3, 4]]]),
    Listener("inside", "change", "change_player", "player", "cell", [1, 2]),
    Listener("inside", "mistakes", "mistake_maps", "maps", "choose", None),
    Listener("inside", "maps", "answer", "answer", "ask", "why"),
    Listener("inside", "why", "why_filters", "maps", "choose", None),
    Listener("draw", None, "pad", "pad", "drawing", ""),
    Listener("draw", None, "kept_maps", "maps", "choose", "own_1"),
    Listener("draw", None, "kept_maps", "maps", "remove", "own_1"),
    Listener("data", None, "own_pad", "quick_pad", "kept", KEPT),
    Listener("data", None, "own_pad", "quick_pad", "chosen", 1),
    Listener("data", None, "own_pad", "quick_pad", "removed", NOT_DRAWN),
    Listener("data", None, "own_pad", "quick_pad", "undo", NOT_DRAWN + 1),
    Listener("training", None, "curves", "curves", "remove", "1"),
    Listener("experiments", None, "experiment_seeds", "seeds", "choose", "1"),
]
KEY_ARGUMENT = {"cell_args": 1, "pooling_player": 3}  # of functions that give a player its callback: where the key is
CHARTS = {"mistake_cell"}  # Plotly charts that report clicks


def events_sent() -> set[tuple[str, str]]:
    """(component, event) for every event that the components' scripts send."""
    sent = set()
    for folder in {path.parent for path in (COMPONENTS / "scripts").glob("*/*.js")} - {
        COMPONENTS / "scripts" / "shared"
    }:
        text = "\n".join(script.read_text("utf-8") for script in folder.glob("*.js"))
        names = re.findall(r"""(?:setTriggerValue|setStateValue|\btrigger)\(\s*["'`](\w+)["'`]""", text)
        assert bool(names) == ("setTriggerValue" in text or "setStateValue" in text), f"{folder.name}: sends what?"
        sent |= {(folder.name, name) for name in names}
    return sent


def keys_listened_to() -> dict[str, str]:
    """{key: function} for every call that gives a component or a chart a callback."""
    found = {}
    for file in [*(PACKAGE / "ui").rglob("*.py"), *(PACKAGE.parent / "pages").glob("*.py")]:
        if COMPONENTS in file.parents:
            continue
        for call in (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)):
            passed = {word.arg: word.value for word in call.keywords if word.arg}
            function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "?")
            if any(re.fullmatch("on_(?!click|change|dismiss)[a-z]+", name) for name in passed):
                found[_key(passed.get("key"), file) or _default_key(function)] = function
            elif function in KEY_ARGUMENT and (key := _key(call.args[KEY_ARGUMENT[function]], file)):
                found[key] = function
    return found


def _key(given: ast.expr | None, file: Path) -> str | None:
    """The key given in a call: a literal, or a constant of the module or of one that it imports; None for others."""
    if isinstance(given, ast.Name):
        module = ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
        found = getattr(importlib.import_module(module), given.id, None)  # None: an argument of the function around it
        return None if found is None else str(found)
    return str(given.value) if isinstance(given, ast.Constant) else None


def _default_key(function: str) -> str:
    """The default key of a component."""
    for file in COMPONENTS.glob("*.py"):
        if found := re.search(rf'def {function}\([^)]*?key: str = "(\w+)"', file.read_text("utf-8"), re.DOTALL):
            return found[1]
    return "?"


TEXTS = [
    *("", " ", "0", "-1", "٣", "1e999", "nan", "inf", "0x10", "1_000", "+1", "1.5", "true", "null", "None", "[]", "{}"),
    *("\x00", "a\x00b", "\x1b[31m", "\u202egnp.exe", "\ufeff", "\u200b", "e\u0301" * 50, "💥" * 500, "\ufffd"),
    *("9" * 5000, "9" * 1_000_000, "-" * 5000, "relu-" * 20_000, "conv6k2" * 1000, "a" * 100_000),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "![x](//example.org/a.png)"),
    *(
        "[here](https://example.org)",
        "**bold**",
        "`code`",
        ":material/home:",
        "$x^2$",
        "# head",
        ":red[x]",
        "&lt;b&gt;",
    ),
    *("../../etc/passwd", "..%2f..%2f", "%00", "%", "%zz", "'; DROP TABLE runs; --", "{{7*7}}", "${7*7}", "%s%n", "\\"),
    *("conv0k0", "conv512k32s32d8p99", "conv999999999k1", "max0", "max99", "mean2p1.2.3", "dropout100", "dense0"),
    *("conv6k2-", "-conv6k2", "conv6k2--relu", "conv6k2 -\n relu\t-max2", "CONV6K2-RELU", "conv6k²", "conv６k２"),
    *("conv6k2x", "conv6kx2", "conv6k2s", "conv6k2p", "conv6k2p1.", "conv6k2samefull", "max2d2", "flatten-conv6k2"),
    *("-".join(["conv512k1p16"] * 40), "-".join(["max2"] * 40), "-".join(["flatten"] * 40), "max32-max32"),
]
PARTS = [
    *(
        "conv",
        "max",
        "mean",
        "min",
        "dense",
        "dropout",
        "relu",
        "gelu",
        "tanh",
        "flatten",
        "k",
        "s",
        "d",
        "p",
        "x",
        ".",
    ),
    *(
        "same",
        "full",
        "valid",
        "-",
        "-",
        "-",
        "0",
        "1",
        "2",
        "3",
        "6",
        "10",
        "28",
        "99",
        "9" * 30,
        " ",
        "\n",
        "é",
        "\x00",
    ),
]
NETWORKS = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)
LINK_TEXTS = st.text(max_size=40) | st.sampled_from(TEXTS) | NETWORKS | st.integers().map(str) | st.floats().map(str)


def saved(mode: str, size: tuple[int, int], kind: str = "PNG", **how: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **how)
    return file.getvalue()


def digit_like(mode: str, kind: str, size: tuple[int, int] = (60, 80), **how: Any) -> bytes:
    """A photo of a digit: a dark stroke on light paper."""
    pixels = np.full(size[::-1], 230, np.uint8)
    pixels[size[1] // 5 : -size[1] // 5 or None, size[0] // 2 - 4 : size[0] // 2 + 4] = 20
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, kind, **how)
    return file.getvalue()


def frames(kind: str, count: int = 30) -> bytes:
    """An animation in which every frame differs."""
    made = [Image.new("RGB", (64, 64), (8 * at, 255 - 8 * at, 0)) for at in range(count)]
    file = io.BytesIO()
    made[0].save(file, kind, save_all=True, append_images=made[1:])
    return file.getvalue()


def zip_of(content: bytes, layers: int = 1) -> bytes:
    for _ in range(layers):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("picture.png", content)
        content = file.getvalue()
    return content


def png(width: int, height: int, *chunks: tuple[bytes, bytes], data: bytes = b"") -> bytes:
    """A grey PNG file with any size in its header."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    parts = [head, *chunks, (b"IDAT", zlib.compress(data, 9)), (b"IEND", b"")]
    body = [
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part)) for kind, part in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


# name: (a function that makes the file, whether it is accepted as a picture)
FILES: dict[str, tuple[Callable[[], bytes], bool]] = {
    "empty": (lambda: b"", False),
    "one byte": (lambda: b"\x89", False),
    "10 MB of noise": (lambda: np.random.default_rng(0).bytes(10 * 2**20), False),
    "a digit with 3 MB behind it": (lambda: digit_like("L", "PNG") + bytes(3 * 2**20), False),
    "noise after a true start": (lambda: b"\x89PNG\r\n\x1a\n" + np.random.default_rng(0).bytes(2**20), False),
    "truncated": (lambda: digit_like("RGB", "JPEG")[:400], False),
    "SVG": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)" width="9" height="9"/>', False),
    "PDF": (lambda: digit_like("RGB", "PDF"), False),
    "TIFF of many pages": (lambda: frames("TIFF"), False),
    "ICO": (lambda: digit_like("RGB", "ICO"), False),
    "zip bomb": (lambda: zip_of(bytes(50 * 2**20), layers=2), False),
    "PNG of 20,000 × 20,000": (lambda: png(20_000, 20_000), False),
    "PNG of 2³¹ pixels a side": (lambda: png(2**31 - 1, 2**31 - 1), False),
    "PNG of 0 pixels": (lambda: png(0, 0), False),
    "PNG with a text that unpacks to gigabytes": (
        lambda: png(1, 1, *[(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**20), 9))] * 1900, data=b"\0\0"),
        False,
    ),
    "20,000 × 1": (lambda: saved("L", (20_000, 1)), False),
    "1 × 20,000": (lambda: saved("L", (1, 20_000)), False),
    "16,384 × 1": (lambda: saved("L", (16_384, 1)), True),
    "1 × 16,384": (lambda: saved("L", (1, 16_384)), True),
    "1 × 1": (lambda: saved("L", (1, 1)), True),
    "2 × 1 in two colours": (lambda: png(2, 1, data=b"\0\0\xff"), True),
    "all pixels that are read": (lambda: saved("L", (4096, 4096)), True),
    "animated GIF": (lambda: frames("GIF"), True),
    "animated PNG": (lambda: frames("PNG"), True),
    "animated WebP": (lambda: frames("WEBP"), True),
    "CMYK": (lambda: digit_like("CMYK", "JPEG"), True),
    "16 bits": (lambda: digit_like("I;16", "PNG"), True),
    "palette with transparency": (lambda: digit_like("P", "PNG", transparency=0), True),
    "turned by its camera": (lambda: digit_like("L", "JPEG", exif=_turned(6)), True),
    "turned by a camera that does not exist": (lambda: digit_like("L", "JPEG", exif=_turned(77)), True),
    "a digit": (lambda: digit_like("L", "PNG"), True),
}


def _turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()

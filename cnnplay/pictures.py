"""Pictures to slide a filter over, float32 [h w c] from 0 (black) to 1 (white): drawn, taken from MNIST or uploaded.

An uploaded file is hostile until it is checked: `read_picture` gives pixels or raises PictureError, nothing else.
"""

import math
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from numbers import Integral
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from .data import Split
from .errors import PlaygroundError, Remedy

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage


class PictureError(PlaygroundError):
    """A picture that cannot be drawn, found or read."""


# --- drawn pictures ---

MOST_SIZE = 256


def line(angle: float, size: int, width: float = 1.5) -> np.ndarray:
    """A white line on black through the middle, `angle` degrees anticlockwise from horizontal: float32 [size size].

    A pixel at distance d from the line has the brightness ½ + width/2 - |d|, cut to 0..1: smooth at every angle.
    Raises PictureError for a size that is not 1 to 256.
    """
    x, y = _from_middle(size)
    turn = math.radians(angle)
    return _stroke(x * math.sin(turn) + y * math.cos(turn), width)


def _from_middle(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Of each pixel, how far to the right of the middle and how far below it."""
    if not _whole(size) or not 1 <= size <= MOST_SIZE:
        raise PictureError(f"A picture is 1 to {MOST_SIZE} pixels wide, not {size!r}.")
    steps = np.arange(size) - (size - 1) / 2
    return steps[None, :] + 0 * steps[:, None], steps[:, None] + 0 * steps[None, :]


def _stroke(distance: np.ndarray, width: float) -> np.ndarray:
    return np.clip(0.5 + width / 2 - np.abs(distance), 0, 1).astype(np.float32)


def _bright_line(angle: float) -> Callable[[int], np.ndarray]:
    """Two pixels wide, so that it is white whether its middle is a row of pixels or lies between two."""
    return lambda size: line(angle, size, width=2)


def _cross(size: int) -> np.ndarray:
    return np.maximum(line(0, size, width=2), line(90, size, width=2))


def _circle(size: int) -> np.ndarray:
    return _stroke(np.hypot(*_from_middle(size)) - 0.35 * size, width=2)


def _edge(size: int) -> np.ndarray:
    _, y = _from_middle(size)
    return (y < 0).astype(np.float32)


def _checkerboard(size: int) -> np.ndarray:
    x, y = _from_middle(size)
    field = max(1, size // 7)
    return ((x - x.min()) // field + (y - y.min()) // field).astype(np.float32) % 2


def _gradient(size: int) -> np.ndarray:
    x, _ = _from_middle(size)
    return (0.5 + x / max(size - 1, 1)).astype(np.float32)


def _dot(size: int) -> np.ndarray:
    x, y = _from_middle(size)
    middle = (size - 1) // 2
    return ((x - x.min() == middle) & (y - y.min() == middle)).astype(np.float32)


def _stripes(size: int) -> np.ndarray:
    """½ + ½ cos(2π ∫ f), where the frequency f grows from 0 to ½ a pixel: black, white, black, the finest there is."""
    x, _ = _from_middle(size)
    column = x - x.min()
    return (0.5 + 0.5 * np.cos(np.pi * column**2 / (2 * max(size - 1, 1)))).astype(np.float32)


@dataclass(frozen=True)
class Pattern:
    """A picture drawn at any size. `says` tells what it is good for; `draw` gives its brightness [size size]."""

    title: str
    says: str
    draw: Callable[[int], np.ndarray]

    def make(self, size: int) -> np.ndarray:
        """float32 [size size 1], 0 black to 1 white. Raises PictureError for a size that is not 1 to 256."""
        return self.draw(size)[..., None]


PATTERNS = {
    "horizontal-line": Pattern("Horizontal line", "a line from left to right", _bright_line(0)),
    "vertical-line": Pattern("Vertical line", "a line from top to bottom", _bright_line(90)),
    "rising-line": Pattern("Rising line", "a line at 45°, like a slash /", _bright_line(45)),
    "falling-line": Pattern("Falling line", "a line at 135°, like a backslash \\", _bright_line(135)),
    "cross": Pattern("Cross", "a horizontal and a vertical line: which of them does a filter see?", _cross),
    "circle": Pattern("Circle", "a line of every direction: a filter lights up where its own is", _circle),
    "horizontal-edge": Pattern("Horizontal edge", "bright above, dark below", _edge),
    "vertical-edge": Pattern(
        "Vertical edge", "bright on the left, dark on the right", lambda size: _edge(size).T.copy()
    ),
    "checkerboard": Pattern("Checkerboard", "edges and corners at even distances", _checkerboard),
    "gradient": Pattern("Gradient", "black on the left to white on the right: no edge anywhere", _gradient),
    "stripes": Pattern("Stripes", "broad to fine: a blur loses the fine ones first", _stripes),
    "dot": Pattern("Dot", "one white pixel: the feature map shows the kernel itself, turned by half a turn", _dot),
}


# --- digits of MNIST ---

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LONGEST_WISH = 60
NUMBER = re.compile(r"(?:the )?(?:image |picture |number )?#? ?([0-9]+(?:,[0-9]{3})*)")
WISH = re.compile(
    r"(?:(?:(?P<more>another|(?:the )?next|one more)|an?|the|any|some) )?(?:digit )?"
    rf"(?P<digit>{'|'.join(DIGITS)}|[0-9])(?:e?s)?"
)
MORE = ("another", "next", "the next", "one more")


def digit(split: Split, number: int) -> np.ndarray:
    """Image `number` of a split, float32 [28 28 1] from 0 black to 1 white. Raises PictureError for no such image."""
    _check_number(split, number)
    return split.images[number].astype(np.float32) / 255


def find_digit(split: Split, text: str, current: int | None = None) -> int:
    """The number of the image that somebody asks for in words.

    "17", "image 17", "#17": that image, counted from 0. "seven", "a seven", "a 7", "7s": the first seven. "another
    seven", "next 7": the first seven after the image `current`, then from the start again. "another", "next": the
    same with the digit that the image `current` shows. Digits alone are always the number of an image.
    Raises PictureError for a number that is not there, and for words it does not know.
    """
    asked = " ".join(text[: LONGEST_WISH + 1].lower().split()).strip(" .,!?")
    if number := NUMBER.fullmatch(asked):
        return _check_number(split, int(number[1].replace(",", "")))
    if asked in MORE and len(split):
        return _next_of(split, int(split.labels[current or 0]), current)
    wish = WISH.fullmatch(asked)
    if wish is None or len(text) > LONGEST_WISH:
        raise PictureError(
            f"No image is called {text[:LONGEST_WISH]!r}. Type a number from 0 to {len(split) - 1:,}, "
            'or a digit in words: "a seven", "another seven".'
        )
    word = wish["digit"]
    label = DIGITS.index(word) if word in DIGITS else int(word)
    return _next_of(split, label, current if wish["more"] else None)


def _next_of(split: Split, label: int, current: int | None) -> int:
    """The first image of a digit, after `current` where there is one; from the start again behind the last."""
    numbers = np.flatnonzero(split.labels == label)
    if not numbers.size:
        raise PictureError(f"None of these {len(split):,} images shows {DIGITS[label]}. Ask for another digit.")
    later = numbers[numbers > current] if current is not None else numbers
    return int(later[0] if later.size else numbers[0])


def _check_number(split: Split, number: Any) -> int:
    last = len(split) - 1
    if not _whole(number) or not 0 <= number <= last:
        shown = f"{number:,}" if _whole(number) else repr(number)
        raise PictureError(
            f"There is no image {shown}: the images are numbered from 0 to {last:,}.",
            [Remedy(f"take image {last:,}", {"number": last})],
        )
    return int(number)


def _whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


# --- uploaded pictures ---

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 4096 * 4096
MOST_SIDE = 4 * 4096
# Parts that are cheap to repeat in a file and dear to read; (a file's first bytes, a part's, how many, their name).
REPEATED = (
    (b"\xff\xd8", b"\xff\xda", 100, "scans"),  # a progressive JPEG has about ten
    (b"\x89PNG", b"iCCP", 10, "colour profiles"),
)
RUN_LENGTH = (1, 2)  # compressions of BMP that Pillow unpacks pixel by pixel, in Python

DECODING = Lock()  # the largest picture takes 330 MB while it is read: one at a time, whoever uploads


def read_picture(data: bytes, most: int = 64) -> np.ndarray:
    """The pixels of a PNG, JPEG, WebP, GIF or BMP file, its longer side at most `most`: float32 [h w c] in 0..1.

    Grey pictures have one channel, others three (red, green, blue). Of an animation the first frame is taken, the
    orientation that a camera noted is applied, and what is transparent is laid on white. Never scaled up.

    Raises PictureError for a file of more than 2 MB, a picture of more than 4096 · 4096 pixels or 16,384 on a side
    (found before anything is decoded), another format, and a file that is damaged or cut short.
    """
    _check_file(data)
    with DECODING:
        pixels = np.asarray(_decode(data, most), np.float32) / 255
    is_grey = (pixels == pixels[..., :1]).all()
    return np.ascontiguousarray(pixels[..., :1]) if is_grey else pixels


def _check_file(data: bytes) -> None:
    """Refuse what need not be opened."""
    if not data:
        raise PictureError("This file is empty. Upload a PNG, JPEG, WebP, GIF or BMP picture.")
    if len(data) > MOST_BYTES:
        size, limit = math.ceil(len(data) / 2**20 * 10) / 10, MOST_BYTES // 2**20
        raise PictureError(f"This file has {size:,} MB and at most {limit} MB are read. Save the picture smaller.")
    for start, part, most, name in REPEATED:
        if data.startswith(start) and (count := data.count(part)) > most:
            raise PictureError(f"This picture has {count:,} {name} and at most {most} are read. Save it again, as PNG.")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _check_size(*_webp_size(data))


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height as a WebP file's first 30 bytes have them: its decoder takes memory for them when opened.

    "WebP Container Specification" (Google), sections on VP8, VP8L and VP8X.
    """
    kind, header = data[12:16], data[20:30]
    if len(header) == 10 and kind == b"VP8X":
        return int.from_bytes(header[4:7], "little") + 1, int.from_bytes(header[7:10], "little") + 1
    if len(header) == 10 and kind == b"VP8L":
        bits = int.from_bytes(header[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if len(header) == 10 and kind == b"VP8 ":
        width, height = struct.unpack("<HH", header[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise _damaged()


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
        raise _too_large(f"{width:,} × {height:,}")


def _decode(data: bytes, most: int) -> "PillowImage":
    """The picture as RGB, upright and small."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            _check_size(*opened.size)
            if opened.format == "BMP" and opened.info.get("compression") in RUN_LENGTH:
                raise PictureError("This BMP picture is run-length encoded, which takes long to read. Save it as PNG.")
            image = _resizable(opened)
            # Draws on the JPEG decoder for a rough reduction, so that most pixels of a photo are never computed.
            image.thumbnail((most, most), Image.Resampling.LANCZOS, reducing_gap=3)
            return _on_white(_upright(image))
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError(
            "This file is not a picture that can be read here. Upload a PNG, JPEG, WebP, GIF or BMP picture."
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large("far too many") from None
    except Exception as error:  # hostile bytes raise a dozen kinds of errors in the decoders
        raise _damaged() from error


def _resizable(image: "PillowImage") -> "PillowImage":
    """The same picture in a mode that can be averaged: no palette, no single bits, no 16 bits a channel."""
    from PIL import Image

    if image.mode.startswith("I"):
        values = np.asarray(image)
        grey = np.clip(values, 0, 0xFFFF) >> 8
        transparent = image.info.get("transparency")
        grey[values == transparent] = 0xFF
        return Image.fromarray(grey.astype(np.uint8))
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("1", "P"):
        return image.convert("RGB")
    return image


def _upright(image: "PillowImage") -> "PillowImage":
    """The picture as its camera was held, where the file says so."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # a camera's careless note is no reason to refuse its picture
        return image


def _on_white(image: "PillowImage") -> "PillowImage":
    from PIL import Image

    if image.mode != "RGBA":
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _too_large(size: str) -> PictureError:
    return PictureError(
        f"This picture has {size} pixels; at most {MOST_PIXELS:,} in all and {MOST_SIDE:,} on a side are read. "
        "Save it smaller."
    )


def _damaged() -> PictureError:
    return PictureError("This picture is damaged or cut short. Save it again, and upload that file.")

"""Uploaded pictures: hostile bytes until checked, then float32 [h w c] from 0 (black) to 1 (white)."""

import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from ..data.datasets import brightness
from ..errors import PictureError

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage


FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 4096 * 4096
MOST_SIDE = 4 * 4096

# Parts that are cheap to repeat in a file and expensive to decode: (first bytes of the file, of the part, most, name).
REPEATED = (
    (b"\xff\xd8", b"\xff\xda", 100, "scans"),  # a progressive JPEG has about ten
    (b"\x89PNG", b"iCCP", 10, "colour profiles"),
)

RUN_LENGTH = (1, 2)  # compressions of BMP that Pillow decodes pixel by pixel, in Python
DECODING = Lock()  # the largest picture takes 330 MB while it is decoded: one at a time in the process


def read_picture(data: bytes, most: int = 64, most_bytes: int = MOST_BYTES) -> np.ndarray:
    """The pixels of a PNG, JPEG, WebP, GIF or BMP file, scaled down to `most` on its longer side: float32 [h w c].

    Brightness from 0 to 1; one channel for a grey picture, else three (red, green, blue). An animation gives its first
    frame; the orientation from the camera is applied; transparent pixels are blended with white.

    Raises PictureError for a file of more than `most_bytes`, by default 2 MB, a picture of more than 4096 · 4096 pixels
    or 16,384 on a side (found before anything is decoded), another format, and a file that is damaged or cut short.
    """
    _check_file(data, most_bytes)
    with DECODING:
        pixels = brightness(np.asarray(_decode(data, most)))
    is_grey = (pixels == pixels[..., :1]).all()
    return np.ascontiguousarray(pixels[..., :1]) if is_grey else pixels


def _check_file(data: bytes, most_bytes: int) -> None:
    """Raises PictureError for a file that can be refused without opening it."""
    if not data:
        raise PictureError("This file is empty. Upload a PNG, JPEG, WebP, GIF or BMP picture.")
    if len(data) > most_bytes:
        size, limit = math.ceil(len(data) / 2**20 * 10) / 10, most_bytes // 2**20
        raise PictureError(f"This file has {size:,} MB and at most {limit} MB are read. Save the picture smaller.")
    for start, part, most, name in REPEATED:
        if data.startswith(start) and (count := data.count(part)) > most:
            raise PictureError(f"This picture has {count:,} {name} and at most {most} are read. Save it again, as PNG.")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _check_size(*_webp_size(data))


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height from the first 30 bytes of a WebP file, whose decoder allocates memory for them when opened.

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


def picture_size(data: bytes, most_bytes: int = MOST_BYTES) -> tuple[int, int]:
    """Width and height of a picture, from its header alone. Raises PictureError as `read_picture` does."""
    _check_file(data, most_bytes)
    with DECODING, _opened(data) as opened:
        return opened.size


@contextmanager
def _opened(data: bytes) -> Iterator["PillowImage"]:
    """The picture, not yet decoded. Raises PictureError for all that goes wrong while it is open."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            _check_size(*opened.size)
            if opened.format == "BMP" and opened.info.get("compression") in RUN_LENGTH:
                raise PictureError("This BMP picture is run-length encoded, which takes long to read. Save it as PNG.")
            yield opened
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError(
            "This file is not a picture that can be read here. Upload a PNG, JPEG, WebP, GIF or BMP picture."
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large("far too many") from None
    except Exception as error:  # hostile bytes raise a dozen types of errors in the decoders
        raise _damaged() from error


def _decode(data: bytes, most: int) -> "PillowImage":
    """The picture as RGB, upright, at most `most` pixels wide and high."""
    from PIL import Image

    with _opened(data) as opened:
        image = _resizable(opened)
        # Lets the JPEG decoder reduce it roughly first, so that most pixels of a photo are never computed.
        image.thumbnail((most, most), Image.Resampling.LANCZOS, reducing_gap=3)
        return _on_white(_upright(image))


def _resizable(image: "PillowImage") -> "PillowImage":
    """The same picture in a mode that can be resized: no palette, no single bits, no 16 bits a channel."""
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
    """The picture in the orientation in its Exif data, if it has any."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # malformed Exif data is no reason to refuse a picture
        return image


def _on_white(image: "PillowImage") -> "PillowImage":
    """The picture as RGB, blended with white where it is transparent."""
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

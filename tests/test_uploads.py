"""An uploaded file gives pixels, or is refused in words."""

import io
import math
import struct
import threading
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnplay.errors import PictureError
from cnnplay.inputs.uploads import MOST_BYTES, MOST_PIXELS, read_picture

COLOURS = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
RED, WHITE, BLACK = [1, 0, 0], [1, 1, 1], [0, 0, 0]


def saved(image, kind="PNG", **how):
    """A picture, or an array of one, as the bytes of a file."""
    content = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(content, kind, **how)
    return content.getvalue()


def plain(size, mode="RGB", colour="red", **how):
    return saved(Image.new(mode, size, colour), **how)


@pytest.mark.parametrize(
    "how", [{"kind": "PNG"}, {"kind": "BMP"}, {"kind": "WEBP", "lossless": True}], ids=lambda row: row["kind"]
)
def test_a_small_picture_is_read_pixel_by_pixel(how):
    np.testing.assert_array_equal(read_picture(saved(COLOURS, **how)), COLOURS.astype(np.float32) / 255)
    grey = read_picture(saved(COLOURS[..., 0], **how))
    np.testing.assert_array_equal(grey, COLOURS[..., :1].astype(np.float32) / 255)
    assert grey.dtype == np.float32


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize(("mode", "colour", "pixel"), [("RGB", "red", RED), ("L", 128, [128 / 255]), ("L", 255, [1])])
def test_every_format_is_read_in_colour_and_in_grey(kind, mode, colour, pixel):
    picture = read_picture(plain((20, 10), mode, colour, kind=kind))
    assert picture.shape == (10, 20, len(pixel))
    np.testing.assert_allclose(picture, np.broadcast_to(pixel, picture.shape), atol=0.02)


def test_a_grey_picture_saved_in_colour_has_one_channel():
    assert read_picture(plain((4, 4), "RGB", (9, 9, 9))).shape == (4, 4, 1)
    assert read_picture(plain((4, 4), "RGBA", (9, 9, 9, 100))).shape == (4, 4, 1)


@pytest.mark.parametrize(
    ("size", "most", "shape"),
    [
        ((1, 1), 64, (1, 1)),
        ((64, 64), 64, (64, 64)),
        ((65, 10), 64, (10, 64)),
        ((128, 64), 64, (32, 64)),
        ((64, 128), 16, (16, 8)),
        ((5000, 1), 64, (1, 64)),
        ((1, 5000), 64, (64, 1)),
        ((1, 16384), 64, (64, 1)),
        ((3, 2), 64, (2, 3)),
        ((4096, 4096), 64, (64, 64)),
        ((300, 200), 1, (1, 1)),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_large_picture_is_scaled_down_and_a_small_one_is_not(kind, size, most, shape):
    picture = read_picture(plain(size, kind=kind), most)
    assert picture.shape == (*shape, 3)
    np.testing.assert_allclose(picture, np.broadcast_to(RED, picture.shape), atol=0.02)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP"])
def test_scaling_down_keeps_the_picture(kind):
    rows, columns = np.mgrid[0:600, 0:900]
    waves = (128 + 100 * np.sin(rows / 90) * np.cos(columns / 70)).astype(np.uint8)
    small = read_picture(saved(waves, kind))[..., 0]
    centres = (np.arange(43) + 0.5) * 600 / 43 - 0.5, (np.arange(64) + 0.5) * 900 / 64 - 0.5
    expected = 128 + 100 * np.sin(centres[0][:, None] / 90) * np.cos(centres[1] / 70)
    np.testing.assert_allclose(small * 255, expected, atol=4)


def test_fine_stripes_become_grey_and_not_coarse_ones():
    stripes = np.tile(np.uint8([0, 255]), (640, 320))
    np.testing.assert_allclose(read_picture(saved(stripes))[:, 2:-2], 0.5, atol=0.01)  # the border has half stripes


def rotations():
    """An orientation's number in EXIF 2.3 (section 4.6.4), and how a camera lays an upright picture for it."""
    return {
        1: lambda upright: upright,
        2: lambda upright: upright[:, ::-1],
        3: lambda upright: upright[::-1, ::-1],
        4: lambda upright: upright[::-1],
        5: lambda upright: upright.transpose(1, 0, 2),
        6: lambda upright: np.rot90(upright, 1),
        7: lambda upright: upright[::-1, ::-1].transpose(1, 0, 2),
        8: lambda upright: np.rot90(upright, -1),
    }


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_orientation_of_the_camera_is_applied(kind, orientation):
    upright = np.zeros((24, 40, 3), np.uint8)
    upright[:8, :16] = 255, 0, 0  # red above left
    upright[16:, :16] = 0, 255, 0  # green below left
    exif = Image.Exif()
    exif[0x0112] = orientation
    laid = np.ascontiguousarray(rotations()[orientation](upright))
    picture = read_picture(saved(laid, kind, exif=exif, **({} if kind == "PNG" else {"quality": 95})))
    assert picture.shape == (24, 40, 3)
    np.testing.assert_allclose(picture[4, 5], RED, atol=0.15)
    np.testing.assert_allclose(picture[20, 5], [0, 1, 0], atol=0.15)
    np.testing.assert_allclose(picture[12, 30], BLACK, atol=0.15)


def test_a_large_photo_is_upright_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_picture(plain((3000, 2000), kind="JPEG", exif=exif)).shape == (64, 43, 3)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize(
    "exif", [b"Exif\x00\x00", b"Exif\x00\x00MM\x00*\xff\xff\xff\xff", b"Exif\x00\x00" + b"\xff" * 500]
)
def test_corrupt_exif_data_does_not_matter(exif):
    assert read_picture(plain((8, 8), kind="JPEG", exif=exif)).shape == (8, 8, 3)


def test_an_animation_is_read_as_its_first_frame():
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue", "lime")]
    for kind in ("GIF", "WEBP", "PNG"):
        picture = read_picture(saved(frames[0], kind, save_all=True, append_images=frames[1:]))
        np.testing.assert_allclose(picture, np.broadcast_to(RED, (9, 9, 3)), atol=0.02)


@pytest.mark.parametrize(
    ("mode", "colour", "pixel"),
    [
        ("RGBA", (255, 0, 0, 0), [1]),
        ("RGBA", (255, 0, 0, 255), RED),
        ("RGBA", (0, 0, 0, 51), [0.8]),
        ("LA", (0, 0), [1]),
        ("LA", (0, 102), [0.6]),
        ("CMYK", (0, 255, 255, 0), RED),
        ("CMYK", (0, 0, 0, 255), [0]),
        ("1", 1, [1]),
        ("I;16", 0, [0]),
        ("I;16", 65535, [1]),
        ("I;16", 32768, [128 / 255]),
        ("P", 0, [0]),
    ],
)
def test_every_pixel_mode_is_read(mode, colour, pixel):
    picture = read_picture(plain((6, 3), mode, colour, kind="JPEG" if mode == "CMYK" else "PNG"))
    assert picture.shape == (3, 6, len(pixel))
    np.testing.assert_allclose(picture, np.broadcast_to(pixel, picture.shape), atol=0.02)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, depth, colour, rows, *before):
    """A PNG file by hand (W3C, PNG specification, section 11): `rows` with their filter bytes."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [chunk(b"IHDR", header), *before, chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("content", "pixels"),
    [
        (png(2, 1, 8, 3, b"\0\0\1", chunk(b"PLTE", b"\xff\0\0\0\0\xff")), [RED, [0, 0, 1]]),
        (png(2, 1, 8, 3, b"\0\0\1", chunk(b"PLTE", b"\xff\0\0\0\0\xff"), chunk(b"tRNS", b"\xff\0")), [RED, WHITE]),
        (png(2, 1, 8, 0, b"\0\x33\x66", chunk(b"tRNS", b"\0\x33")), [[1], [0.4]]),
        (png(2, 1, 16, 0, b"\0\x33\x01\x66\0", chunk(b"tRNS", b"\x33\x01")), [[1], [0.4]]),
        (png(2, 1, 8, 2, b"\0\xff\0\0\0\0\0", chunk(b"tRNS", b"\0\0\0\0\0\0")), [RED, WHITE]),
        (png(2, 1, 1, 0, b"\0\x40", chunk(b"tRNS", b"\0\0")), [[1], [1]]),
        (png(2, 1, 16, 2, b"\0\xff\xff\0\0\0\0\0\0\0\0\xff\xff"), [RED, [0, 0, 1]]),
        (png(2, 1, 16, 4, b"\0\0\0\xff\xff\0\0\0\0"), [[0], [1]]),
        (png(2, 1, 16, 6, b"\0\xff\xff\0\0\0\0\xff\xff" + bytes(8)), [RED, WHITE]),
        (png(4, 1, 2, 0, b"\0\x1b"), [[0], [1 / 3], [2 / 3], [1]]),
    ],
    ids=[
        "palette",
        "palette tRNS",
        "grey tRNS",
        "grey16 tRNS",
        "rgb tRNS",
        "bit tRNS",
        "rgb16",
        "la16",
        "rgba16",
        "2bit",
    ],
)
def test_every_kind_of_png_is_read(content, pixels):
    np.testing.assert_allclose(read_picture(content), [pixels], atol=0.005)


def test_transparent_pixels_do_not_bleed_into_a_smaller_picture():
    image = np.zeros((256, 256, 4), np.uint8)  # black, but nowhere to be seen
    image[:, 128:] = 255, 0, 0, 255
    small = read_picture(saved(image))
    np.testing.assert_allclose(small[:, :28], 1, atol=0.01)
    np.testing.assert_allclose(small[..., 0], 1, atol=0.01)  # from white to red, red is always full


def refusal(content):
    with pytest.raises(PictureError) as caught:
        read_picture(content)
    message = str(caught.value)
    assert message.endswith(".")
    assert len(message) < 200
    return message


PHOTO = np.random.default_rng(1).integers(0, 256, (60, 80, 3), np.uint8)
FILES = {
    "PNG": saved(PHOTO),
    "JPEG": saved(PHOTO, "JPEG"),
    "progressive JPEG": saved(PHOTO, "JPEG", progressive=True),
    "WEBP": saved(PHOTO, "WEBP"),
    "lossless WEBP": saved(PHOTO, "WEBP", lossless=True),
    "GIF": saved(PHOTO[..., 0], "GIF"),
    "BMP": saved(PHOTO, "BMP"),
}


def archive():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened:
        opened.writestr("picture.png", FILES["PNG"])
    return content.getvalue()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("tenth", range(10))
def test_a_file_cut_short_is_refused(name, tenth):
    content = FILES[name]
    assert read_picture(content).shape[:2] == (48, 64)
    refusal(content[: len(content) * tenth // 10])


@pytest.mark.parametrize(
    "content",
    [
        b"\x00",
        b"hello, this is a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
        b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        archive(),
        bytes(1000),
        plain((9, 9), kind="TIFF"),
        plain((9, 9), kind="ICO"),
        plain((9, 9), kind="PPM"),
        plain((9, 9), kind="TGA"),
        plain((9, 9), kind="EPS"),
        b"\x00" + FILES["PNG"],
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\x00\x00\x00WAVEfmt ",
    ],
    ids=["nul", "text", "svg", "pdf", "zip", "zeros", "tiff", "ico", "ppm", "tga", "eps", "shifted", "start", "wave"],
)
def test_another_format_is_refused_with_the_names_of_those_that_are_read(content):
    message = refusal(content)
    for name in ("PNG", "JPEG", "WebP", "GIF", "BMP"):
        assert name in message


def test_an_empty_file_is_refused_as_empty():
    assert "empty" in refusal(b"")


def test_the_size_of_the_file_is_checked_first():
    assert read_picture(FILES["PNG"] + bytes(MOST_BYTES - len(FILES["PNG"]))).shape == (48, 64, 3)
    assert "2.1 MB and at most 2 MB" in refusal(FILES["PNG"] + bytes(MOST_BYTES + 1 - len(FILES["PNG"])))
    assert "100 MB" in refusal(bytes(100 * 2**20)).replace(".0", "")


def webp(width, height):
    """The start of an animated WebP file with a canvas of this size."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunks = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas
    chunks += b"ANIM" + struct.pack("<IIH", 6, 0, 0) + b"ANMF" + struct.pack("<I", 100) + bytes(100)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def bmp(width, height, compression=0, body=b""):
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, compression, len(body), 1, 1, 256, 256)
    return b"BM" + struct.pack("<IHHI", 1078 + len(body), 0, 0, 1078) + header + bytes(1024) + body


def jpeg(width, height):
    """A true JPEG file whose header lies about its size."""
    content = bytearray(FILES["JPEG"])
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def gif(width, height):
    return b"GIF89a" + struct.pack("<HH", 1, 1) + b"\0\0\0," + struct.pack("<HHHH", 0, 0, width, height) + b"\0\x02\0;"


@pytest.mark.parametrize(
    "size", [(4097, 4096), (8000, 8000), (20_000, 20_000), (65_535, 65_535), (16_385, 1), (1, 16_385)]
)
@pytest.mark.parametrize(
    "make",
    [lambda width, height: png(width, height, 8, 2, b"\0"), jpeg, gif, bmp, webp],
    ids=["png", "jpeg", "gif", "bmp", "webp"],
)
def test_a_header_that_claims_too_much_is_refused_before_anything_is_decoded(make, size):
    message = refusal(make(*size))
    assert f"{MOST_PIXELS:,}" in message
    assert "16,384" in message
    assert size[0] * size[1] > 2 * 10**7 or f"{size[0]:,} × {size[1]:,}" in message


def test_a_still_webp_picture_that_claims_too_much_is_refused():
    for name in ("WEBP", "lossless WEBP"):
        content = bytearray(FILES[name])
        if content[12:16] == b"VP8 ":
            content[26:30] = struct.pack("<HH", 16_000, 16_000)
        else:
            content[21:25] = struct.pack("<I", 15_999 | 15_999 << 14)
        assert "16,000 × 16,000" in refusal(bytes(content))


def test_a_picture_that_decodes_to_a_thousand_times_its_file_is_read_or_refused():
    rows = b"\0" + bytes(4 * 4096)
    assert len(png(4096, 4096, 8, 6, rows * 4096)) < 100_000
    assert read_picture(png(4096, 4096, 8, 6, rows * 4096)).shape == (64, 64, 1)
    assert "4,097 × 4,096" in refusal(png(4097, 4096, 8, 6, rows * 4096))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (FILES["progressive JPEG"] + b"\xff\xda" * 200, "scans and at most 100"),
        (png(1, 1, 8, 0, b"\0\0", *[chunk(b"iCCP", b"")] * 11), "11 colour profiles and at most 10"),
        (bmp(4000, 4000, 1, b"\0\0" * 4000), "run-length"),
        (bmp(4000, 4000, 2, b"\0\0" * 4000), "run-length"),
    ],
    ids=["scans", "profiles", "rle8", "rle4"],
)
def test_parts_that_are_expensive_to_decode_are_refused(content, words):
    assert words in refusal(content)


def test_a_text_chunk_that_decompresses_to_gigabytes_is_refused():
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**20 - 1), 9))
    assert "damaged" in refusal(png(1, 1, 8, 0, b"\0\0", *[text] * 1900))


@pytest.mark.parametrize("name", FILES)
@settings(deadline=None)
@given(data=st.data())
def test_a_file_with_changed_bytes_is_a_picture_or_refused(name, data):
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, min(len(content) - 1, data.draw(st.sampled_from([40, 10**6])))))
        content[place] = data.draw(st.integers(0, 255))
    assert_picture_or_refused(bytes(content))


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", *{content[:16] for content in FILES.values()}]))
def test_random_bytes_are_a_picture_or_refused(noise, start):
    assert_picture_or_refused(start + noise)


@settings(deadline=None)
@given(st.sampled_from([*FILES]), st.sampled_from([*FILES]), st.integers(0, 200))
def test_the_start_of_one_file_on_the_rest_of_another_is_a_picture_or_refused(one, other, place):
    assert_picture_or_refused(FILES[one][:place] + FILES[other][place:])


def assert_picture_or_refused(content):
    try:
        picture = read_picture(content)
    except PictureError as error:
        assert str(error).endswith(".")
        return
    assert picture.dtype == np.float32
    assert picture.ndim == 3
    assert 1 <= min(picture.shape[:2]) <= max(picture.shape[:2]) <= 64
    assert picture.shape[2] in (1, 3)
    assert math.isfinite(picture.sum())
    assert 0 <= picture.min() <= picture.max() <= 1


def test_pillows_global_settings_stay_as_they_are():
    before = Image.MAX_IMAGE_PIXELS
    read_picture(FILES["PNG"])
    refusal(png(20_000, 20_000, 8, 2, b"\0"))
    assert before == Image.MAX_IMAGE_PIXELS


def test_uploads_in_several_threads_are_read_and_a_refusal_does_not_block_the_next():
    shapes = []

    def upload(content):
        try:
            shapes.append(read_picture(content).shape)
        except PictureError:
            shapes.append(None)

    contents = [FILES["PNG"], FILES["PNG"][:200], FILES["JPEG"], b"nothing"] * 4
    threads = [threading.Thread(target=upload, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (shapes.count((48, 64, 3)), shapes.count(None)) == (8, 8)

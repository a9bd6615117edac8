"""Arrays in an .npz file from outside: hostile bytes until checked. Nothing is ever unpickled.

The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import io
from math import prod
from zipfile import ZipInfo

import numpy as np
from numpy.lib import format as npy

from ..errors import DataError
from ..words import printable
from .zipped import Archive

MOST_HEADER = 10_000  # bytes of an array's header
MOST_ITEM_BYTES = 2**13
MOST_BYTES = 2**31  # of any file that is read
LAST_LETTER = 0x10FFFF  # of Unicode; Python may crash on a text with another
KINDS = "buifUS"  # truth values, whole numbers, others, texts, bytes


def read_array(archive: Archive, entry: ZipInfo, most: int) -> np.ndarray:
    """An array of numbers or texts, of at most so many bytes, from an entry of an .npz file.

    Its header is read first: nothing is allocated for what the file cannot hold. Raises DataError for other types,
    which would have to be unpickled, for more than four axes, and for damage.
    """
    name = printable(entry.filename.removesuffix(".npy")[:20])
    header = io.BytesIO(archive.read(entry, MOST_HEADER + 100))
    try:
        version = npy.read_magic(header)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, fortran, kind = read(header, max_header_size=MOST_HEADER)
    except Exception as error:  # hostile bytes raise a dozen types of errors in NumPy and in Python's parser
        raise DataError(f"{name} in this file is no array of NumPy's, or damaged. Save it again.") from error
    if kind.kind not in KINDS or not 0 < kind.itemsize <= MOST_ITEM_BYTES:
        raise DataError(f"{name} in this file has the type {str(kind)[:40]}, and only numbers and texts are read.")
    if any(isinstance(side, bool) or not 0 <= side <= MOST_BYTES for side in shape) or len(shape) > 4:
        raise DataError(f"{name} in this file has the shape {str(shape)[:60]}, and at most four axes are read.")
    size = prod(shape) * kind.itemsize
    if size > most:
        raise DataError(f"{name} in this file takes {size / 2**20:,.1f} MB, and at most {most >> 20} MB are read.")
    if header.tell() + size != entry.file_size:
        raise DataError(f"{name} in this file should have {size:,} bytes and has {entry.file_size - header.tell():,}.")
    content = archive.read(entry, entry.file_size)
    if kind.kind == "U" and (np.frombuffer(content, f"{kind.byteorder}u4", offset=header.tell()) > LAST_LETTER).any():
        raise DataError(f"{name} in this file is no text: it has letters that do not exist. Save it again.")
    array = np.frombuffer(content, kind, prod(shape), header.tell())
    return array.reshape(shape, order="F" if fortran else "C")

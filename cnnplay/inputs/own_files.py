"""Reading a file of pictures with classes, of whichever kind it is."""

from ..data.given import MOST_FILE_BYTES, Given
from .own_csv import read_csv
from .own_npz import read_npz
from .own_pictures import read_zip
from .zipped import opened

ENDINGS = ("npz", "zip", "csv")
ZIP_START = b"PK"


def read_file(data: bytes, colour: bool | None = None) -> Given:
    """The pictures in an .npz file, a zip file or a CSV file, by its content. Raises DataError as their readers do.

    colour: as for `read_zip`; the pictures of other files are as the file has them.
    """
    if not data.startswith(ZIP_START):
        return read_csv(data)
    archive = opened(data, MOST_FILE_BYTES)
    is_arrays = bool(archive.entries) and all(entry.filename.endswith(".npy") for entry in archive.entries)
    return read_npz(data) if is_arrays else read_zip(data, colour)

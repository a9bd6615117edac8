"""Zip archives from outside: hostile bytes until checked. Their sizes are known before anything is decompressed."""

from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ..errors import DataError
from ..words import printable

MOST_ENTRIES = 20_000  # listed in an archive
DIRECTORY_ENTRY = b"PK\x01\x02"  # begins each of them (PKWARE, APPNOTE.TXT, section 4.3.12)
ENCRYPTED = 0x1  # bit of a file's flags (section 4.4.4)


@dataclass(frozen=True)
class Archive:
    """A zip archive whose directory has been read. entries: its files, without folders, as they are listed."""

    file: ZipFile
    entries: tuple[ZipInfo, ...]

    def read(self, entry: ZipInfo, most: int) -> bytes:
        """The content of a file, of as many bytes as its directory says, or the first `most`.

        Raises DataError for an encrypted file, another compression than zip's usual, and for damage.
        """
        name = shown(entry.filename)
        if entry.flag_bits & ENCRYPTED:
            raise DataError(f"{name} in this zip file is encrypted. Make the zip file without a password.")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):  # others can ask for memory without end
            raise DataError(f"{name} in this zip file is compressed in an unusual way. Choose “deflate” or “store”.")
        wanted = min(entry.file_size, most)
        try:
            with self.file.open(entry) as opened:
                data = opened.read(wanted)
        except Exception as error:  # hostile bytes raise a dozen types of errors in zipfile and zlib
            raise DataError(f"{name} in this zip file is damaged. Make the zip file again.") from error
        if len(data) < wanted:
            raise DataError(f"{name} has {len(data):,} bytes and should have {wanted:,}: the zip file is cut short.")
        return data


def opened(data: bytes, most_bytes: int) -> Archive:
    """The archive in these bytes. Raises DataError for one that is too large, lists too many files, or is none."""
    check_size(data, most_bytes)
    if (count := data.count(DIRECTORY_ENTRY)) > MOST_ENTRIES:
        raise DataError(f"This zip file lists {count:,} files, and at most {MOST_ENTRIES:,} are read. Take fewer.")
    try:
        file = ZipFile(BytesIO(data))
    except Exception as error:  # hostile bytes raise a dozen types of errors in zipfile
        raise DataError("This file is no zip file, or damaged, or cut short. Make it again.") from error
    return Archive(file, tuple(entry for entry in file.infolist() if not entry.is_dir()))


def check_size(data: bytes, most_bytes: int) -> None:
    """Raises DataError for an empty file, and for one of more bytes than are read."""
    if not data:
        raise DataError("This file is empty. Take another.")
    if len(data) > most_bytes:
        raise DataError(
            f"This file has {len(data) / 2**20:,.1f} MB, and at most {most_bytes >> 20} MB are read. "
            "Take fewer pictures, or smaller ones."
        )


def check_decoded(entries: tuple[ZipInfo, ...], most_bytes: int) -> None:
    """Raises DataError where these files would be larger together than is decompressed here."""
    if (size := sum(entry.file_size for entry in entries)) > most_bytes:
        raise DataError(
            f"Unpacked, this file would take {size / 2**20:,.0f} MB, and at most "
            f"{most_bytes >> 20} MB are read. Take fewer pictures, or smaller ones."
        )


def shown(path: str) -> str:
    """The end of a path in an archive, for a sentence."""
    name = printable(path.rstrip("/").rpartition("/")[2])
    return f"“{name if len(name) <= 40 else f'{name[:39]}…'}”"

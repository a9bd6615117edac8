"""Reading an uploaded file once, and showing what is wrong with a broken one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import streamlit as st

from ..errors import PlaygroundError
from ..inputs.uploads import MOST_BYTES
from .plain_text import plain
from .session import save, state

PICTURE_TYPES = ("png", "jpg", "jpeg", "webp", "gif", "bmp")

Made = TypeVar("Made")


class UploadedFile(Protocol):
    """What Streamlit's uploaders give: its type has no documented name."""

    @property
    def file_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    def getvalue(self) -> bytes: ...


@dataclass(frozen=True)
class Read:
    """The result of reading the file with an id, or why it could not be read."""

    file: str
    made: Any
    problem: str = ""


@dataclass(frozen=True)
class Uploads:
    """The last file of each uploader, by its name."""

    read: Mapping[str, Read] = field(default_factory=dict)


def ask_for_picture(label: str, key: str, about: str) -> UploadedFile | None:
    """A place for a file with a picture. about: what should be known of it, beside its largest size."""
    megabytes = MOST_BYTES // 2**20
    return st.file_uploader(
        label, PICTURE_TYPES, key=key, max_upload_size=megabytes, help=f"At most {megabytes} MB. {about}"
    )


def read_once(name: str, file: UploadedFile, read: Callable[[bytes], Made]) -> Made | None:
    """What `read` makes of an uploaded file; None, with the sentence on the page, where it raises a PlaygroundError.

    Cached under the name: decoding slows all visitors down, and the page is drawn again at every click.
    """
    known = state(Uploads).read.get(name)
    if known is None or known.file != file.file_id:
        try:
            known = Read(file.file_id, read(file.getvalue()))
        except PlaygroundError as error:  # the error itself holds on to the decoder and its memory
            known = Read(file.file_id, None, f"{file.name[:60]}: {error}")
        save(Uploads({**state(Uploads).read, name: known}))
    if known.problem:
        st.error(plain(known.problem), icon=":material/error:")
    made: Made | None = known.made
    return made

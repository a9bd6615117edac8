"""Pictures from files and from the camera, and the visitor's data as a file."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath

import numpy as np
import streamlit as st

from ...data.datasets import stored
from ...data.given import MOST_FILE_BYTES, MOST_TITLE_LETTERS, USUAL_TITLE, Given, clean_name
from ...data.own import OwnData
from ...errors import PlaygroundError
from ...inputs.handwriting import Step, on_paper, strip
from ...inputs.own_files import ENDINGS, read_file
from ...inputs.own_pictures import LONGER_SIDE, picture_steps
from ...inputs.own_pictures import MOST_BYTES as MOST_PICTURE_BYTES
from ...inputs.photo import photo_steps
from ...inputs.uploads import read_picture
from ...words import counted
from .. import uploads
from ..components.maps import maps
from ..components.payloads.pictures import picture, stored_picture
from ..controls import option_control, switch_control
from ..plain_text import plain
from ..session import save, state
from ..uploads import UploadedFile
from .drawing import OwnPad, chosen_class
from .keeping import change

LARGEST_FILE = MOST_FILE_BYTES >> 20  # MB
PHOTO = "own_photo_"
MOST_PHOTOS = 12  # at a time
FORMS = (
    "- **.zip** with a folder for each class and its pictures inside; a folder *test* above them is held out\n"
    "- **.npz** as Keras has it: `x_train`, `y_train`, `x_test`, `y_test` (Fashion-MNIST and KMNIST in that form)\n"
    "- **.csv** with a label and then the pixels in each row\n"
    "- a file that this page has saved"
)


@dataclass(frozen=True)
class Adding:
    """paper: whether photos show drawings on paper. times: how often files or photos were added."""

    paper: bool = False
    times: int = 0


def _empty_the_places() -> None:
    """Have the places for files empty again: what was in them is among the visitor's data now."""
    save(replace(state(Adding), times=state(Adding).times + 1))


def open_file(own: OwnData) -> None:
    """A file with pictures of several classes: what is in it, and the buttons that take it."""
    file = st.file_uploader(
        f"A file with pictures of several classes (at most {LARGEST_FILE} MB; zip and CSV at most 20 MB)",
        list(ENDINGS),
        key=f"own_file_{state(Adding).times}",
        max_upload_size=LARGEST_FILE,
    )
    if file is None:
        st.markdown(FORMS)
        return
    read = partial(_read, own.colour if own.classes else None, file.name)
    given: Given | None = uploads.read_once("own", file, read)
    if given is None:
        return
    st.markdown(f"**{plain(given.title)}**: {counted(len(given.labels), 'picture')} of {counted_classes(given)}.")
    for sentence in given.skipped:
        st.caption(plain(sentence))
    first = [int(np.argmax(given.labels == label)) for label in range(len(given.classes)) if label in given.labels]
    pictures = [stored_picture(f"given_{at}", given.classes[given.labels[at]], given.images[at]) for at in first]
    maps(
        [{"title": "The first of each class", "caption": "", "joiner": "", "legend": False, "pictures": pictures}],
        alt="The first picture of each class in the file.",
        key="own_given",
        size=72,
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Open it" if not own.classes else "Open it in place of what is here",
            key="own_open",
            type="primary",
            icon=":material/folder_open:",
            on_click=_take,
            args=(given, False),
        )
        if own.classes:
            st.button("Add its pictures", key="own_add_file", icon=":material/add:", on_click=_take, args=(given, True))


def counted_classes(given: Given) -> str:
    """ "2 classes: cat, dog", as Markdown."""
    count = len(given.classes)
    return f"{count} class{'es' if count != 1 else ''}: {plain(', '.join(given.classes))}"


def _read(colour: bool | None, name: str, data: bytes) -> Given:
    """The pictures of a file, under its name where it has no title of its own."""
    given = read_file(data, colour)
    return (
        replace(given, title=clean_name(PurePath(name).stem, MOST_TITLE_LETTERS))
        if given.title == USUAL_TITLE
        else given
    )


def _take(given: Given, add: bool) -> None:
    change(lambda own: own.taking(given) if add else own.replaced(given))
    # Its pictures are among the visitor's data now: no second copy stays.
    kept = {name: read for name, read in state(uploads.Uploads).read.items() if name != "own"}
    save(uploads.Uploads(kept))
    _empty_the_places()


def photos(own: OwnData) -> None:
    """Photos from files, for the chosen class."""
    _choose_class(own)
    files = st.file_uploader(
        f"Pictures of “{plain(own.classes[chosen_class(own)])}”, at most {MOST_PHOTOS} at a time",
        uploads.PICTURE_TYPES,
        accept_multiple_files=True,
        key=f"own_photos_{state(Adding).times}",
        max_upload_size=MOST_PICTURE_BYTES // 2**20,
    )
    _offer(own, files[:MOST_PHOTOS])


def camera(own: OwnData) -> None:
    """Pictures from the camera, for the chosen class."""
    _choose_class(own)
    st.caption(
        "Your browser asks whether this page may use the camera. Keep what you show in the middle, and take several "
        "pictures of it, from different sides."
    )
    taken = st.camera_input(
        f"A picture of “{plain(own.classes[chosen_class(own)])}”", key=f"own_camera_{state(Adding).times}"
    )
    _offer(own, [taken] if taken else [])


def _choose_class(own: OwnData) -> None:
    """Of which class the next pictures are, each with how many it has; and in what they are kept."""
    titles = {
        label: f"{name} ({count.both:,})"
        for label, (name, count) in enumerate(zip(own.classes, own.counts, strict=True))
    }
    label = chosen_class(own)
    option_control(
        "own_photo_class", "Class", label, _take_class, "What the next pictures show.", options=titles, titles=titles
    )
    kind = "in colour, 32 × 32 pixels" if own.colour else "in grey, 28 × 28 pixels"
    st.caption(f"Pictures are kept {kind}. *Classes*, above, changes that.")


def _take_class(label: int) -> None:
    save(replace(state(OwnPad), label=label))


def _forget(names: Collection[str] = ()) -> None:
    """Forget the steps of photos that were read, but for those with these names."""
    read = state(uploads.Uploads).read
    kept = {name: each for name, each in read.items() if name in names or not name.startswith(PHOTO)}
    if len(kept) < len(read):
        save(uploads.Uploads(kept))


def _offer(own: OwnData, files: Sequence[UploadedFile]) -> None:
    """The steps from the last picture to what the network receives, and the button that adds all of them."""
    if not own.colour:
        switch_control(
            "own_on_paper",
            "They are drawings on paper",
            state(Adding).paper,
            lambda on: save(replace(state(Adding), paper=on)),
            "Then the paper goes, and the drawing is cropped, fitted and centred as one on the pad is.",
        )
    _forget([_name_of(file, own.colour) for file in files])
    read = [(file, steps) for file in files if (steps := _steps_once(file, own.colour)) is not None]
    if not read:
        return
    _, steps = read[-1]
    pictures = [picture(f"own_{step.name}", step.title, step.image, scale="grey") for step in steps]
    maps(
        [
            {
                "title": "What the network receives of it",
                "caption": "",
                "joiner": "→",
                "legend": False,
                "pictures": pictures,
            }
        ],
        alt="The picture, step by step: " + ", ".join(step.title for step in steps),
        key="own_steps",
        size=112,
    )
    label = chosen_class(own)
    st.button(
        f"Add {counted(len(read), 'picture')} to “{plain(own.classes[label])}”",
        key="own_add_photos",
        icon=":material/add_photo_alternate:",
        type="primary",
        on_click=_add,
        args=(label, own.classes[label], [one[-1].image for _, one in read]),
    )


def _steps_once(file: UploadedFile, colour: bool) -> list[Step] | None:
    on_paper_now = state(Adding).paper and not colour
    return uploads.read_once(_name_of(file, colour), file, lambda data: _steps(data, colour, on_paper_now))


def _name_of(file: UploadedFile, colour: bool) -> str:
    """Under which the steps of a photo are kept."""
    return f"{PHOTO}{file.file_id}_{state(Adding).paper and not colour}_{colour}"


def _steps(data: bytes, colour: bool, is_drawing: bool) -> list[Step]:
    pixels = read_picture(data, LONGER_SIDE, MOST_PICTURE_BYTES)
    if not is_drawing:
        return picture_steps(pixels, colour)
    ink = photo_steps(pixels)[-1].image
    return [
        Step("taken", "Taken", "The photo.", pixels if pixels.shape[2] == 3 else pixels[..., 0]),
        *strip(on_paper(ink)),
    ]


def _add(label: int, name: str, images: Sequence[np.ndarray]) -> None:
    def with_pictures(own: OwnData) -> OwnData:
        if own.classes[label : label + 1] != (name,):
            raise PlaygroundError(f"The class {name} is gone. Choose another one, and add the pictures again.")
        shaped = np.stack([stored(image).reshape(own.images.shape[1:]) for image in images])
        return own.added(label, shaped)

    change(with_pictures)
    _forget()
    _empty_the_places()


def take_home(own: OwnData) -> None:
    st.download_button(
        "Your data as a file",
        own.to_npz,
        "own_data.npz",
        "application/octet-stream",
        key="own_save",
        icon=":material/download:",
        on_click="ignore",
        help="Pictures, names and settings. It opens here again, and Keras, PyTorch and NumPy read it as well. The zip "
        "on the page Take it home has it beside the code.",
    )

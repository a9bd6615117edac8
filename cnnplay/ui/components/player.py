"""A window that slides over a picture cell by cell, the sum under it, and the map that it fills."""

from collections.abc import Callable
from typing import Any

from .component import component, ignore

_COMPONENT = component("player")

KINDS = ("convolution", "pooling", "windows")


def player(
    slide: dict[str, Any],
    *,
    alt: str,
    key: str = "player",
    subject: str = "",
    cell: tuple[int, int] | None = None,
    on_cell: Callable[[], None] = ignore,
    on_kernel: Callable[[], None] | None = None,
) -> None:
    """Play how a window slides over a picture; the place and the playing outlive every update of the data.

    Nothing is convolved in the browser: it shows the numbers that it is given, and their products.

    Args:
        slide: ``kind`` (convolution, pooling or windows: where the windows stand, without numbers);
            ``image``, ``{"values": [channel][row][column] or None, "channels": names, "scale": "grey" or "signed",
            "range": number}``, three channels named red, green and blue being one colour picture;
            ``rows`` and ``columns``, each ``{"size", "before", "after", "starts", "taps", "reads"}``: the first pixel
            of every window (negative inside the padding), the offsets that it reads, and for every cell of the padded
            line by how many windows it is read;
            ``kernel``, ``[channel][row][column]`` or None, with ``bias``, ``kernel_range`` and ``editable``;
            ``start``, ``{"row", "column"}`` of the cell to begin with;
            ``outputs``, one or two of ``{"title", "values": [row][column] or None, "scale", "range"}``;
            ``pool``, max, mean, min or None.
        alt: the whole picture in a sentence, for those who do not see it.
        key: the Streamlit key, one for every player on a page.
        subject: what is shown; where it is another than before, the player goes back to its start, else it keeps its
            place.
        cell: the row and column that the user has chosen, to begin with instead of the slide's own start; a map that
            has grown smaller shows its last row or column. None: the player goes to the start with all new data, until
            the user has moved or played it.
        on_cell: called when the user has chosen a cell, which is then ``st.session_state[key].cell``, a list.
        on_kernel: called when the user has changed the kernel, which is then ``st.session_state[key].kernel``;
            without it no kernel can be edited.

    Raises:
        ValueError: if the kind is unknown or an output has not one value for every window.
    """
    if slide["kind"] not in KINDS:
        raise ValueError(f"there is no kind {slide['kind']!r} of slide; there are {', '.join(KINDS)}")
    windows = len(slide["rows"]["starts"]), len(slide["columns"]["starts"])
    for output in slide["outputs"]:
        values = output["values"]
        if values is not None and (len(values), len(values[0])) != windows:
            raise ValueError(f"{output['title']!r} is {len(values)}×{len(values[0])}, but there are {windows} windows")
    editable = bool(slide["editable"]) and on_kernel is not None
    slide = {**slide, "editable": editable, "subject": subject}
    if cell is not None:
        row, column = (min(at, count - 1) for at, count in zip(cell, windows, strict=True))
        slide["start"] = {"row": row, "column": column}
    slide["chosen"] = cell is not None
    _COMPONENT(
        data={"slide": slide, "alt": alt},
        key=key,
        on_kernel_change=on_kernel or ignore,
        on_cell_change=on_cell,
    )

"""A digit that the user moves by whole pixels, and the share of each stage of a network that stays the same."""

from collections.abc import Callable
from typing import Any

from .component import component, ignore

_shift = component("shift")


def shift(
    data: dict[str, Any],
    *,
    alt: str,
    key: str = "shift",
    subject: str = "",
    noun: str = "digit",
    place: tuple[int, int] | None = None,
    on_place: Callable[[], None] = ignore,
) -> None:
    """Draw an image to be dragged, and beside it what each stage makes of it.

    Args:
        data: ``reach``, the pixels by which the image moves to either side; ``images``, for every shift
            ``"down,right"`` from ``"-reach,-reach"`` to ``"reach,reach"`` the image ``[row][column]`` from 0 to 1, or
            three of these for red, green and blue; and ``stages``, each ``{"title", "values": {shift: [row][column]},
            "scale": "grey" or "signed", "range", "unchanged": {shift: share}}``, where a share from 0 to 1 is how much
            of the stage stayed the same.
        alt: the picture in a sentence, for those who do not see it.
        key: the Streamlit key, one for every drawing on a page.
        subject: what is shown; where it is another than before, the image goes to `place`, else it stays where the
            user has dragged it.
        noun: what the image shows.
        place: pixels down and right; None: the middle.
        on_place: called when the user has moved the image; ``st.session_state[key].place`` is then ``[down, right]``.

    Raises:
        ValueError: if a shift within reach is missing.
    """
    steps = range(-data["reach"], data["reach"] + 1)
    wanted = {f"{down},{right}" for down in steps for right in steps}
    tables = {"the images": data["images"]}
    for stage in data["stages"]:
        tables |= {
            f"the values of {stage['title']!r}": stage["values"],
            f"the unchanged shares of {stage['title']!r}": stage["unchanged"],
        }
    for name, table in tables.items():
        if missing := sorted(wanted - table.keys()):
            raise ValueError(f"shift needs {name} for every shift within {data['reach']}; missing: {missing}")
    _shift(
        data={**data, "alt": alt, "subject": subject, "noun": noun, "start": place or (0, 0)},
        key=key,
        on_place_change=on_place,
    )

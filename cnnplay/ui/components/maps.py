"""Pictures of numbers in rows: images, kernels, feature maps, gradients."""

from collections.abc import Callable
from typing import Any

from .component import component, ignore

ROW_KEYS = {"title", "caption", "joiner", "legend", "pictures"}
JOINERS = ("", "×", "+", "=", "→")

_maps = component("maps")


def maps(
    rows: list[dict[str, Any]],
    *,
    alt: str,
    key: str,
    size: int = 96,
    on_choose: Callable[[], None] | None = None,
    on_remove: Callable[[], None] | None = None,
) -> None:
    """Draw rows of pictures whose every pixel can be read as a number, by hover, tap or arrow keys.

    Args:
        rows: each a dict with ``title`` and ``caption``, both of which may be empty, ``joiner``, the sign
            between neighbours ("", "×", "+", "=" or "→"), and ``pictures``; optional ``legend``, False where pictures
            on one scale need none of it. A picture is a dict with ``id`` (unique on the page), ``values``
            (``[row][column]``, or ``[3][row][column]`` for colour), ``scale`` ("grey": 0 black to ``range`` white;
            "signed": ``range`` is the full strength) and ``range``. Optional: ``title``, ``caption``, ``numbers``
            (write them into the cells, where these are large enough), ``marks`` and ``hatched`` (cells
            ``[row, column]`` from 0, outlined and struck through), ``size`` (pixels of its own) and ``chosen``
            (outlined); ``stored``, from `packed_image`, in place of ``values``: a stored picture, a byte for a number.
        alt: all of it in a sentence, for those who do not see it.
        key: the Streamlit key, one for every drawing on a page.
        size: the longer side of a picture, in pixels; rounded down so that all its cells are alike.
        on_choose: called when the user chooses a picture, whose id is in ``st.session_state[key].choose``. Without it
            pictures cannot be chosen.
        on_remove: called when the user removes a picture by the button beside its title, whose id is in
            ``st.session_state[key].remove``. Without it there is no such button.

    Raises:
        ValueError: if two pictures share an id, a row has an unknown key, a joiner or a scale is unknown, or a picture
            has no values.
    """
    pictures = [picture for row in rows for picture in row["pictures"]]
    ids = [picture["id"] for picture in pictures]
    if len(set(ids)) < len(ids):
        raise ValueError(f"maps tells pictures apart by id, but these repeat: {ids}")
    for row in rows:
        if unknown := row.keys() - ROW_KEYS:
            raise ValueError(f"row {row.get('title', '')!r}: there is no {sorted(unknown)} in a row of maps")
        if row.get("joiner", "") not in JOINERS:
            raise ValueError(f"row {row.get('title', '')!r}: a joiner is one of {JOINERS}, not {row['joiner']!r}")
    for picture in pictures:
        if picture["scale"] not in ("grey", "signed"):
            raise ValueError(f"picture {picture['id']!r}: a scale is grey or signed, not {picture['scale']!r}")
        if "stored" not in picture and (not len(picture["values"]) or not len(picture["values"][0])):
            raise ValueError(f"picture {picture['id']!r} has no values")
    data = {
        "rows": rows,
        "alt": alt,
        "key": key,
        "size": size,
        "choosable": on_choose is not None,
        "removable": on_remove is not None,
    }
    _maps(data=data, key=key, on_choose_change=on_choose or ignore, on_remove_change=on_remove or ignore)

"""A photo or a file of a digit, turned into ink for the pad."""

import streamlit as st

from ...inputs.handwriting import on_paper
from ...inputs.photo import photo_steps
from ...inputs.uploads import read_picture
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..on_pad import put_on_pad
from ..uploads import ask_for_picture, read_once

SIDE = 160  # pixels: enough to show a stroke, few enough to be quick


def photo() -> None:
    with st.expander("Use a photo or a file instead", icon=":material/photo_camera:"):
        file = ask_for_picture(
            "A picture of one digit",
            "draw_file",
            "Dark on light or light on dark. It is scaled down here and deleted when you leave.",
        )
        if file is None:
            st.caption("Take a picture of one digit, written with a thick pen, that fills most of it.")
            return
        steps = read_once("photo", file, lambda data: photo_steps(read_picture(data, most=SIDE)))
        if steps is None:
            return
        pictures = [picture(f"photo_{step.name}", step.title, step.image, scale="grey") for step in steps]
        maps(
            [{"title": "", "caption": "", "joiner": "→", "pictures": pictures}],
            alt="The photo on its way to ink: " + ", ".join(step.title for step in steps),
            key="photo_maps",
            size=112,
        )
        ink = on_paper(steps[-1].image)
        st.button("Put it on the pad", icon=":material/input:", type="primary", on_click=put_on_pad, args=(ink,))

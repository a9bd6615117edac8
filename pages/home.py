"""Home: draw a digit, see what a network makes of it, and a path through the playground."""

import streamlit as st

from cnnplay.ui.home.flow import draw_and_see, one_neuron, the_way_through, what_to_draw
from cnnplay.ui.home.path import path, to_the_course
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head

enter()

head(
    "cnnplay",
    f"A playground where you learn how neural networks read images. Draw {what_to_draw()}: a small network reads it, "
    "and you can open every number between your drawing and the answer.",
)
to_the_course()
image = draw_and_see()
st.markdown(
    "Every layer is a **volume** of numbers: height × width × depth. In the image, depth is brightness (a colour "
    "picture has three numbers for each pixel). After that, each filter adds one **feature map**. Early layers find "
    "edges, later layers find parts made of edges, and the **dense** layer at the end turns them into a score for each "
    "class."
)
path()
one_neuron(image)
the_way_through()

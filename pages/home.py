"""Home: what this is, the sidebar's network as a picture, and where to go."""

import streamlit as st

from cnnplay.errors import PlaygroundError
from cnnplay.ui import state
from cnnplay.ui.app import enter
from cnnplay.ui.widgets import head, picture, way_out

enter()

head(
    "What does a convolutional network compute?",
    "Change the network in the sidebar and watch: it is the one you see here, whose sizes are calculated, and that "
    "trains on 60,000 real handwritten digits, in seconds, on this machine.",
)

try:
    network = state.network()
except PlaygroundError as error:
    way_out(error, "home_mend")
else:
    picture(network)

look, calculate, train = st.columns(3, gap="medium")
with look.container(border=True, height="stretch"):
    st.subheader("1. Change it", anchor=False)
    st.markdown(
        "In **Block 1** of the sidebar, drag **Filters**: the second box grows deeper, one slice for each filter. "
        "Set **Stride** to 2: it shrinks to half."
    )
with calculate.container(border=True, height="stretch"):
    st.subheader("2. Calculate it", anchor=False)
    st.markdown("Every size comes from one formula. See it with your numbers filled in, layer by layer.")
    st.page_link("pages/architecture.py", label="The shape table", icon=":material/layers:")
with train.container(border=True, height="stretch"):
    st.subheader("3. Train it", anchor=False)
    st.markdown("Press Start and see it learn to read. Pause, take single steps, try another learning rate.")
    st.page_link("pages/training.py", label="Live training", icon=":material/monitoring:")

st.subheader("The idea in three sentences", anchor=False)
st.markdown(
    "- Every layer is a **volume** of numbers: height × width × depth. At the input, depth is brightness; further on "
    "it is one **feature map** for each filter.\n"
    "- A **filter** is a small window of weights that slides over the image, is multiplied with what it sees and added "
    "up: the same few weights everywhere, so that an edge is found wherever it is.\n"
    "- **Pooling** keeps one number of each window, and at the end a **dense** layer weighs all that was found and "
    "gives ten scores, one for each digit."
)

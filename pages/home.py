"""Home: what a convolutional network is, in pictures, and a path through the playground."""

import streamlit as st

from cnnplay.ui.app import PAGES, enter
from cnnplay.ui.parts.flow import digit_in_the_network, one_neuron
from cnnplay.ui.widgets import head

enter()

# page: what to try there
PATH = {
    "convolution": "Press Play and watch a filter slide. Then click a number of its kernel and change it.",
    "stride_padding": "Set the stride to 2 on 28 pixels: which row is never read?",
    "pooling": "Drag the seven by a pixel. How much of the map stays, with pooling and without?",
    "architecture": "Find the layer with most parameters. Is it a convolution?",
    "training": "Press Start. Then take twice the filters, press Start again, and compare.",
}

head(
    "What does a convolutional network compute?",
    "Change the network in the sidebar and watch: it is the one you see here, whose windows slide, whose sizes are "
    "calculated, and that trains on 60,000 handwritten digits, in seconds, on this machine.",
)
shown = digit_in_the_network()
st.markdown(
    "Every layer is a **volume** of numbers: height × width × depth. At the input, depth is brightness (a colour "
    "picture has three: red, green, blue); further on it is one **feature map** for each filter. Early layers find "
    "edges, later ones parts made of edges, and the **dense** layer at the end puts it together: ten scores."
)
if shown:
    one_neuron(*shown)

st.subheader("A path through the playground", anchor=False)
for number, (page, says) in enumerate(PATH.items(), 1):
    title, icon, _ = PAGES[page]
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.page_link(f"pages/{page}.py", label=f"{number}. {title}", icon=f":material/{icon}:", width=230)
        st.markdown(says)

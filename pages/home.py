"""Home: what a convolutional network is, in pictures, and a path through the playground."""

import streamlit as st

from cnnplay.ui.home.flow import digit_in_the_network, one_neuron, the_way_through
from cnnplay.ui.home.path import path
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head

enter()

head(
    "What does a convolutional network compute?",
    "Change the network in the sidebar and watch: every page shows this network. Its windows slide, its sizes are "
    "calculated, and it trains on 60,000 handwritten digits, in seconds, on this machine.",
)
shown = digit_in_the_network()
st.markdown(
    "Every layer is a **volume** of numbers: height × width × depth. At the input, depth is brightness (a colour "
    "picture has three: red, green, blue); further on it is one **feature map** for each filter. Early layers find "
    "edges, later ones parts made of edges, and the **dense** layer at the end puts it together: ten scores."
)
if shown:
    one_neuron(*shown)
path()
the_way_through()

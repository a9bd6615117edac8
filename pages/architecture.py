"""Architecture: the network as volumes, its shape table, what sharing weights saves, and its text."""

import streamlit as st

from cnnplay.errors import PlaygroundError
from cnnplay.ui import choice
from cnnplay.ui.architecture.largest_layer import how_the_field_grows, in_colour, largest_layer
from cnnplay.ui.architecture.shape_table import shape_table
from cnnplay.ui.architecture.sharing import sharing
from cnnplay.ui.architecture.text_form import text_form
from cnnplay.ui.architecture.unfitting import up_to_the_misfit
from cnnplay.ui.image_picker import digit_shown
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head, picture, show_error

enter()

head(
    "Architecture",
    "How large is each layer, and why? One formula gives every size, here with the numbers of your own network.",
)
# Picture and table have a place of their own, so that a remedy changes them rather than adding a second pair below.
reason, drawn = st.container(), st.container()
try:
    network = choice.network()
except PlaygroundError as error:
    with reason:
        show_error(error, "architecture_fix")
    with drawn:
        up_to_the_misfit(choice.layers(), error)
else:
    with drawn:
        picture(network, digit_shown() if network.input_shape[2] > 1 else None)  # three channels are one in colour
        shape_table(network)
    how_the_field_grows(network)
    in_colour(network)
    largest_layer(network)
    sharing(network)
text_form()

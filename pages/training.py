"""Training: the run, its settings, its live curves, the network at work, and what came of it."""

import streamlit as st

from cnnplay.errors import PlaygroundError
from cnnplay.ui import choice, runs
from cnnplay.ui.navigation import enter
from cnnplay.ui.session import session
from cnnplay.ui.training.buttons import buttons
from cnnplay.ui.training.glossary import glossary
from cnnplay.ui.training.live import live_part
from cnnplay.ui.training.results import downloads, results, troubles
from cnnplay.ui.training.settings import settings, what_it_learns
from cnnplay.ui.widgets import head, show_error

enter()

view = runs.run_view()  # the whole page shows the run as it is now; where it has ended since, it is drawn again

head(
    "Training", f"Watch the network in the sidebar learn to read {what_it_learns(choice.data())}, one batch at a time."
)

trainable = True
with st.container():  # is there with and without an error: what follows is not mounted anew
    try:
        choice.network()
        choice.data().load()
    except PlaygroundError as error:
        trainable = False
        show_error(error, "training_fix")

buttons(view, trainable=trainable)
with st.container():
    if problem := session().take_problem():
        show_error(problem, "start_fix")
settings()
glossary()
if view:
    troubles(view)
live_part(view, trainable=trainable)
if view and view.history.epochs:
    results(view)
if view and view.step:
    downloads(view)

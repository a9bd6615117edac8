"""Training: settings, the run, its live curves, and what came of it."""

import streamlit as st

from cnnplay.data.datasets import mnist
from cnnplay.errors import PlaygroundError
from cnnplay.ui import choice, runs
from cnnplay.ui.navigation import enter
from cnnplay.ui.session import session
from cnnplay.ui.training.buttons import buttons
from cnnplay.ui.training.live import live_part
from cnnplay.ui.training.results import downloads, results, troubles
from cnnplay.ui.training.settings import settings
from cnnplay.ui.widgets import head, show_error

enter()

head("Training", "Watch the network in the sidebar learn to read 60,000 handwritten digits, one batch at a time.")

trainable = True
try:
    choice.network()
    mnist()
except PlaygroundError as error:
    trainable = False
    show_error(error, "training_fix")

with st.container(border=True):
    settings()
view = runs.run_view()
buttons(view, trainable=trainable)
if problem := session().take_problem():
    show_error(problem, "start_fix")
if view:
    troubles(view)
live_part()
if view and view.history.epochs:
    results(view)
if view and view.step:
    downloads(view)

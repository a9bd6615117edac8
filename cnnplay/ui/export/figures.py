"""The figures as they are in the zip, the shape table and the history."""

import pandas as pd
import streamlit as st

from ...export.report_figures import FIGURES
from ...export.tables import words
from ...words import counted
from .files import Taken, figure, offer


def figures_and_tables(taken: Taken) -> None:
    run, files = taken.run, taken.files
    columns = st.columns(2, gap="large")
    drawn = {name: row for name, row in FIGURES.items() if row.needs(run)}
    for index, (name, row) in enumerate(drawn.items()):
        with columns[index % 2], st.container(border=True):
            st.image(figure(taken, name), width="stretch", alt=row.describes(run.data))
            st.markdown(f"{row.describes(run.data)}.")
            with st.container(horizontal=True):
                offer(files, f"figures/{name}.png", "PNG")
                offer(files, f"figures/{name}.svg", "SVG")
    st.subheader("The shape table", anchor=False)
    st.dataframe(pd.DataFrame(words(run.architecture.table(), run.architecture.input_shape)), hide_index=True)
    with st.container(horizontal=True):
        offer(files, "shapes.csv", "Table as CSV")
        offer(files, "shapes.md", "Table as Markdown")
    if run.history.steps:
        st.subheader("The history", anchor=False)
        steps, epochs = counted(run.history.steps, "step"), counted(len(run.history.epochs), "epoch")
        st.caption(f"{steps} and {epochs}: loss, accuracy and learning rate of each, and the test after each epoch.")
        with st.container(horizontal=True):
            offer(files, "history.csv", "History as CSV")
            offer(files, "history.json", "History as JSON")

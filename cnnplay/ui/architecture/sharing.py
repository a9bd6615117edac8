"""What sharing weights saves: each convolution beside a dense layer with the same input and output."""

from collections.abc import Sequence

import streamlit as st

from ...figures.colours import BLUE, ORANGE
from ...network.architecture import Architecture, Sharing

# Drawn as plain HTML: it follows a slider that is dragged, and a plot takes the browser a tenth of a second.
STYLE = f"""<style>
    .sharing {{ width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }}
    .sharing :is(th, td) {{ padding: 0.2rem 0.8rem 0.2rem 0; text-align: left; white-space: nowrap; }}
    .sharing tr:last-child :is(th, td) {{ padding-bottom: 0.8rem; }}
    .sharing th[scope="rowgroup"] {{ font-weight: 600; }}
    .sharing td.number {{ text-align: right; }}
    .sharing td.bar {{ width: 100%; padding-right: 0; }}
    .sharing td.bar div {{ height: 1.1rem; min-width: 2px; background: {BLUE}; border-radius: 0 3px 3px 0; }}
    .sharing td.bar div.dense {{
        background: repeating-linear-gradient(45deg, {ORANGE} 0 6px, color-mix(in srgb, {ORANGE} 75%, black) 6px 8px);
    }}
</style>"""


def sharing(network: Architecture) -> None:
    st.subheader("What sharing weights saves", anchor=False)
    rows = network.sharing()
    if not rows:
        st.info("This network has no convolution. Add one in the sidebar or in the text below.")
        return
    most = max(rows, key=lambda entry: entry.times)
    st.markdown(
        f"A dense layer in place of **{most.layer}**, with the same input and output, would need **{most.dense:,}** "
        f"parameters instead of **{most.shared:,}**: {most.times:,.0f} times as many. A convolution uses one small set "
        "of weights at every place; a dense layer has its own weight for every pair of an input and an output."
    )
    st.html(STYLE + _bars(rows))
    st.caption("The number of parameters, every bar to the same scale.")


def _bars(rows: Sequence[Sharing]) -> str:
    longest = max(max(entry.shared, entry.dense) for entry in rows)
    lines = []
    for entry in rows:
        name = f'<th scope="rowgroup" rowspan="2">{entry.layer}</th>'
        shared = _line("convolution", entry.shared, longest, "shared")
        dense = _line("dense in its place", entry.dense, longest, "dense")
        lines.append(f"<tbody><tr>{name}{shared}</tr><tr>{dense}</tr></tbody>")
    return f'<table class="sharing">{"".join(lines)}</table>'


def _line(label: str, count: int, longest: int, kind: str) -> str:
    bar = f'<div class="{kind}" style="width: {100 * count / longest:.2f}%"></div>'
    return f'<td>{label}</td><td class="number">{count:,}</td><td class="bar">{bar}</td>'

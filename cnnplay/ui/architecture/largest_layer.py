"""Which layer has the most parameters, why, and how to shrink it; how the receptive field grows; what colour adds."""

from collections.abc import Iterator
from contextlib import suppress

import streamlit as st

from ...errors import ShapeError
from ...export.tables import shape_text
from ...figures.percent import share_text
from ...network.architecture import Architecture, Growth
from ...network.layers import Convolution, Dense, Flatten, Pooling
from ...network.smaller import Change, smaller
from ...words import counted
from ..reserved import reserved
from ..widgets import ways_out


def largest_layer(network: Architecture) -> None:
    """The layer with the most parameters, and buttons for smaller networks."""
    st.subheader("The largest layer", anchor=False)
    with reserved("largest_place", 168, 330):
        st.markdown(largest_in_words(network))
        found = smaller(network)
        ways_out([change.remedy("Take") for change in found], "largest_fix")
        if found:
            st.caption(f"{_counts(found)}. Undo in the sidebar takes it back.")


def largest_in_words(network: Architecture) -> str:
    """Its share of all parameters, and the formula that makes it so large."""
    row = network.largest
    if row is None:
        return "No layer of this network has parameters."
    share = f"**{row.layer}** has {row.parameters:,} of the {network.parameter_count:,} parameters"
    text = f"{share} ({share_text(row.parameters / network.parameter_count, 1)}): `{row.parameter_formula}`."
    return f"{text} {_why(network, row.layer)}"


def _why(network: Architecture, name: str) -> str:
    at = network.names.index(name)
    layer, below = network.layers[at], network.shapes[at]
    if isinstance(layer, Convolution):
        return (
            f"Each of its {counted(layer.filters, 'filter')} has a weight for each of its {shape_text(layer.kernel)} "
            f"places in each of the {counted(below[2], 'map')} below, and a bias."
        )
    if not isinstance(layer, Dense):
        return ""
    flattened = at and isinstance(network.layers[at - 1], Flatten)
    maps = network.shapes[at - 1]
    whose = "image" if at == 1 else counted(maps[-1], "map")
    values = (
        f"**flatten** makes {' · '.join(map(str, maps))} = {below[0]:,} values of the {whose}. "
        if flattened and len(maps) == 3
        else f"{below[0]:,} values come in. "
    )
    return f"{values}Each of the {counted(layer.units, 'unit')} has a weight for every one of them, and a bias."


def _counts(found: list[Change]) -> str:
    parts = [f"{change.network.parameter_count:,} with {change.what}" for change in found]
    return f"Parameters then: {'; '.join(parts)}"


def how_the_field_grows(network: Architecture) -> None:
    """The receptive field, layer by layer, with its arithmetic."""
    steps = network.growth()
    if not steps:
        return
    with st.expander("How the receptive field grows"):
        st.markdown(growth_in_words(network, steps))


def growth_in_words(network: Architecture, steps: list[Growth]) -> str:
    """Each step's formula, and what pooling and stride do to the steps after them."""
    return "\n".join(
        [
            "A value depends on a patch of the image. The window of each layer adds (kernel size − 1) · jump pixels. "
            "The **jump** is how many pixels of the image lie between neighbouring values of the layer below. It "
            "begins with 1, and every stride multiplies it.\n",
            *(f"- **{step.layer}**: {_formulas(step)}; then the jump is {_jump(step)}." for step in steps),
            "",
            *_of_pooling(network, steps),
        ]
    )


def _formulas(step: Growth) -> str:
    rows, columns = step.formulas
    return f"`{rows}`" if rows == columns else f"rows `{rows}`, columns `{columns}`"


def _jump(step: Growth) -> str:
    rows, columns = (field.jump for field in step.after)
    return str(rows) if rows == columns else f"{rows} in the rows and {columns} in the columns"


def _of_pooling(network: Architecture, steps: list[Growth]) -> Iterator[str]:
    """What the first pooling brings to a convolution behind it, or would bring."""
    kinds = {name: type(layer) for name, layer in zip(network.names, network.layers, strict=True)}
    pools = [index for index, step in enumerate(steps) if kinds[step.layer] is Pooling and step.after[0].jump > 1]
    if not pools:
        return
    pool, behind = steps[pools[0]], steps[pools[0] + 1 :]
    jump = pool.after[0].jump
    where = behind[0].layer if behind else "a layer behind it"
    yield (
        f"**{pool.layer}** itself adds little. But its values stand for places {jump} pixels apart, so every weight "
        f"of {where} reaches {jump} times as far: this is how pooling makes the receptive field grow."
    )


def in_colour(network: Architecture) -> None:
    """What the first convolution needs for an image with three channels."""
    with suppress(ShapeError):  # too many parameters then
        if network.input_shape[2] == 1 and network.convolutions and (text := colour_in_words(network)):
            with st.expander("If the images had colour"):
                st.markdown(text)


def colour_in_words(network: Architecture) -> str:
    """The parameters of the first convolution on red, green and blue."""
    name, colour = network.convolutions[0], network.in_colour
    at = network.names.index(name)
    layer = network.layers[at]
    assert isinstance(layer, Convolution)
    grey, rgb = network.table()[at], colour.table()[at]
    more = colour.parameter_count - network.parameter_count
    return (
        f"A colour image has three channels, red, green and blue: {shape_text(colour.input_shape)}. Each filter of "
        f"{name} would then have a slice of {shape_text(layer.kernel)} weights for each of them, and one bias: "
        f"`{rgb.parameter_formula}` parameters in place of `{grey.parameter_formula}`. Their products are added up, so "
        f"each filter still makes one map, {shape_text(rgb.output_shape)} in all, and every later layer stays as it "
        f"is: {more:,} parameters more in the whole network."
    )

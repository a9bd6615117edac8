"""A network that does not fit, drawn as far as it fits."""

from ...errors import PlaygroundError
from ...export.tables import shape_text
from ...network.architecture import Architecture
from ...network.layers import Layer, layer_names
from ...network.validation import longest_beginning
from .. import choice
from ..components.payloads.network import misfit, volume_layers
from ..components.volumes import volumes
from ..widgets import chain_alt
from .shape_table import shape_table


def up_to_the_misfit(layers: tuple[Layer, ...], error: PlaygroundError) -> None:
    """The picture and the shape table of the layers that fit, and the first one that does not, marked."""
    part = Architecture(longest_beginning(layers, choice.input_shape()), choice.input_shape())
    count = len(part.layers)
    drawn, alt = volume_layers(part), f"The network as boxes, as far as it fits: {chain_alt(part.layers, part.shapes)}"
    if count < len(layers):
        name = layer_names(layers)[count]
        drawn = [layer for layer in drawn if layer["kind"] != "softmax"]
        drawn.append(misfit(layers[count], name, part.output_shape, str(error)))
        alt += f"; {name} does not fit behind {shape_text(part.output_shape)}"
    volumes(drawn, alt=alt)
    if count:
        shape_table(part)

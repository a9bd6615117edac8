"""The size of every layer, step by step, and the network in a framework, which must agree with it."""

from ...network.architecture import Architecture
from ...network.layers import (
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalMean,
    Layer,
    Pooling,
    Shape,
)
from ...ops.reference import convolve
from ...words import counted
from .. import tables
from .cells import Cell, Chapter, Code, Table, Words
from .subject import Subject
from .texts import literal, source_of, times

# How many parameters the model of a framework has, running statistics included: framework -> source.
COUNTS = {
    "keras": "model.count_params()",
    "pytorch": "sum(values.numel() for values in model.state_dict().values() if values.is_floating_point())",
    "flax": "sum(w[...].size for _, w in nnx.to_flat_state(nnx.state(model, nnx.Any(nnx.Param, nnx.BatchStat))))",
}


def sizes(subject: Subject) -> Chapter:
    """The shape table with every number in its formula, and what it means."""
    network = subject.architecture
    steps = [step for name, layer, shape in subject.layers if (step := _step(name, layer, shape))]
    cells: list[Cell] = [
        Words(
            "A layer takes a stack of maps, rows × columns × channels, and gives another. Here is this network, "
            "step by step, with its own numbers in the formulas."
        ),
        Words("\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))),
        Table(
            "Every layer: its shape, how it is calculated, and what it costs",
            tables.to_markdown(network.table(), network.input_shape),
        ),
        Words(
            f"Together: **{network.parameter_count:,} parameters**, {_learned(network)}, and "
            f"**{network.macs:,} multiply-adds** for one picture. The **receptive field** of a value is the patch "
            f"of pixels of the image on which it depends. The last row, softmax, turns the {subject.counted_classes} "
            f"scores into {subject.counted_classes} probabilities that add up to 1." + _never_read(subject)
        ),
        *_sharing(subject),
    ]
    return Chapter("How large every layer is, and why", cells)


def _step(name: str, layer: Layer, shape: Shape) -> str:
    """How a layer changes the shape, and how many weights it has; "" for an activation, which has its own chapter."""
    out = layer.output_shape(shape)
    begins = f"**{name}** takes {times(*shape)} and gives **{times(*out)}**."
    match layer:
        case Convolution():
            channels = f"{shape[2]} channel{'s' if shape[2] > 1 else ''}"
            return (
                f"{begins} Size: {layer.formula(shape)}. {layer.filters} "
                f"filter{'s make' if layer.filters > 1 else ' makes'} {layer.filters} "
                f"map{'s' if layer.filters > 1 else ''}. Each filter has {times(*layer.kernel, shape[2])} weights, "
                f"for {channels}, and one bias: {layer.parameter_formula(shape)} parameters."
            )
        case Pooling():
            return f"{begins} Size: {layer.formula(shape)}. Each map is pooled by itself; there is nothing to learn."
        case BatchNormalization():
            each = "map" if len(shape) == 3 else "unit"
            return (
                f"**{name}** changes no size. In training, it gives each {each} the mean 0 and the variance 1 over the "
                f"images of a batch, then multiplies by a scale γ and adds a shift β, both learned. Afterwards it uses "
                "running averages of the batches' means and variances in place of a batch's own. So it has four "
                f"numbers for each {each}: {layer.parameter_formula(shape)}."
            )
        case GlobalMean():
            return (
                f"{begins} **Global average pooling**: the mean of each map, {times(*shape[:2])} values, so one number "
                "is left of a map; there is nothing to learn."
            )
        case Flatten():
            return f"{begins} All numbers in one row: {layer.formula(shape)}."
        case Dense():
            return (
                f"{begins} Each of these numbers is made by a **unit**: the sum of all {shape[0]:,} values, each times "
                f"a weight of its own, and a bias. {counted(layer.units, 'unit')}: {layer.parameter_formula(shape)} "
                "parameters."
            )
        case Dropout():
            return (
                f"**{name}** changes no size. While the network trains, it sets {layer.percent} % of the values to 0, "
                "others in every step, so that nothing behind it can rely on a single one; afterwards it does nothing."
            )
    return ""


def _learned(network: Architecture) -> str:
    fixed = network.non_trainable_count
    if not fixed:
        return "the numbers that are learned"
    return f"of which {network.parameter_count - fixed:,} are learned and {fixed:,} are running statistics"


def _never_read(subject: Subject) -> str:
    """What the table's last column counts, for the first layer that leaves pixels out."""
    for name, layer, shape in subject.sliding():
        if unread := layer.unread(shape):
            rows, columns = (sum(axis.read(size)) for axis, size in zip(layer.axes, shape, strict=False))
            return (
                " *Never read* counts the pixels of a whole map, and not of a line as the chapter on windows does: of "
                f"the {times(*shape[:2])} pixels that arrive at **{name}**, {times(rows, columns)} are read, and "
                f"{unread:,} {'are' if unread > 1 else 'is'} not."
            )
    return ""


def _sharing(subject: Subject) -> list[Cell]:
    sharing = subject.architecture.sharing()
    if not sharing:
        return []
    most = max(sharing, key=lambda entry: entry.times)
    compared = "about as many" if most.times < 1.5 else f"{most.times:,.0f} times as many"
    return [
        Words(
            "### Why so few?\n\nBecause a filter uses **the same weights everywhere**. A dense layer in place of "
            f"**{most.layer}**, with the same input and the same output, would need {most.dense:,} parameters "
            f"instead of {most.shared:,}: {compared}. There is a second gain: what has been learned of "
            f"{'a stroke' if subject.is_mnist else 'a pattern'} in one place is known in every place."
        )
    ]


def as_code(subject: Subject) -> Chapter:
    """For the notebook: the network in its framework, checked against the shapes and against the plain loops."""
    parts, network = subject.parts, subject.architecture
    rows = [row for row in network.table() if row.kind != "softmax"]
    shapes = literal({row.layer: row.output_shape for row in rows})
    cells: list[Cell] = [
        Words(f"And this is the same network, written with {subject.written.title}."),
        Code(f"{parts.model}\n\nmodel = build_model()"),
        Words("Two functions evaluate it: the scores of pictures, and how many of them it reads correctly."),
        Code(parts.evaluation),
        Words("Two more look inside: the kernels of its convolutions, and the output of every layer."),
        Code(parts.inside),
        Words(
            "Does it have the shapes and the number of parameters that were calculated above? An `assert` stops with a "
            "message if it does not."
        ),
        Code(
            f"calculated = {shapes}\n"
            f"made = feature_maps(model, {subject.one}[None])\n"
            "for name, shape in calculated.items():\n"
            '    assert made[name].shape[1:] == shape, f"{name} is {made[name].shape[1:]}, and not {shape}"\n'
            '    print(f"{name:>10}: {shape}")\n'
            f"parameters = {COUNTS[subject.framework]}\n"
            f'assert parameters == {network.parameter_count}, f"{{parameters:,}} parameters, and not '
            f'{network.parameter_count:,}"\n'
            'print(f"{parameters:,} parameters, as calculated")'
        ),
        *_same_numbers(subject),
    ]
    return Chapter("The network as code", cells)


def _same_numbers(subject: Subject) -> list[Cell]:
    """The first convolution by plain loops and by the framework."""
    if not subject.convolutions:
        return []
    name, layer, shape = subject.convolutions[0]
    at = subject.architecture.names.index(name)
    below = subject.one if at == 0 else f'made["{subject.architecture.names[at - 1]}"][0]'
    pads = tuple(axis.pads(size) for axis, size in zip(layer.axes, shape, strict=False))
    return [
        Words(
            f"And does {name} compute what a plain loop does? Here is a whole convolution layer with nothing but "
            "NumPy: channels, filters, stride, padding and dilation. The weights are still random, and the biases 0."
        ),
        Code(source_of(convolve)),
        Code(
            f'by_loops = convolve({below}, kernels(model)["{name}"], {layer.stride}, {pads}, {layer.dilation})\n'
            f'difference = np.abs(by_loops - made["{name}"][0]).max()\n'
            'assert difference < 1e-4, f"they differ by {difference}"\n'
            'print(f"The loop and the framework differ by at most {difference:.1g}.")'
        ),
    ]

"""The network as code in Flax: what Flax calls each of our layers and settings, and the pieces around them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ...network.architecture import Architecture
from ...network.layers import (
    Activation,
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
from ...ops.registry import ACTIVATIONS, BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM, POOLS
from ...training.config import OPTIMIZERS, OptimizerSpelling, TrainConfig
from .. import script_template
from ..script_template import NO_PADDING, Framework, Pads, call, float_source, known_as

INITIAL = {"kernel_init": "glorot", "rngs": "rngs"}
NORMALIZATION = (
    "# After model.train(), normalizes with the mean and variance of each batch; after",
    "# model.eval(), with running averages of them. Keras's numbers; the exact variance, not the",
    "# faster one.",
)

FLATTEN = "# One row of numbers: pixel by pixel, the channels of a pixel together."
DROPOUT = (
    "# Dropout is at work after model.train(), and lets everything through after model.eval().",
    "# What it drops is chosen anew each time, by random numbers from rngs.",
)

HELPERS = {
    "pool_windows": '''\
def pool_windows(images, combine, empty, window, strides, padding, mean=False):
    """One number for each window, whose pixels are combined two at a time. Padding does not count.

    empty: the value of the padding, which changes nothing. mean: divide by the number of real pixels.
    """
    padded = jnp.pad(images, ((0, 0), *padding, (0, 0)), constant_values=empty)
    (height, width), (down, right) = window, strides
    bottom, end = padded.shape[1] - height + 1, padded.shape[2] - width + 1
    rows = [padded[:, top : bottom + top : down] for top in range(height)]
    pooled = functools.reduce(combine, rows)
    columns = [pooled[:, :, left : end + left : right] for left in range(width)]
    pooled = functools.reduce(combine, columns)
    if mean:
        pooled /= pool_windows(jnp.ones_like(images), jnp.add, 0, window, strides, padding)
    return pooled
''',
}

IMPORTS = """\
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from safetensors.numpy import load_file
"""

MODEL = '''\
class Network(nnx.Module):
    """Layers with weights are modules; everything else is a function."""

    def __init__(self, rngs):
        glorot = nnx.initializers.glorot_uniform()
{layers}

    def __call__(self, images):
        """The logits [n {classes}] of images [n {shape}]: the output of the last layer."""
        return self.feature_maps(images)["{last}"]

    def feature_maps(self, images):
        """The output of every layer, by its name."""
        maps = {{}}
{calls}
        return maps


def build_model():
    """The network with random kernels (Glorot uniform, as Keras begins) and biases of zero."""
    return Network(nnx.Rngs(SEED))
'''

WEIGHTS = '''\
# The parameters of a layer: their names in a safetensors file, and in Flax.
PARAMETERS = {
    nnx.Conv: {"kernel": "kernel", "bias": "bias"},
    nnx.Linear: {"kernel": "kernel", "bias": "bias"},
    nnx.BatchNorm: {
        "gamma": "scale",
        "beta": "bias",
        "moving_mean": "mean",
        "moving_variance": "var",
    },
}


def load_weights(model, file):
    """The weights of a safetensors file, whose kernels lie as Flax has them."""
    tensors = load_file(file)
    for name, layer in nnx.iter_children(model):
        for parameter, own in PARAMETERS.get(type(layer), {}).items():
            weights, variable = tensors[f"{name}/{parameter}"], getattr(layer, own)
            if weights.shape != variable.shape:
                raise ValueError(f"{name}/{parameter} is {weights.shape}, not {variable.shape}.")
            variable.set_value(jnp.asarray(weights))
'''

EVALUATION = '''\
@nnx.jit
def predict(model, images):
    return model(images)


def scores(model, images):
    """The logits [n {classes}] of images [n {shape}] in 0..1; dropout is off."""
    model.eval()
    starts = range(0, len(images), BATCH_SIZE)
    return np.concatenate([predict(model, images[start : start + BATCH_SIZE]) for start in starts])


def evaluate(model, images, labels):
    """Mean loss and accuracy of uint8 images."""
    logits = scores(model, brightness(images))
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels.astype(np.int32))
    return float(losses.mean()), float((logits.argmax(axis=1) == labels).mean())
'''

SCHEDULES = {
    "constant": "",
    "cosine": '''\
def learning_rate(steps):
    """Falls from LEARNING_RATE to zero like half a cosine."""
    return optax.cosine_decay_schedule(LEARNING_RATE, steps)
''',
    "one-cycle": '''\
def learning_rate(steps):
    """Rises to LEARNING_RATE for 30 % of the steps, then falls to almost nothing."""
    return optax.cosine_onecycle_schedule(steps, LEARNING_RATE)
''',
}

TRAINING = '''\
@nnx.jit
def train_step(model, optimizer, images, labels):
    """One gradient step on a batch: its mean loss, and the number of correct answers."""

    def mean_loss(model):
        logits = model(images)
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
        return losses.mean(), logits

    (loss, logits), gradients = nnx.value_and_grad(mean_loss, has_aux=True)(model)
    optimizer.update(model, gradients)
    return loss, (logits.argmax(axis=1) == labels).sum()


def train(model, training, test):
    """Train on (images, labels), try the test images each epoch: {{"loss": [...], ...}}."""
    images, labels = brightness(training[0]), training[1].astype(np.int32)
{steps}    {note}{optimizer}
    optimizer = nnx.Optimizer(model, rule, wrt=nnx.Param)
    generator = np.random.default_rng(SEED)
    history = {{"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}}
    for epoch in range(1, EPOCHS + 1):
        model.train()
        loss_sum = right = 0
        order = generator.permutation(len(images))
        for start in range(0, len(images), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            loss, right_here = train_step(model, optimizer, images[batch], labels[batch])
            loss_sum += loss * len(batch)
            right += right_here
        results = loss_sum / len(images), right / len(images), *evaluate(model, *test)
        for name, result in zip(history, results):
            history[name].append(float(result))
        print(f"Epoch {{epoch}}:", ", ".join(f"{{name}} {{history[name][-1]:.4f}}" for name in history))
    return history
'''

INSIDE = '''\
def kernels(model):
    """The kernels of the convolutions by name: [height width channels filters]."""
    return {
        name: np.asarray(layer.kernel[...])
        for name, layer in nnx.iter_children(model)
        if isinstance(layer, nnx.Conv)
    }


def feature_maps(model, images):
    """What every layer makes of the images, by its name: [n height width channels] or [n units]."""
    model.eval()
    return {name: np.asarray(values) for name, values in model.feature_maps(images).items()}
'''


def _build(architecture: Architecture) -> str:
    rows = script_template.rows(architecture)
    below = ["images", *(f'maps["{name}"]' for name in architecture.names)]
    on_below = [(*row, values) for row, values in zip(rows, below, strict=False)]
    return MODEL.format(
        layers=script_template.lines(_made, rows, 8, end=""),
        calls=script_template.lines(_called, on_below, 8, end=""),
        last=architecture.names[-1],
        shape=" ".join(map(str, architecture.input_shape)),
        classes=architecture.classes,
    )


def _made(name: str, layer: Layer, shape: Shape) -> Iterable[str]:
    """The lines of __init__ for one of our layers: none where it is a function."""
    make = MODULES.get(type(layer))
    return make(f"self.{name} = ", layer, shape) if make else ()


def _called(name: str, layer: Layer, shape: Shape, below: str) -> Iterable[str]:
    """The lines of the forward pass for one of our layers, applied to the output of the layer below."""
    made = f'maps["{name}"] = '
    function = FUNCTIONS.get(type(layer))
    return function(made, layer, shape, below) if function else [call(f"{made}self.{name}", below)]


def _convolution(made: str, layer: Convolution, shape: Shape) -> Iterator[str]:
    window, strides, dilations, pads = script_template.slides(layer, shape)
    options = {"strides": repr(strides)} if strides != (1, 1) else {}
    options["padding"] = _padding(layer, pads)
    options |= {"kernel_dilation": repr(dilations)} if dilations != (1, 1) else {}
    sizes = repr(shape[2]), repr(layer.filters), repr(window)
    yield from script_template.same(layer, pads)
    yield call(f"{made}nnx.Conv", *sizes, **options, **INITIAL)


def _normalization(made: str, layer: BatchNormalization, shape: Shape) -> Iterator[str]:
    yield from NORMALIZATION
    options = {
        "momentum": repr(BATCH_NORM_MOMENTUM),
        "epsilon": repr(BATCH_NORM_EPSILON),
        "use_fast_variance": "False",
        "rngs": "rngs",
    }
    yield call(f"{made}nnx.BatchNorm", repr(shape[-1]), **options)


def _pooling(made: str, layer: Pooling, shape: Shape, below: str) -> Iterator[str]:
    window, strides, _, pads = script_template.slides(layer, shape)
    row = POOLS[layer.pool]
    mean = {"mean": "True"} if row.mean else {}
    yield from script_template.same(layer, pads)
    if function := row.spelling.get("flax"):
        options = {} if pads == NO_PADDING else {"padding": _padding(layer, pads)}
        options |= {"count_include_pad": "False"} if options and row.mean else {}
        yield call(made + function, below, repr(window), strides=repr(strides), **options)
    else:
        arguments = below, f"jnp.{row.combine}", float_source(row.empty), repr(window), repr(strides), repr(pads)
        yield call(f"{made}pool_windows", *arguments, **mean)


def _activation(made: str, layer: Activation, shape: Shape, below: str) -> Iterator[str]:
    row = ACTIVATIONS[layer.function]
    yield call(made + row.spelling.get("flax", known_as(f"nnx.{row.function}", row)), below)


def _padding(layer: Convolution | Pooling, pads: Pads) -> str:
    return f'"{layer.padding.upper()}"' if layer.padding in ("same", "valid") else repr(pads)


# The layers that are modules, because they have parameters or act differently in training; and the functions.
MODULES: Mapping[type[Layer], Callable[[str, Any, Shape], Iterable[str]]] = {
    Convolution: _convolution,
    BatchNormalization: _normalization,
    Dropout: lambda made, layer, shape: [
        *DROPOUT,
        call(f"{made}nnx.Dropout", repr(layer.percent / 100), rngs="rngs"),
    ],
    Dense: lambda made, layer, shape: [call(f"{made}nnx.Linear", repr(shape[0]), repr(layer.units), **INITIAL)],
}
FUNCTIONS: Mapping[type[Layer], Callable[[str, Any, Shape, str], Iterable[str]]] = {
    Pooling: _pooling,
    GlobalMean: lambda made, layer, shape, below: [call(f"{made}{below}.mean", axis="(1, 2)")],
    Activation: _activation,
    Flatten: lambda made, layer, shape, below: [FLATTEN, call(f"{made}{below}.reshape", "len(images)", "-1")],
}


def _train(config: TrainConfig) -> str:
    row = OPTIMIZERS[config.optimizer]
    spelling = row.spelling.get("flax", OptimizerSpelling(known_as(f"optax.{row.function}", row)))
    return script_template.training(TRAINING, SCHEDULES, spelling, config, "rule")


FLAX = Framework(
    title="Flax",
    file="network_flax.py",
    requirements="flax>=0.12.8,<0.13\njax>=0.10.2,<0.13\noptax>=0.2.8,<0.3\nnumpy>=2.4.6,<3\nsafetensors>=0.8,<0.9\n",
    differences="Flax keeps channels last, as the playground does, which runs on it: all numbers lie in the same "
    "order.",
    imports=IMPORTS,
    helpers=HELPERS,
    build=_build,
    weights=WEIGHTS,
    evaluation=EVALUATION,
    train=_train,
    inside=INSIDE,
)

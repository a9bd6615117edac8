"""The network as code in Keras 3: what Keras calls each of our layers and settings, and the pieces around them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from textwrap import indent
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
from ...ops.registry import ACTIVATIONS, POOLS
from ...training.config import OPTIMIZERS, OptimizerSpelling, TrainConfig
from .. import script_template
from ..data_files import READ_MNIST
from ..script_template import NO_PADDING, Framework, call, float_source, known_as, single

PADS = "# ((top, bottom), (left, right)), which layers.Conv2D itself cannot pad."
DROPOUT = "# Dropout is at work in model.fit alone: model.predict lets everything through."
NORMALIZATION = (
    "# model.fit normalizes with the mean and variance of each batch, model.predict with",
    "# running averages of them. All numbers are Keras's own: momentum 0.99, epsilon 1e-3.",
)

IMPORTS = """\
import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")  # what computes: "jax", "tensorflow" or "torch"

import keras
import numpy as np
from keras import layers
from safetensors.numpy import load_file
"""

READ_DATA = f"""\
if DATA == "keras":
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
else:
{indent(READ_MNIST, script_template.INDENT)}"""

HELPERS = {
    "gelu": '''\
def gelu(values):
    """GELU by its approximation with tanh; by default Keras computes the exact one."""
    return keras.activations.gelu(values, approximate=True)
''',
    "StridedDilatedConv2D": '''\
class StridedDilatedConv2D(layers.Conv2D):
    """A convolution with a stride and a dilation, which Keras does not take together.

    It computes the output at stride 1, and keeps only the rows and columns of the stride.
    """

    def __init__(self, filters, kernel_size, every, **others):
        super().__init__(filters, kernel_size, **others)
        self.every = every

    def call(self, images):
        rows, columns = self.every
        return super().call(images)[:, ::rows, ::columns]

    def compute_output_shape(self, shape):
        n, height, width, filters = super().compute_output_shape(shape)
        return n, math.ceil(height / self.every[0]), math.ceil(width / self.every[1]), filters
''',
    "Padding2D": '''\
class Padding2D(layers.Layer):
    """Padding with a value: ((top, bottom), (left, right)). Keras has one for zeros only."""

    def __init__(self, padding, value, **others):
        super().__init__(**others)
        self.padding, self.value = padding, value

    def call(self, images):
        around = ((0, 0), *self.padding, (0, 0))
        return keras.ops.pad(images, around, constant_values=self.value)
''',
    "MinPooling2D": '''\
class MinPooling2D(layers.MaxPooling2D):
    """The smallest value of each window: minus the largest of the negated values."""

    def call(self, images):
        return -super().call(-images)
''',
    "WindowPooling2D": '''\
class WindowPooling2D(layers.Layer):
    """One number for each window, whose pixels are combined two at a time. Padding does not count.

    empty: the value of the padding, which changes nothing. padding: ((top, bottom), (left, right)).
    mean: divide by the number of real pixels.
    """

    def __init__(self, combine, empty, pool_size, strides, padding, mean=False, **others):
        super().__init__(**others)
        self.combine, self.empty, self.mean = combine, empty, mean
        self.pool_size, self.strides, self.padding = pool_size, strides, padding

    def call(self, images):
        pooled = self.pool(images, self.combine, self.empty)
        ones = keras.ops.ones_like(images)
        return pooled / self.pool(ones, keras.ops.add, 0) if self.mean else pooled

    def pool(self, images, combine, empty):
        around = ((0, 0), *self.padding, (0, 0))
        padded = keras.ops.pad(images, around, constant_values=empty)
        (height, width), (down, right) = self.pool_size, self.strides
        bottom, end = padded.shape[1] - height + 1, padded.shape[2] - width + 1
        rows = [padded[:, top : bottom + top : down] for top in range(height)]
        pooled = functools.reduce(combine, rows)
        columns = [pooled[:, :, left : end + left : right] for left in range(width)]
        return functools.reduce(combine, columns)
''',
}

MODEL = '''\
def build_model():
    """The network with random kernels (Keras's own Glorot uniform ones) and biases of zero."""
    keras.utils.set_random_seed(SEED)
    return keras.Sequential(
        [
            keras.Input({shape}),
{layers}
        ]
    )
'''

WEIGHTS = '''\
def load_weights(model, file):
    """The weights of a safetensors file, whose kernels lie as Keras has them."""
    tensors = load_file(file)
    for layer in model.layers:
        if layer.weights:
            layer.set_weights([tensors[f"{layer.name}/{weight.name}"] for weight in layer.weights])
'''

EVALUATION = '''\
def scores(model, images):
    """The logits [n {classes}] of images [n {shape}] in 0..1; dropout is off."""
    return model.predict(images, batch_size=BATCH_SIZE, verbose=0)


def evaluate(model, images, labels):
    """Mean loss and accuracy of uint8 images."""
    logits = scores(model, brightness(images))
    losses = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    return float(keras.ops.mean(losses)), float((logits.argmax(axis=1) == labels).mean())
'''

SCHEDULES = {
    "constant": "",
    "cosine": '''\
def learning_rate(steps):
    """Falls from LEARNING_RATE to zero like half a cosine."""
    return keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
''',
    "one-cycle": '''\
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Up from a 25th of the peak for 30 % of the steps, then down to nearly 0, by half cosines."""

    def __init__(self, peak, steps):
        self.peak, self.steps, self.top = peak, steps, int(0.3 * steps)

    def __call__(self, step):
        step = keras.ops.cast(step, "float32")
        rising = self.between(1 / 25, 1, step / max(self.top, 1))
        falling = self.between(1, 1 / 250_000, (step - self.top) / (self.steps - self.top))
        return self.peak * keras.ops.where(step < self.top, rising, falling)

    def between(self, start, end, part):
        return start + (end - start) * (1 - keras.ops.cos(math.pi * part)) / 2

    def get_config(self):
        return {"peak": self.peak, "steps": self.steps}


def learning_rate(steps):
    """Rises to LEARNING_RATE and falls again, over the given number of steps."""
    return OneCycle(LEARNING_RATE, steps)
''',
}

TRAINING = '''\
def train(model, training, test):
    """Train on (images, labels), try the test images each epoch: {{"loss": [...], ...}}."""
{steps}    {note}{optimizer}
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, metrics=["accuracy"])
    history = model.fit(
        brightness(training[0]),
        training[1],
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation_data=(brightness(test[0]), test[1]),
        verbose=2,
    )
    return history.history
'''

INSIDE = '''\
def kernels(model):
    """The kernels of the convolutions by name: [height width channels filters]."""
    convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
    return {layer.name: np.asarray(layer.kernel) for layer in convolutions}


def feature_maps(model, images):
    """What every layer makes of the images, by its name: [n height width channels] or [n units]."""
    watched = [layer for layer in model.layers if not layer.name.endswith("_padding")]
    outputs = keras.Model(model.inputs, [layer.output for layer in watched])
    maps = outputs.predict(images, batch_size=BATCH_SIZE, verbose=0)
    return {layer.name: values for layer, values in zip(watched, maps)}
'''


def _build(architecture: Architecture) -> str:
    layers = script_template.lines(_layers, script_template.rows(architecture), 12)
    return MODEL.format(layers=layers, shape=repr(tuple(architecture.input_shape)))


def _layers(name: str, layer: Layer, shape: Shape) -> Iterable[str]:
    """The Keras layers for one of ours: comments, the padding that it cannot do itself, then the layer."""
    return LAYERS[type(layer)](layer, shape, {"name": f'"{name}"'})


def _convolution(layer: Convolution, shape: Shape, named: dict[str, str]) -> Iterator[str]:
    window, strides, dilations, pads = script_template.slides(layer, shape)
    both = max(strides) > 1 and max(dilations) > 1
    options = {"padding": '"same"'} if layer.padding == "same" and not both else {}
    yield from script_template.same(layer, pads)
    if pads != NO_PADDING and not options:
        yield PADS
        yield call("layers.ZeroPadding2D", repr(pads), name=_padding_name(named))
    if both:
        options["every"] = repr(strides)
    elif strides != (1, 1):
        options["strides"] = single(strides)
    if dilations != (1, 1):
        options["dilation_rate"] = single(dilations)
    function = "StridedDilatedConv2D" if both else "layers.Conv2D"
    yield call(function, repr(layer.filters), single(window), **options, **named)


def _pooling(layer: Pooling, shape: Shape, named: dict[str, str]) -> Iterator[str]:
    window, strides, _, pads = script_template.slides(layer, shape)
    row = POOLS[layer.pool]
    function, empty = row.spelling.get("keras"), float_source(row.empty)
    yield from script_template.same(layer, pads)
    # Keras's own "same" counts real pixels on JAX and TensorFlow, and repeats those at the edge on PyTorch.
    if function is None or (row.mean and pads != NO_PADDING):
        arguments = f"keras.ops.{row.combine}", empty, repr(window), repr(strides), repr(pads)
        yield call("WindowPooling2D", *arguments, **({"mean": "True"} if row.mean else {}), **named)
        return
    options = {} if strides == window else {"strides": single(strides)}
    if layer.padding == "same":
        options["padding"] = '"same"'
    elif pads != NO_PADDING:
        yield f"# {empty} is never the {layer.pool} of a window."
        yield call("Padding2D", repr(pads), empty, name=_padding_name(named))
    yield call(function, single(window), **options, **named)


def _activation(layer: Activation, shape: Shape, named: dict[str, str]) -> Iterator[str]:
    row = ACTIVATIONS[layer.function]
    made = row.spelling.get("keras", call("layers.Activation", known_as(f'"{row.function}"', row)))
    yield made.removesuffix(")") + ("" if made.endswith("()") else ", ") + f"name={named['name']})"


def _padding_name(named: dict[str, str]) -> str:
    return f'{named["name"][:-1]}_padding"'


LAYERS: Mapping[type[Layer], Callable[[Any, Shape, dict[str, str]], Iterable[str]]] = {
    Convolution: _convolution,
    Pooling: _pooling,
    GlobalMean: lambda layer, shape, named: [call("layers.GlobalAveragePooling2D", **named)],
    BatchNormalization: lambda layer, shape, named: [*NORMALIZATION, call("layers.BatchNormalization", **named)],
    Activation: _activation,
    Dropout: lambda layer, shape, named: [DROPOUT, call("layers.Dropout", repr(layer.percent / 100), **named)],
    Flatten: lambda layer, shape, named: [call("layers.Flatten", **named)],
    Dense: lambda layer, shape, named: [call("layers.Dense", repr(layer.units), **named)],
}


def _train(config: TrainConfig) -> str:
    row = OPTIMIZERS[config.optimizer]
    spelling = row.spelling.get("keras", OptimizerSpelling(known_as(f"keras.optimizers.{row.title}", row)))
    return script_template.training(TRAINING, SCHEDULES, spelling, config)


KERAS = Framework(
    title="Keras 3",
    file="network_keras.py",
    requirements="keras>=3.15.1,<4\njax>=0.10.2,<0.13\nnumpy>=2.4.6,<3\nsafetensors>=0.8,<0.9\n",
    differences="Keras keeps channels last, as the playground does, so all numbers lie in the same order. "
    "It computes with JAX, TensorFlow or PyTorch, whichever KERAS_BACKEND names.",
    imports=IMPORTS,
    helpers=HELPERS,
    build=_build,
    weights=WEIGHTS,
    evaluation=EVALUATION,
    train=_train,
    inside=INSIDE,
    read_mnist=READ_DATA,
    mnist_place='in the same folder; or "keras", which downloads it',
)

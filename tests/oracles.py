"""Other people's arithmetic, and plain loops: what the tests compare cnnplay with."""

import warnings
from math import prod

import jax
import jax.numpy as jnp
import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # theirs, not ours
    import keras

from cnnplay.errors import ShapeError
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import (
    Activation,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalMean,
    Pooling,
)
from cnnplay.network.parsing import read_layer
from cnnplay.ops import reference
from cnnplay.ops.arithmetic import windows
from tests import pytorch

if pytorch.INSTALLED:
    from tests.pytorch_oracles import torch_convolution, torch_normalized_training, torch_pooling
else:
    torch_convolution = torch_normalized_training = torch_pooling = None


def brute_windows(size, before, after, kernel, stride=1, dilation=1):
    """First pixels of all windows that lie on the padded line, found by trying every pixel of it."""
    line = range(-before, size + after)
    reachable = [start for start in line if start + (kernel - 1) * dilation in line]
    return [start for start in reachable if (start + before) % stride == 0]


def tensorflow_same(size, span, stride):
    """(before, after, output size) of SAME as TensorFlow's documentation has it, case by case.

    https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    total = max(span - stride, 0) if size % stride == 0 else max(span - size % stride, 0)
    return total // 2, total - total // 2, -(-size // stride)


CONVOLUTION_PADDINGS = ("valid", "same", "full", 1, 3, (0, 2), (2, 1), ("same", 0), ((1, 2), "full"), ("valid", (0, 3)))


def one_or_two(generator, high):
    """A number from 1 to `high`, or a pair of them, as `windows` takes both."""
    both = tuple(int(n) for n in generator.integers(1, high + 1, 2))
    return both if generator.random() < 0.5 else both[0]


def random_convolution(seed):
    """(images, kernel, settings) that fit: small, uneven, and nothing left out."""
    generator = np.random.default_rng(seed)
    while True:
        n, height, width, channels, filters = (int(v) for v in generator.integers(1, (3, 10, 10, 4, 4)))
        rows, columns = (int(v) for v in generator.integers(1, 6, 2))
        settings = {
            "stride": one_or_two(generator, 4),
            "padding": CONVOLUTION_PADDINGS[generator.integers(len(CONVOLUTION_PADDINGS))],
            "dilation": one_or_two(generator, 3),
        }
        try:
            for axis, size in zip(windows((rows, columns), **settings), (height, width), strict=True):
                axis.output_size(size)
        except ShapeError:
            continue
        images = generator.standard_normal((n, height, width, channels))
        return images, generator.standard_normal((rows, columns, channels, filters)), settings


def _padded(images, pads, value=0.0):
    """[n h w c], with the given value before and after rows and columns."""
    return jnp.pad(images, ((0, 0), *pads, (0, 0)), constant_values=value)


def keras_convolution(images, kernel, pads, stride, dilation, cotangent):
    """(output, gradient of the images, gradient of the kernel), all channels last. pads: (rows, columns) pairs."""

    def convolution(images, kernel):
        return keras.ops.conv(_padded(images, pads), kernel, stride, "valid", "channels_last", dilation)

    output, vjp = jax.vjp(convolution, jnp.asarray(images, jnp.float32), jnp.asarray(kernel, jnp.float32))
    return output, *vjp(jnp.asarray(cotangent, jnp.float32))


def keras_pooling(images, kind, window, stride, pads, cotangent):
    """(output, gradient of the images) of a pooling that counts real pixels only."""
    window, stride = tuple(window), tuple(stride)

    def mean(images):
        return keras.ops.average_pool(_padded(images, pads), window, stride, data_format="channels_last")

    def pooling(images):
        if kind == "mean":
            return mean(images) / mean(jnp.ones_like(images))
        sign = {"max": 1, "min": -1}[kind]
        padded = _padded(sign * images, pads, -jnp.inf)
        return sign * keras.ops.max_pool(padded, window, stride, data_format="channels_last")

    output, vjp = jax.vjp(pooling, jnp.asarray(images, jnp.float32))
    return output, *vjp(jnp.asarray(cotangent, jnp.float32))


NORMALIZED = "conv4k9-batchnorm-relu-max2-conv5k3-batchnorm-relu-globalmean-dense12-batchnorm-relu-dense10"


def keras_normalized_training(weights, batches, rate):
    """The weights of NORMALIZED after plain gradient descent, from the given ones, over batches (images, labels)."""
    model, _ = keras_network(NORMALIZED)
    model.set_weights([np.array(each) for each in weights.values()])  # copies: Keras gives the memory of its own back
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate), loss)
    for images, labels in batches:
        model.train_on_batch(images, labels)
    return dict(zip(weights, model.get_weights(), strict=True))


CONVOLUTIONS = pytorch.installed({"keras": keras_convolution, "pytorch": torch_convolution})
POOLINGS = pytorch.installed({"keras": keras_pooling, "pytorch": torch_pooling})
NORMALIZED_TRAININGS = pytorch.installed({"keras": keras_normalized_training, "pytorch": torch_normalized_training})


def _keras_padding(layer):
    """(layers to put before, Keras's own padding) for a layer of ours."""
    if layer.padding in ("valid", "same"):
        return [], layer.padding
    pads = [axis.pads(1) for axis in layer.axes]  # neither full nor pixels depend on the size
    return [keras.layers.ZeroPadding2D(pads)], "valid"


def _keras_layers(layer):
    match layer:
        case Convolution():
            before, padding = _keras_padding(layer)
            return [
                *before,
                keras.layers.Conv2D(
                    layer.filters,
                    layer.kernel,
                    layer.stride,
                    padding=padding,
                    dilation_rate=layer.dilation,
                    kernel_initializer="zeros",  # a random one is compiled for every shape
                ),
            ]
        case Pooling():
            before, padding = _keras_padding(layer)
            pooling = keras.layers.AveragePooling2D if layer.pool == "mean" else keras.layers.MaxPooling2D
            return [*before, pooling(layer.window, layer.stride, padding=padding)]
        case Activation("leakyrelu"):
            return [keras.layers.LeakyReLU(negative_slope=0.01)]
        case Activation("gelu"):
            return [keras.layers.Activation(lambda x: keras.activations.gelu(x, approximate=True))]
        case Activation():
            return [keras.layers.Activation(layer.function)]
        case Dropout():
            return [keras.layers.Dropout(layer.percent / 100)]
        case BatchNormalization():
            return [keras.layers.BatchNormalization()]
        case GlobalMean():
            return [keras.layers.GlobalAveragePooling2D()]
        case Flatten():
            return [keras.layers.Flatten()]
        case Dense():
            return [keras.layers.Dense(layer.units, kernel_initializer="zeros")]


def keras_network(text, input_shape=(28, 28, 1)):
    """(Keras model, [(output shape, parameters)] of each of our layers). ValueError where Keras refuses the network."""
    first = values = keras.Input(input_shape)
    rows = []
    for token in text.split("-"):
        parts = _keras_layers(read_layer(token))
        for part in parts:
            values = part(values)
        shape = tuple(values.shape[1:])
        if min(shape) < 1:
            raise ValueError(f"Keras computes the empty shape {shape}")
        rows.append((shape, sum(part.count_params() for part in parts)))
    return keras.Model(first, values), rows


def random_layer(generator):
    """The text of a layer that keeps maps as maps, and that Keras has as well."""

    def several(low, high):
        rows, columns = (int(n) for n in generator.integers(low, high + 1, 2))
        return str(rows) if generator.random() < 0.6 else f"{rows}x{columns}"

    kind = generator.choice(["convolution", "convolution", "pooling", "activation", "dropout", "batchnorm"])
    if kind == "batchnorm":
        return "batchnorm"
    if kind == "activation":
        return str(generator.choice(["relu", "leakyrelu", "tanh", "sigmoid", "gelu"]))
    if kind == "dropout":
        return f"dropout{generator.integers(0, 96)}"
    largest = 18 if generator.random() < 0.5 else 5
    if kind == "convolution":
        padding = str(generator.choice(["", "", "same", "full", "p1", "p2", "p2.1"]))
        # Keras refuses both in one layer.
        spread = str(generator.choice(["", "", "s", "d"]))
        spread += several(1, 3) if spread else ""
        return f"conv{generator.integers(1, 5)}k{several(1, largest)}{spread}{padding}"
    window, pool = several(2, largest), generator.choice(["max", "mean", "min"])
    stride = f"s{several(1, 4)}" if generator.random() < 0.4 else ""
    return f"{pool}{window}{stride}{generator.choice(['', '', 'same', 'p1', 'p1.0'])}"


def random_networks(count, seed=0):
    """Texts of networks, some of which do not fit on 28 × 28 pixels."""
    generator = np.random.default_rng(seed)
    texts = []
    for _ in range(count):
        layers = [random_layer(generator) for _ in range(generator.integers(1, 6))]
        head = str(generator.choice(["flatten", "flatten", "globalmean"]))
        hidden = [f"dense{generator.integers(1, 30)}", "relu"] if generator.random() < 0.4 else []
        hidden += ["batchnorm"] if generator.random() < 0.2 else []
        texts.append("-".join([*layers, head, *hidden, "dense10"]))
    return texts


NUMPY_ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "leakyrelu": lambda x: np.where(x > 0, x, 0.01 * x),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "gelu": lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
}


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def numpy_activations(architecture: Architecture, weights, images):
    """What each layer makes of the images, in float64 and by the slow twins. Dropout does nothing."""
    values, after = np.asarray(images, np.float64), {}
    for name, layer in zip(architecture.names, architecture.layers, strict=True):
        kernel, bias = (np.asarray(weights.get(f"{name}/{part}", 0), np.float64) for part in ("kernel", "bias"))
        match layer:
            case Convolution():
                settings = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation}
                values = reference.conv2d(values, kernel, **settings) + bias
            case Pooling():
                values = reference.pool2d(values, layer.pool, layer.window, layer.stride, layer.padding)
            case Activation():
                values = NUMPY_ACTIVATIONS[layer.function](values)
            case BatchNormalization():
                parts = (weights[f"{name}/{part}"] for part in ("gamma", "beta", "moving_mean", "moving_variance"))
                values, _, _ = reference.batch_norm(values, *parts)
            case GlobalMean():
                values = reference.global_mean(values)
            case Flatten():
                values = values.reshape(len(values), prod(values.shape[1:]))
            case Dense():
                values = values @ kernel + bias
        after[name] = values
    return after


def counted_multiply_adds(layer, shape):
    """Multiply-adds of a layer on one image, counted one by one."""
    if isinstance(layer, Dense):
        return sum(1 for _ in range(shape[0]) for _ in range(layer.units))
    if isinstance(layer, BatchNormalization):
        return sum(1 for _ in np.ndindex(shape))
    if not isinstance(layer, Convolution):
        return 0
    rows, columns = layer.axes
    windows = sum(1 for _ in rows.positions(shape[0]) for _ in columns.positions(shape[1]))
    a_window = sum(1 for _ in range(layer.kernel[0]) for _ in range(layer.kernel[1]) for _ in range(shape[2]))
    return windows * a_window * layer.filters


def plain_scores(weights, images, activation=jax.nn.relu):
    """Scores of convK-activation-max2-flatten-dense, stride 1, valid, by lax and a reshape."""
    maps = jax.lax.conv_general_dilated(
        images, weights["conv1/kernel"], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    maps = activation(maps + weights["conv1/bias"])
    n, height, width, filters = maps.shape
    maps = maps[:, : height // 2 * 2, : width // 2 * 2]
    maps = maps.reshape(n, height // 2, 2, width // 2, 2, filters).max(axis=(2, 4))
    return maps.reshape(n, -1) @ weights["dense1/kernel"] + weights["dense1/bias"]


def plain_loss(weights, images, labels, activation=jax.nn.relu):
    """Mean cross-entropy of uint8 images under `plain_scores`."""
    scores = plain_scores(weights, jnp.asarray(images, jnp.float32) / 255, activation)
    probabilities = jax.nn.log_softmax(scores)
    return -probabilities[jnp.arange(len(labels)), labels].mean()

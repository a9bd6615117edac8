"""The network as code in Flax: what Flax calls each of our layers and settings, and the pieces around them."""

from ..architecture import Architecture
from ..layers import Activation, Convolution, Dense, Dropout, Flatten, Layer, Pooling, Shape
from ..settings import TrainConfig
from . import source
from .source import NO_PADDING, Framework, Pads, Parts, Rule, call

ACTIVATIONS = {
    "relu": "nnx.relu",
    "leakyrelu": "nnx.leaky_relu",
    "tanh": "nnx.tanh",
    "sigmoid": "nnx.sigmoid",
    "gelu": "nnx.gelu",  # its formula with tanh, where nothing is said
}
POOLS = {"max": "nnx.max_pool", "mean": "nnx.avg_pool", "min": "nnx.min_pool"}

STANDARD = {"math": "import math\n", "partial": "from functools import partial\n"}
IMPORTS = """\
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from safetensors.numpy import load_file
"""

HELPERS = {
    "flatten": '''\
def flatten(maps):
    """Maps as one row of numbers, pixel by pixel, the channels of a pixel together."""
    return maps.reshape(len(maps), -1)
''',
}

MODEL = '''\
class Network(nnx.Module):
    """Layers by name, each of which takes what the one before it has made."""

    def __init__(self, **layers):
        self.names = tuple(layers)
        for name, layer in layers.items():
            setattr(self, name, layer)

    def layers(self):
        return [(name, getattr(self, name)) for name in self.names]

    def __call__(self, values):
        for _, layer in self.layers():
            values = layer(values)
        return values


def build_model():
    """The network with random kernels (Glorot uniform, as Keras begins) and biases of zero."""
    rngs = nnx.Rngs(SEED)
    glorot = nnx.initializers.glorot_uniform()
    return Network(
{layers}
    )
'''

WEIGHTS = '''\
def load_weights(model, file):
    """The weights of a safetensors file, whose kernels lie as Flax has them."""
    tensors = load_file(file)
    for name, layer in model.layers():
        if isinstance(layer, (nnx.Conv, nnx.Linear)):
            for kind in ("kernel", "bias"):
                weights, own = tensors[f"{name}/{kind}"], getattr(layer, kind)
                if weights.shape != own.shape:
                    raise ValueError(f"{name}/{kind} is {weights.shape}, and {own.shape} fits.")
                own.set_value(jnp.asarray(weights))
'''

EVALUATION = '''\
@nnx.jit
def predict(model, images):
    return model(images)


def scores(model, images):
    """The logits [n 10] of images [n 28 28 1] in 0..1; dropout is off."""
    model.eval()
    starts = range(0, len(images), BATCH_SIZE)
    return np.concatenate([predict(model, images[start : start + BATCH_SIZE]) for start in starts])


def evaluate(model, images, labels):
    """Mean loss and accuracy of uint8 images."""
    logits = scores(model, brightness(images))
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels.astype(np.int32))
    return float(losses.mean()), float((logits.argmax(axis=1) == labels).mean())
'''

OPTIMIZERS = {
    "adam": Rule("optax.adam"),
    "adamw": Rule("optax.adamw"),
    "sgd": Rule("optax.sgd"),
    "momentum": Rule("optax.sgd"),
    "rmsprop": Rule("optax.rmsprop"),
    "adagrad": Rule("optax.adagrad"),
}

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
    """One step down the gradient of a batch: its mean loss, and how many of its answers were right."""

    def mean_loss(model):
        logits = model(images)
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
        return losses.mean(), logits

    (loss, logits), gradients = nnx.value_and_grad(mean_loss, has_aux=True)(model)
    optimizer.update(model, gradients)
    return loss, (logits.argmax(axis=1) == labels).sum()


def train(model, train, test):
    """Train on (images, labels) and look at the test images after every epoch: {{"loss": [...], ...}}."""
    images, labels = brightness(train[0]), train[1].astype(np.int32)
{steps}    rule = {rule}
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
    convolutions = [(name, layer) for name, layer in model.layers() if isinstance(layer, nnx.Conv)]
    return {name: np.asarray(layer.kernel[...]) for name, layer in convolutions}


def feature_maps(model, images):
    """What every layer makes of the images, by its name: [n height width channels] or [n units]."""
    model.eval()
    values, maps = jnp.asarray(images), {}
    for name, layer in model.layers():
        values = layer(values)
        maps[name] = np.asarray(values)
    return maps
'''


def write(architecture: Architecture, config: TrainConfig) -> Parts:
    """The pieces of a Flax script for a network and its settings."""
    layers = map(_layer, architecture.layers, architecture.shapes)
    named = (f"{name}={layer}" for name, layer in zip(architecture.names, layers, strict=True))
    build = MODEL.format(layers=source.lines(named, 8))
    model = "\n\n".join([*source.used(HELPERS, build), build])
    training = _training(config)
    return Parts(
        imports="".join(source.used(STANDARD, model, training)) + IMPORTS,
        settings=source.settings(config),
        data=source.data(),
        model=model,
        weights=WEIGHTS,
        evaluation=EVALUATION,
        training=training,
        inside=INSIDE,
        main=source.MAIN,
    )


def _training(config: TrainConfig) -> str:
    schedule = SCHEDULES[config.schedule]
    rate = "learning_rate(steps)" if schedule else "LEARNING_RATE"
    train = TRAINING.format(
        steps=source.STEPS if schedule else "", rule=OPTIMIZERS[config.optimizer].line(config.optimizer, rate)
    )
    return "\n\n".join([schedule, train]) if schedule else train


def _layer(layer: Layer, shape: Shape) -> str:
    """One of our layers as what Flax has for it: every padding of ours is one of Flax's as well."""
    match layer:
        case Convolution():
            return _convolution(layer, shape)
        case Pooling():
            return _pooling(layer, shape)
        case Activation():
            return ACTIVATIONS[layer.function]
        case Dropout():
            return call("nnx.Dropout", repr(layer.percent / 100), rngs="rngs")
        case Flatten():
            return "flatten"
        case Dense():
            return call("nnx.Linear", repr(shape[0]), repr(layer.units), kernel_init="glorot", rngs="rngs")
    raise TypeError(f"no code for {layer!r}")


def _convolution(layer: Convolution, shape: Shape) -> str:
    window, strides, dilations, pads = source.slides(layer, shape)
    options = {"strides": repr(strides)} if strides != (1, 1) else {}
    options["padding"] = _padding(layer, pads)
    options |= {"kernel_dilation": repr(dilations)} if dilations != (1, 1) else {}
    sizes = repr(shape[2]), repr(layer.filters), repr(window)
    return call("nnx.Conv", *sizes, **options, kernel_init="glorot", rngs="rngs")


def _pooling(layer: Pooling, shape: Shape) -> str:
    window, strides, _, pads = source.slides(layer, shape)
    options = {} if pads == NO_PADDING else {"padding": _padding(layer, pads)}
    if options and layer.pool == "mean":
        options["count_include_pad"] = "False"
    return call("partial", POOLS[layer.pool], window_shape=repr(window), strides=repr(strides), **options)


def _padding(layer: Convolution | Pooling, pads: Pads) -> str:
    return f'"{layer.padding.upper()}"' if layer.padding in ("same", "valid") else repr(pads)


FLAX = Framework(
    title="Flax",
    file="network_flax.py",
    requirements="flax>=0.12.8,<0.13\njax>=0.10.2,<0.13\noptax>=0.2.8,<0.3\nnumpy>=2.4.6,<3\nsafetensors>=0.8,<0.9\n",
    differences="Flax keeps channels last, as the playground does, which runs on it: all numbers lie in the same "
    "order.",
    write=write,
)

"""The network as code in PyTorch: what PyTorch calls each of our layers and settings, and the pieces around them."""

from collections.abc import Callable, Iterator, Mapping
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
from ..script_template import NO_PADDING, Framework, Pads, call, even, float_source, known_as, single

PADS = "# (left, right, top, bottom), as nn.Conv2d itself adds as much before as after."
DROPOUT = "# Dropout is at work after model.train(), and lets everything through after model.eval()."
NORMALIZATION = (
    "# After model.train(), normalizes with the mean and variance of each batch; after",
    "# model.eval(), with running averages of them. PyTorch's momentum is the weight of the new",
    "# value, 1 - Keras's. Its running variance of n values divides the squares by n - 1, that of",
    "# Keras by n: with many values the two are nearly the same.",
)

IMPORTS = """\
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import nn
"""

HELPERS = {
    "MinPool2d": '''\
class MinPool2d(nn.MaxPool2d):
    """The smallest value of each window: minus the largest of the negated values."""

    def forward(self, images):
        return -super().forward(-images)
''',
    "WindowPool2d": '''\
class WindowPool2d(nn.Module):
    """One number for each window, whose pixels are combined two at a time. Padding does not count.

    empty: the value of the padding, which changes nothing. around: (left, right, top, bottom).
    mean: divide by the number of real pixels.
    """

    def __init__(self, combine, empty, kernel_size, stride, around, mean=False):
        super().__init__()
        self.combine, self.empty, self.mean = combine, empty, mean
        self.kernel_size, self.stride, self.around = kernel_size, stride, around

    def forward(self, images):
        pooled = self.pool(images, self.combine, self.empty)
        ones = torch.ones_like(images)
        return pooled / self.pool(ones, torch.add, 0.0) if self.mean else pooled

    def pool(self, images, combine, empty):
        padded = nn.functional.pad(images, self.around, value=empty)
        (height, width), (down, right) = self.kernel_size, self.stride
        bottom, end = padded.shape[2] - height + 1, padded.shape[3] - width + 1
        rows = [padded[:, :, top : bottom + top : down] for top in range(height)]
        pooled = functools.reduce(combine, rows)
        columns = [pooled[..., left : end + left : right] for left in range(width)]
        return functools.reduce(combine, columns)
''',
    "Elementwise": '''\
class Elementwise(nn.Module):
    """A function of every number by itself, as a layer."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, values):
        return self.function(values)
''',
    "GlobalMeanPool2d": '''\
class GlobalMeanPool2d(nn.Module):
    """The mean of each map: [n c h w] -> [n c]."""

    def forward(self, images):
        return images.mean((2, 3))
''',
    "FlattenPixels": '''\
class FlattenPixels(nn.Flatten):
    """Maps as a row of numbers, pixel by pixel as the weights want them, not map by map."""

    def forward(self, images):
        return super().forward(images.movedim(1, -1))
''',
}

MODEL = '''\
def build_model():
    """The network with random kernels (Glorot uniform, as Keras begins) and biases of zero."""
    torch.manual_seed(SEED)
    layers = {{
{layers}
    }}
    for layer in layers.values():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return nn.Sequential(OrderedDict(layers))
'''

WEIGHTS = '''\
# The parameters of a layer: their names in a safetensors file, and in PyTorch.
PARAMETERS = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def load_weights(model, file):
    """Load the weights of a safetensors file. PyTorch puts the axis of outputs first."""
    state, layers = {}, dict(model.named_children())
    for name, array in load_file(file).items():
        layer, parameter = name.split("/")
        if layer in layers:
            weights = torch.from_numpy(array)
            if parameter == "kernel":  # [h w in out], or [in out]
                weights = weights.permute(3, 2, 0, 1) if weights.ndim == 4 else weights.T
            state[f"{layer}.{PARAMETERS[parameter]}"] = weights
    model.load_state_dict(state)
'''

EVALUATION = '''\
def channels_first(images):
    """Images [n h w c] in PyTorch's order: [n c h w]."""
    return torch.tensor(images).permute(0, 3, 1, 2)


@torch.no_grad()
def scores(model, images):
    """The logits [n {classes}] of images [n {shape}] in 0..1; dropout is off."""
    model.eval()
    batches = channels_first(images).split(BATCH_SIZE)
    return torch.cat([model(batch) for batch in batches]).numpy()


def evaluate(model, images, labels):
    """Mean loss and accuracy of uint8 images."""
    logits = torch.from_numpy(scores(model, brightness(images)))
    truth = torch.from_numpy(labels.astype(np.int64))
    loss = nn.functional.cross_entropy(logits, truth)
    return loss.item(), (logits.argmax(1) == truth).float().mean().item()
'''

SCHEDULES = {
    "constant": ("", ""),
    "cosine": ("", "torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)"),
    "one-cycle": (
        '''\
def one_cycle(step, steps):
    """What part of LEARNING_RATE a step takes: up for 30 % of the steps, then down to nearly 0.

    PyTorch's OneCycleLR turns a step earlier, and moves the momentum as well.
    """
    top = int(0.3 * steps)
    if step < top:
        start, end, part = 1 / 25, 1, step / top
    else:
        start, end, part = 1, 1 / 250_000, (step - top) / (steps - top)
    return start + (end - start) * (1 - math.cos(math.pi * part)) / 2
''',
        "torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: one_cycle(step, steps))",
    ),
}

TRAINING = '''\
def train(model, training, test):
    """Train on (images, labels), try the test images each epoch: {{"loss": [...], ...}}."""
    images = channels_first(brightness(training[0]))
    labels = torch.from_numpy(training[1].astype(np.int64))
{steps}    {note}{optimizer}
{schedule}    history = {{"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}}
    for epoch in range(1, EPOCHS + 1):
        model.train()
        loss_sum = right = 0
        for batch in torch.randperm(len(images)).split(BATCH_SIZE):
            logits = model(images[batch])
            loss = nn.functional.cross_entropy(logits, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
{each_step}            loss_sum += loss.item() * len(batch)
            right += (logits.argmax(1) == labels[batch]).sum().item()
        results = loss_sum / len(images), right / len(images), *evaluate(model, *test)
        for name, result in zip(history, results):
            history[name].append(result)
        print(f"Epoch {{epoch}}:", ", ".join(f"{{name}} {{history[name][-1]:.4f}}" for name in history))
    return history
'''

INSIDE = '''\
def channels_last(values):
    """PyTorch's [n c h w] as a NumPy array [n h w c]; [n units] stays as it is."""
    return (values.permute(0, 2, 3, 1) if values.ndim == 4 else values).detach().numpy()


def kernels(model):
    """The kernels of the convolutions by name: [height width channels filters]."""
    return {
        name: layer.weight.detach().permute(2, 3, 1, 0).numpy()
        for name, layer in model.named_children()
        if isinstance(layer, nn.Conv2d)
    }


@torch.no_grad()
def feature_maps(model, images):
    """What every layer makes of the images, by its name: [n height width channels] or [n units]."""
    model.eval()
    values, maps = channels_first(images), {}
    for name, layer in model.named_children():
        values = layer(values)
        if not name.endswith("_padding"):
            maps[name] = channels_last(values)
    return maps
'''


def _build(architecture: Architecture) -> str:
    return MODEL.format(layers=script_template.lines(_layers, script_template.rows(architecture), 8))


def _train(config: TrainConfig) -> str:
    (helper, schedule), row = SCHEDULES[config.schedule], OPTIMIZERS[config.optimizer]
    spelling = row.spelling.get("pytorch", OptimizerSpelling(known_as(f"torch.optim.{row.title}", row)))
    made = script_template.optimizer_call(spelling, config, "model.parameters()", lr="LEARNING_RATE")
    train = TRAINING.format(
        steps=script_template.STEPS if schedule else "",
        note=script_template.optimizer_note(spelling, schedule),
        optimizer=script_template.broken(f"optimizer = {made}", 4),
        schedule=f"    schedule = {schedule}\n" if schedule else "",
        each_step="            schedule.step()\n" if schedule else "",
    )
    return script_template.joined(helper, train)


def _layers(name: str, layer: Layer, shape: Shape) -> Iterator[str]:
    """The modules of one of our layers by name: itself, and before it comments and the padding that it cannot do."""
    *before, module = LAYERS[type(layer)](layer, shape)
    yield from (each if each[0] == "#" else f'"{name}_padding": {each}' for each in before)
    yield f'"{name}": {module}'


def _convolution(layer: Convolution, shape: Shape) -> list[str]:
    window, strides, dilations, pads = script_template.slides(layer, shape)
    options = {"stride": single(strides)} if strides != (1, 1) else {}
    before = script_template.same(layer, pads)
    if even(pads) and pads != NO_PADDING:
        options["padding"] = _each_side(pads)
    elif pads != NO_PADDING:
        before += [PADS, call("nn.ZeroPad2d", _around(pads))]
    if dilations != (1, 1):
        options["dilation"] = single(dilations)
    return [*before, call("nn.Conv2d", repr(shape[2]), repr(layer.filters), single(window), **options)]


def _pooling(layer: Pooling, shape: Shape) -> list[str]:
    window, strides, _, pads = script_template.slides(layer, shape)
    row = POOLS[layer.pool]
    before, function = script_template.same(layer, pads), row.spelling.get("pytorch")
    options = {} if strides == window else {"stride": single(strides)}
    # PyTorch pads a pooling by half a window at most.
    fits = even(pads) and all(2 * side <= size for (side, _), size in zip(pads, window, strict=True))
    if function is None or (row.mean and not fits):
        arguments = f"torch.{row.combine}", float_source(row.empty), repr(window), repr(strides), _around(pads)
        return [*before, call("WindowPool2d", *arguments, **({"mean": "True"} if row.mean else {}))]
    if not fits:
        empty = float_source(row.empty, "torch")
        never = f"# (left, right, top, bottom), which {function} cannot pad; {empty} is never the {layer.pool}."
        before += [never, call("nn.ConstantPad2d", _around(pads), empty)]
    elif pads != NO_PADDING:
        options["padding"] = _each_side(pads)
        options |= {"count_include_pad": "False"} if row.mean else {}
    return [*before, call(function, single(window), **options)]


def _normalization(layer: BatchNormalization, shape: Shape) -> list[str]:
    function = "nn.BatchNorm2d" if len(shape) == 3 else "nn.BatchNorm1d"
    options = {"eps": repr(BATCH_NORM_EPSILON), "momentum": f"{1 - BATCH_NORM_MOMENTUM:.2g}"}
    return [*NORMALIZATION, call(function, repr(shape[-1]), **options)]


def _activation(layer: Activation, shape: Shape) -> list[str]:
    row = ACTIVATIONS[layer.function]
    return [row.spelling.get("pytorch", call("Elementwise", known_as(f"nn.functional.{row.function}", row)))]


def _flatten(layer: Flatten, shape: Shape) -> list[str]:
    return ["FlattenPixels()" if len(shape) == 3 and shape[2] > 1 and max(shape[:2]) > 1 else "nn.Flatten()"]


def _each_side(pads: Pads) -> str:
    return single((pads[0][0], pads[1][0]))


def _around(pads: Pads) -> str:
    """As PyTorch's layers of padding have it: (left, right, top, bottom)."""
    return repr((*pads[1], *pads[0]))


LAYERS: Mapping[type[Layer], Callable[[Any, Shape], list[str]]] = {
    Convolution: _convolution,
    Pooling: _pooling,
    GlobalMean: lambda layer, shape: ["GlobalMeanPool2d()"],
    BatchNormalization: _normalization,
    Activation: _activation,
    Dropout: lambda layer, shape: [DROPOUT, call("nn.Dropout", repr(layer.percent / 100))],
    Flatten: _flatten,
    Dense: lambda layer, shape: [call("nn.Linear", repr(shape[0]), repr(layer.units))],
}

PYTORCH = Framework(
    title="PyTorch",
    file="network_pytorch.py",
    requirements="torch>=2.13,<3\nnumpy>=2.4.6,<3\nsafetensors>=0.8,<0.9\n",
    differences="PyTorch has channels first, [n c h w], and kernels as [filters channels h w]: images and weights are "
    "transposed on the way in, and transposed back on the way out.",
    imports=IMPORTS,
    helpers=HELPERS,
    build=_build,
    weights=WEIGHTS,
    evaluation=EVALUATION,
    train=_train,
    inside=INSIDE,
)

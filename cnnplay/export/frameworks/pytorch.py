"""The network as code in PyTorch: what PyTorch calls each of our layers and settings, and the pieces around them."""

from collections.abc import Iterator

from ...network.architecture import Architecture
from ...network.layers import Activation, Convolution, Dense, Dropout, Flatten, Layer, Pooling, Shape
from ...training.config import TrainConfig
from .. import script_template
from ..script_template import NO_PADDING, Framework, Pads, Rule, call, even, single

ACTIVATIONS = {
    "relu": "nn.ReLU()",
    "leakyrelu": "nn.LeakyReLU(0.01)",
    "tanh": "nn.Tanh()",
    "sigmoid": "nn.Sigmoid()",
    "gelu": 'nn.GELU(approximate="tanh")',
}
POOLS = {"max": "nn.MaxPool2d", "mean": "nn.AvgPool2d", "min": "MinPool2d"}
EMPTY = {"max": "-torch.inf", "min": "torch.inf"}  # what padding holds so that it is never taken
PADS = "# (left, right, top, bottom), as nn.Conv2d itself adds as much before as after."
DROPOUT = "# Dropout is at work after model.train(), and lets everything through after model.eval()."

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
    """The smallest value of each window: less the largest of the values turned round."""

    def forward(self, images):
        return -super().forward(-images)
''',
    "RealMeanPool2d": '''\
class RealMeanPool2d(nn.AvgPool2d):
    """The mean of the real pixels of each window: padding does not count.

    around: (left, right, top, bottom).
    """

    def __init__(self, kernel_size, stride, around):
        super().__init__(kernel_size, stride)
        self.around = around

    def forward(self, images):
        share_real = self.mean(torch.ones_like(images))
        return self.mean(images) / share_real

    def mean(self, images):
        return super().forward(nn.functional.pad(images, self.around))
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
def load_weights(model, file):
    """The weights of a safetensors file. PyTorch has what goes out first, then what comes in."""
    tensors = load_file(file)
    state = {}
    for name, layer in model.named_children():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            kernel = torch.from_numpy(tensors[f"{name}/kernel"])  # [h w in out], or [in out]
            state[f"{name}.weight"] = kernel.permute(3, 2, 0, 1) if kernel.ndim == 4 else kernel.T
            state[f"{name}.bias"] = torch.from_numpy(tensors[f"{name}/bias"])
    model.load_state_dict(state)
'''

EVALUATION = '''\
def channels_first(images):
    """[n h w c] as PyTorch has images: [n c h w]."""
    return torch.tensor(images).permute(0, 3, 1, 2)


@torch.no_grad()
def scores(model, images):
    """The logits [n 10] of images [n 28 28 1] in 0..1; dropout is off."""
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

OPTIMIZERS = {
    "adam": Rule("torch.optim.Adam"),
    "adamw": Rule("torch.optim.AdamW"),
    "sgd": Rule("torch.optim.SGD"),
    "momentum": Rule("torch.optim.SGD"),
    "rmsprop": Rule(
        "torch.optim.RMSprop",
        {"alpha": 0.9, "eps": 1e-4},
        "Keras and Optax add 1e-8 under the root, PyTorch adds eps to the root: nearly the same.",
    ),
    "adagrad": Rule("torch.optim.Adagrad", {"initial_accumulator_value": 0.1}, "PyTorch's own begins with 0."),
}

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
    """What PyTorch has as [n c h w] as a NumPy array [n h w c]; [n units] as it is."""
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
    (helper, schedule), rule = SCHEDULES[config.schedule], OPTIMIZERS[config.optimizer]
    train = TRAINING.format(
        steps=script_template.STEPS if schedule else "",
        note=rule.comment(schedule),
        optimizer=script_template.broken(
            f"optimizer = {rule.line(config.optimizer, 'model.parameters()', lr='LEARNING_RATE')}", 4
        ),
        schedule=f"    schedule = {schedule}\n" if schedule else "",
        each_step="            schedule.step()\n" if schedule else "",
    )
    return script_template.joined(helper, train)


def _layers(name: str, layer: Layer, shape: Shape) -> Iterator[str]:
    """The modules of one of our layers by name: itself, and before it comments and the padding that it cannot do."""
    match layer:
        case Convolution():
            made = _convolution(layer, shape)
        case Pooling():
            made = _pooling(layer, shape)
        case Activation():
            made = [ACTIVATIONS[layer.function]]
        case Dropout():
            made = [DROPOUT, call("nn.Dropout", repr(layer.percent / 100))]
        case Flatten():
            made = ["FlattenPixels()" if len(shape) == 3 and shape[2] > 1 and max(shape[:2]) > 1 else "nn.Flatten()"]
        case Dense():
            made = [call("nn.Linear", repr(shape[0]), repr(layer.units))]
    *before, module = made
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
    before, function = script_template.same(layer, pads), POOLS[layer.pool]
    options = {} if strides == window else {"stride": single(strides)}
    # PyTorch pads a pooling by half a window at most.
    if even(pads) and all(2 * side <= size for (side, _), size in zip(pads, window, strict=True)):
        if pads != NO_PADDING:
            options["padding"] = _each_side(pads)
            options |= {"count_include_pad": "False"} if layer.pool == "mean" else {}
    elif layer.pool == "mean":
        return [*before, call("RealMeanPool2d", single(window), single(strides), _around(pads))]
    else:
        never = (
            f"# (left, right, top, bottom), which {function} cannot pad; {EMPTY[layer.pool]} is never the {layer.pool}."
        )
        before += [never, call("nn.ConstantPad2d", _around(pads), EMPTY[layer.pool])]
    return [*before, call(function, single(window), **options)]


def _each_side(pads: Pads) -> str:
    return single((pads[0][0], pads[1][0]))


def _around(pads: Pads) -> str:
    """As PyTorch's layers of padding have it: (left, right, top, bottom)."""
    return repr((*pads[1], *pads[0]))


PYTORCH = Framework(
    title="PyTorch",
    file="network_pytorch.py",
    requirements="torch>=2.13,<3\nnumpy>=2.4.6,<3\nsafetensors>=0.8,<0.9\n",
    differences="PyTorch has channels first, [n c h w], and kernels as [filters channels h w]: images and weights are "
    "turned on their way in, and turned back on their way out.",
    imports=IMPORTS,
    helpers=HELPERS,
    build=_build,
    weights=WEIGHTS,
    evaluation=EVALUATION,
    train=_train,
    inside=INSIDE,
)

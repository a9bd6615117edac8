"""PyTorch, eager: the training loop of its tutorials."""

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnplay.data.datasets import Split, mnist
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import Activation, Convolution, Dense, Dropout, Flatten, Layer, Pooling, Shape

from ..settings import THREADS
from . import TEST_BATCH, check

torch.set_num_threads(THREADS)


def prepare(network: str, batch: int) -> Callable[[int], float]:
    torch.manual_seed(0)
    model = network_of(network)
    images, labels = _tensors(mnist().train)
    order = torch.randperm(60_000)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def run(steps: int) -> float:
        began = time.perf_counter()
        for step in range(steps):
            start = step * batch % (60_000 - batch)
            chosen = order[start : start + batch]
            loss = _step(model, optimizer, images[chosen], labels[chosen])
        loss.item()
        return time.perf_counter() - began

    run(1)
    return run


def prepare_evaluation(network: str, batch: int) -> Callable[[int], float]:
    torch.manual_seed(0)
    model = network_of(network).eval()
    images, labels = _tensors(mnist().test)
    images = images.float() / 255

    @torch.inference_mode()
    def run(times: int) -> float:
        began = time.perf_counter()
        for _ in range(times):
            loss, correct = 0.0, 0
            for some, truth in zip(images.split(batch), labels.split(batch), strict=True):
                logits = model(some)
                loss += functional.cross_entropy(logits, truth, reduction="sum").item()
                correct += (logits.argmax(1) == truth).sum().item()
        return time.perf_counter() - began

    run(1)
    return run


def job(network: str, batch: int, epochs: int) -> dict[str, Any]:
    images, labels = _tensors(mnist().train)
    tests = _tensors(mnist().test)
    began = time.perf_counter()
    torch.manual_seed(0)
    model = network_of(network)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    accuracies = []
    for _ in range(epochs):
        model.train()
        for chosen in torch.randperm(60_000).split(batch):
            _step(model, optimizer, images[chosen], labels[chosen])
        accuracies.append(_test_accuracy(model, *tests))
    return {"seconds": time.perf_counter() - began, "accuracies": accuracies}


def network_of(text: str) -> nn.Module:
    architecture = Architecture.parse(text)
    parts = [_module(layer, shape) for layer, shape in zip(architecture.layers, architecture.shapes, strict=False)]
    values, shapes = torch.zeros(1, 1, 28, 28), []
    with torch.no_grad():
        for part in parts:
            values = part(values)
            shapes.append(values.movedim(1, -1).shape[1:])
    model = nn.Sequential(*parts)
    check(architecture, shapes, sum(weight.numel() for weight in model.parameters()))
    return model


def _step(model: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor, labels: Tensor) -> Tensor:
    loss = functional.cross_entropy(model(images.float() / 255), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


@torch.no_grad()
def _test_accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """The accuracy; the loss is calculated as well, as in the other frameworks."""
    model.eval()
    loss, correct = 0.0, 0
    for some, truth in zip(images.split(TEST_BATCH), labels.split(TEST_BATCH), strict=True):
        logits = model(some.float() / 255)
        loss += functional.cross_entropy(logits, truth, reduction="sum").item()
        correct += (logits.argmax(1) == truth).sum().item()
    return correct / len(labels)


def _tensors(split: Split) -> tuple[Tensor, Tensor]:
    images = torch.from_numpy(split.images.copy()).movedim(3, 1).contiguous()
    return images, torch.from_numpy(split.labels.astype("int64"))


class _Padded(nn.Module):
    """A layer after explicit padding: (left, right, top, bottom)."""

    def __init__(self, pads: list[int], layer: nn.Module):
        super().__init__()
        self.pads, self.layer = pads, layer

    def forward(self, images: Tensor) -> Tensor:
        return self.layer(functional.pad(images, self.pads))


def _module(layer: Layer, shape: Shape) -> nn.Module:
    match layer:
        case Convolution():
            rows, columns = (axis.pads(size) for axis, size in zip(layer.axes, shape, strict=False))
            # PyTorch pads both sides alike.
            even = rows[0] == rows[1] and columns[0] == columns[1]
            padding = (rows[0], columns[0]) if even else 0
            made = nn.Conv2d(shape[2], layer.filters, layer.kernel, layer.stride, padding, layer.dilation)
            return made if even else _Padded([*columns, *rows], made)
        case Pooling(pool="max", padding="valid"):
            return nn.MaxPool2d(layer.window, layer.stride or layer.window)
        case Pooling(pool="mean", padding="valid"):
            return nn.AvgPool2d(layer.window, layer.stride or layer.window)
        case Activation(function="relu"):
            return nn.ReLU()
        case Dropout():
            return nn.Dropout(layer.percent / 100)
        case Flatten():
            return nn.Flatten()
        case Dense():
            return nn.Linear(shape[0], layer.units)
    raise ValueError(f"the benchmark has no PyTorch layer for {layer}")

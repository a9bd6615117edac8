"""PyTorch's arithmetic, in float64 and channels last. Only for where PyTorch is installed (pytorch.py)."""

import warnings

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # theirs, not ours
    import torch
    import torch.nn.functional as torch_functional
    from torch import nn

torch.set_num_threads(1)


def _with_cotangent(output, cotangent, inputs):
    (output.permute(0, 2, 3, 1) * torch.tensor(cotangent)).sum().backward()
    return [leaf.grad.numpy() for leaf in inputs]


def torch_convolution(images, kernel, pads, stride, dilation, cotangent):
    """(output, gradient of the images, gradient of the kernel). pads: (rows, columns) pairs."""
    images = torch.tensor(np.asarray(images, np.float64), requires_grad=True)
    kernel = torch.tensor(np.asarray(kernel, np.float64), requires_grad=True)
    padded = torch_functional.pad(images.permute(0, 3, 1, 2), (*pads[1], *pads[0]))
    output = torch_functional.conv2d(padded, kernel.permute(3, 2, 0, 1).contiguous(), stride=stride, dilation=dilation)
    gradients = _with_cotangent(output, cotangent, [images, kernel])
    return output.detach().permute(0, 2, 3, 1).numpy(), *gradients


def torch_pooling(images, kind, window, stride, pads, cotangent):
    """(output, gradient of the images) of a pooling that counts real pixels only."""
    images = torch.tensor(np.asarray(images, np.float64), requires_grad=True)
    first = images.permute(0, 3, 1, 2)
    around = (*pads[1], *pads[0])
    if kind == "mean":
        real = torch_functional.pad(torch.ones_like(first.detach()), around)
        share = torch_functional.avg_pool2d(real, window, stride)
        output = torch_functional.avg_pool2d(torch_functional.pad(first, around), window, stride) / share
    else:
        sign = {"max": 1, "min": -1}[kind]
        padded = torch_functional.pad(sign * first, around, value=-torch.inf)
        output = sign * torch_functional.max_pool2d(padded, window, stride)
    (gradient,) = _with_cotangent(output, cotangent, [images])
    return output.detach().permute(0, 2, 3, 1).numpy(), gradient


def _normalized_layers():
    """NORMALIZED (oracles.py) in PyTorch: the layers in their order, and those with weights by name."""
    named = {
        "conv1": nn.Conv2d(1, 4, 9),
        "batchnorm1": nn.BatchNorm2d(4, 1e-3, 0.01),
        "conv2": nn.Conv2d(4, 5, 3),
        "batchnorm2": nn.BatchNorm2d(5, 1e-3, 0.01),
        "dense1": nn.Linear(5, 12),
        "batchnorm3": nn.BatchNorm1d(12, 1e-3, 0.01),
        "dense2": nn.Linear(12, 10),
    }
    conv1, norm1, conv2, norm2, dense1, norm3, dense2 = named.values()
    maps = [conv1, norm1, nn.ReLU(), nn.MaxPool2d(2), conv2, norm2, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*maps, dense1, norm3, nn.ReLU(), dense2), named


def torch_normalized_training(weights, batches, rate):
    """The normalizations of NORMALIZED after plain gradient descent, from the given weights, over (images, labels)."""
    model, named = _normalized_layers()
    for name, layer in named.items():
        if not name.startswith("batchnorm"):
            kernel = torch.tensor(weights[f"{name}/kernel"])
            layer.weight.data = kernel.permute(3, 2, 0, 1).contiguous() if kernel.ndim == 4 else kernel.T.contiguous()
            layer.bias.data = torch.tensor(weights[f"{name}/bias"])
    optimizer = torch.optim.SGD(model.parameters(), rate)
    for images, labels in batches:
        optimizer.zero_grad()
        torch_functional.cross_entropy(model(torch.tensor(images).permute(0, 3, 1, 2)), torch.tensor(labels)).backward()
        optimizer.step()
    kinds = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}
    normalizations = {name: layer for name, layer in named.items() if name.startswith("batchnorm")}
    return {
        f"{name}/{kind}": getattr(layer, theirs).detach().numpy()
        for name, layer in normalizations.items()
        for kind, theirs in kinds.items()
    }

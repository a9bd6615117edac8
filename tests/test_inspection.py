"""What a network makes of an image, against the layers one by one."""

import numpy as np
import pytest

from cnnplay import reference
from cnnplay.architecture import PRESETS, Architecture
from cnnplay.errors import ShapeError
from cnnplay.inspection import activations
from cnnplay.layers import Convolution, Pooling
from cnnplay.model import build, initial_weights

NETS = [*(preset.net for preset in PRESETS.values()), "mean2-conv3k3s2same-gelu-min2s1-flatten-dense5-tanh-dense10"]


@pytest.mark.parametrize("net", NETS)
def test_activations_are_those_of_the_network(small, net):
    architecture = Architecture.parse(net)
    images = small.test.images[:2].astype(np.float32) / 255
    found = activations(architecture, initial_weights(architecture, 3), images)
    expected = build(architecture, 3).activations(images)
    assert found.keys() == expected.keys() == {row.layer for row in architecture.table()}
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, atol=1e-5)


def test_each_layer_is_made_of_the_one_before(small):
    architecture = Architecture.parse("conv4k3s2same-relu-max2-conv3k2-mean2s1-flatten-dense10")
    weights = initial_weights(architecture, 1)
    values = small.test.images[:2].astype(np.float32) / 255
    found = activations(architecture, weights, values)
    for name, layer in zip(architecture.names, architecture.layers, strict=True):
        if isinstance(layer, Convolution):
            kernel, bias = weights[f"{name}/kernel"], weights[f"{name}/bias"]
            values = reference.conv2d(values, kernel, stride=layer.stride, padding=layer.padding) + bias
        elif isinstance(layer, Pooling):
            values = reference.pool2d(values, layer.pool, layer.window, layer.stride, layer.padding)
        elif name.startswith("relu"):
            values = np.maximum(values, 0)
        elif name == "flatten":
            values = values.reshape(len(values), -1)
        else:
            values = values @ weights[f"{name}/kernel"] + weights[f"{name}/bias"]
        np.testing.assert_allclose(found[name], values, atol=1e-4)
    chances = np.exp(values) / np.exp(values).sum(-1, keepdims=True)
    np.testing.assert_allclose(found["softmax"], chances, atol=1e-5)


def test_weights_of_another_network_are_refused(small):
    one, other = Architecture.parse("flatten-dense10"), Architecture.parse("conv2k3-flatten-dense10")
    with pytest.raises(ShapeError, match="do not belong"):
        activations(one, initial_weights(other), small.test.images[:1].astype(np.float32))

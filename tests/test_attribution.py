"""Attribution: gradients by finite differences, occlusion by covering, Grad-CAM where the answer is known."""

import numpy as np
import pytest

from cnnplay.errors import PlaygroundError, ShapeError
from cnnplay.inspection import attribution
from cnnplay.inspection.attribution import (
    METHODS,
    Occlusion,
    Question,
    grad_cam,
    hires_cam,
    occlusion,
    saliency,
    smooth_grad,
    spread_over,
)
from cnnplay.inspection.class_activation import LEAST_PLACE, class_activation
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import Activation
from cnnplay.network.model import initial_weights, with_weights
from tests.oracles import numpy_activations, softmax

SMALL = (9, 8, 1)
NETS = [
    "flatten-dense10",
    "conv3k3-tanh-max2-flatten-dense10",
    "conv4k3s2same-gelu-mean2-flatten-dense7-tanh-dense10",
    "conv2k2x3d2p1-sigmoid-conv3k2full-gelu-min2s1-flatten-dropout30-dense10",
]


def random_weights(architecture, seed):
    """Larger than initial ones, and with biases, so that nothing is nearly linear."""
    generator = np.random.default_rng(seed)
    return {
        name: generator.normal(0, 0.5, array.shape).astype(np.float32)
        for name, array in initial_weights(architecture).items()
    }


def random_case(text, seed, shape=SMALL):
    architecture = Architecture.parse(text, shape)
    image = np.random.default_rng(seed + 100).uniform(0, 1, shape).astype(np.float32)
    return architecture, random_weights(architecture, seed), image


def logits_of(architecture, weights, images):
    return numpy_activations(architecture, weights, images)[architecture.names[-1]]


def finite_differences(score, values, step=1e-4):
    """Central differences of a score of many arrays at once, in float64."""
    moves = step * np.eye(values.size).reshape(-1, *values.shape)
    return ((score(values + moves) - score(values - moves)) / (2 * step)).reshape(values.shape)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("text", NETS)
def test_saliency_is_the_gradient_of_the_logit(text, seed):
    architecture, weights, image = random_case(text, seed)
    target = 3 * seed + 1
    gradient = finite_differences(
        lambda images: logits_of(architecture, weights, images)[:, target], image.astype(float)
    )
    found = saliency(architecture, weights, image, target)
    assert found.shape == SMALL[:2]
    np.testing.assert_allclose(found, gradient[..., 0], rtol=1e-3, atol=1e-4 * np.abs(gradient).max())


def test_saliency_of_a_linear_network_is_its_weights():
    architecture, weights, image = random_case("flatten-dense10", 0)
    np.testing.assert_allclose(
        saliency(architecture, weights, image, 6), weights["dense1/kernel"][:, 6].reshape(SMALL[:2]), rtol=1e-6
    )


def test_saliency_is_summed_over_channels():
    architecture, weights, image = random_case("conv3k3-tanh-flatten-dense10", 4, (6, 7, 3))
    gradient = finite_differences(lambda images: logits_of(architecture, weights, images)[:, 2], image.astype(float))
    np.testing.assert_allclose(saliency(architecture, weights, image, 2), gradient.sum(-1), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("samples", [1, 7, 16, 33])
def test_smooth_grad_without_noise_is_saliency(samples):
    architecture, weights, image = random_case(NETS[1], 0)
    found = smooth_grad(architecture, weights, image, 4, samples=samples, noise=0)
    np.testing.assert_allclose(found, saliency(architecture, weights, image, 4), rtol=1e-4, atol=1e-5)


def test_smooth_grad_is_the_mean_saliency_of_noisy_copies():
    """Of many copies; a small part of the mean's spread is left."""
    architecture, weights, image = random_case(NETS[1], 1)
    found = smooth_grad(architecture, weights, image, 4, samples=256, noise=0.3)
    noise = 0.3 * np.random.default_rng(77).standard_normal((400, *SMALL)).astype(np.float32)
    gradients = np.stack([saliency(architecture, weights, image + one, 4) for one in noise])
    spread = gradients.std(0) * np.sqrt(1 / 256 + 1 / 400)
    assert np.abs(found - gradients.mean(0)).max() < 5 * spread.max()
    assert np.abs(saliency(architecture, weights, image, 4) - gradients.mean(0)).max() > 5 * spread.max()


@pytest.mark.parametrize("samples", [3, 16, 19])
def test_smooth_grad_counts_every_copy_once(samples):
    architecture, weights, image = random_case(NETS[2], 1)
    copies = image + 0.4 * np.random.default_rng(8).standard_normal((samples, *SMALL), np.float32)
    one_by_one = np.mean([saliency(architecture, weights, copy, 4) for copy in copies], axis=0)
    found = smooth_grad(architecture, weights, image, 4, samples, noise=0.4, seed=8)
    np.testing.assert_allclose(found, one_by_one, rtol=1e-4, atol=1e-5)


def test_smooth_grad_is_deterministic_for_a_seed():
    architecture, weights, image = random_case(NETS[2], 1)
    one, again, other = (smooth_grad(architecture, weights, image, 4, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 1e-3


@pytest.mark.parametrize(("patch", "stride"), [(5, 2), (3, 1), (28, 1), (4, 7), ((3, 9), (5, 4))])
def test_occlusion_equals_covering_patch_by_patch(small, patch, stride):
    architecture = Architecture.parse("conv3k3-relu-max2-flatten-dense10")
    weights, image, target = random_weights(architecture, 2), small.test.images[5].astype(np.float32) / 255, 8
    found = occlusion(architecture, weights, image, target, patch, stride)
    (height, width), (down, right) = np.broadcast_to(patch, 2), np.broadcast_to(stride, 2)
    tops, lefts = range(0, 28 - height + 1, down), range(0, 28 - width + 1, right)
    painted = [image]
    for top in tops:
        for left in lefts:
            painted.append(image.copy())
            painted[-1][top : top + height, left : left + width] = 0
    probabilities = softmax(np.asarray(with_weights(architecture, weights)(np.stack(painted))))[:, target]
    np.testing.assert_allclose(
        found.drop, (probabilities[0] - probabilities[1:]).reshape(len(tops), len(lefts)), atol=1e-5
    )


def test_covering_black_pixels_changes_nothing():
    architecture, weights, _ = random_case(NETS[1], 0)
    assert not occlusion(architecture, weights, np.zeros(SMALL, np.float32), 0, 3, 1).drop.any()


def test_a_patch_that_does_not_fit_is_refused():
    architecture, weights, image = random_case(NETS[1], 0)
    with pytest.raises(ShapeError, match="does not fit"):
        occlusion(architecture, weights, image, 0, patch=9)


@pytest.mark.parametrize(("patch", "stride"), [(5, 2), (1, 1), (2, 5), ((2, 4), (1, 3))])
def test_spread_over_is_the_mean_of_the_patches_over_each_pixel(patch, stride):
    axes = attribution.windows(patch, stride)
    drop = np.random.default_rng(0).normal(size=[axis.output_size(11) for axis in axes]).astype(np.float32)
    found = spread_over(Occlusion(drop, axes), (11, 11))
    for row in range(11):
        for column in range(11):
            over = [
                value
                for (i, j), value in np.ndenumerate(drop)
                if i * axes[0].stride <= row < i * axes[0].stride + axes[0].kernel
                and j * axes[1].stride <= column < j * axes[1].stride + axes[1].kernel
            ]
            assert found[row, column] == pytest.approx(np.mean(over) if over else 0, abs=1e-6)


@pytest.mark.parametrize("sign", [1, -1])
def test_grad_cam_of_one_wired_filter_is_its_map_times_its_mean_weight(sign):
    architecture, weights, image = random_case("conv2k3-relu-flatten-dense10", 3)
    wires = np.zeros((7, 6, 2, 10), np.float32)
    wires[..., 1, :] = np.random.default_rng(0).normal(
        size=(7, 6, 10)
    )  # filter 1 speaks for every class but the target
    wires[..., 0, 7] = sign * np.random.default_rng(1).uniform(0, 1, (7, 6))
    wires[..., 1, 7] = 0
    weights["dense1/kernel"] = wires.reshape(-1, 10)
    maps = numpy_activations(architecture, weights, image[None])["relu1"][0]
    assert maps[..., 0].max() > 0.1
    expected = np.maximum(wires[..., 0, 7].mean() * maps[..., 0], 0)  # nothing where the filter speaks against it
    np.testing.assert_allclose(grad_cam(architecture, weights, image, 7, "conv1"), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("conv3k3-tanh-max2-flatten-dense10", "conv1"),
        ("conv3k3-flatten-dense10", "conv1"),
        ("conv2k2-conv3k3same-gelu-mean2-flatten-dense10", "conv1"),
        ("conv2k2-conv3k3same-gelu-mean2-flatten-dense10", "conv2"),
        ("conv3k3s2-tanh-conv4k2p1-max2-flatten-dropout50-dense6-gelu-dense10", "conv1"),
        ("conv3k3s2-tanh-conv4k2p1-max2-flatten-dropout50-dense6-gelu-dense10", "conv2"),
    ],
)
def test_grad_cam_is_its_formula_with_finite_differences(text, layer):
    architecture, weights, image = random_case(text, 6)
    index = architecture.names.index(layer)
    index += isinstance(architecture.layers[index + 1], Activation)
    behind = Architecture(architecture.layers[index + 1 :], architecture.shapes[index + 1])
    renamed = dict(zip(architecture.names[index + 1 :], behind.names, strict=True))
    theirs = {
        f"{renamed[name]}/{part}": array
        for (name, part), array in ((key.split("/"), array) for key, array in weights.items())
        if name in renamed
    }
    maps = numpy_activations(architecture, weights, image[None])[architecture.names[index]][0]
    gradient = finite_differences(lambda values: logits_of(behind, theirs, values)[:, 5], maps)
    expected = np.maximum((gradient.mean((0, 1)) * maps).sum(-1), 0)
    found = grad_cam(architecture, weights, image, 5, layer)
    assert found.shape == architecture.shapes[index + 1][:2]
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("text", ["conv3k3-relu-max2-flatten-dense10", "conv3k3s2-relu-flatten-dense10"])
def test_hires_cam_adds_up_to_the_logit_less_its_bias_where_one_dense_layer_follows(text):
    architecture, weights, image = random_case(text, 4)
    logit = logits_of(architecture, weights, image[None])[0, 7]
    found = hires_cam(architecture, weights, image, 7, "conv1")
    assert found.sum() == pytest.approx(logit - weights["dense1/bias"][7], rel=1e-3)


def test_grad_cam_against_another_class_is_that_of_the_lead():
    architecture, weights, image = random_case(NETS[1], 5)
    target, other = (class_activation(architecture, weights, image, number, "conv1") for number in (3, 8))
    lead = class_activation(architecture, weights, image, 3, "conv1", against=8)
    np.testing.assert_allclose(lead.gradients, target.gradients - other.gradients, atol=1e-5)
    np.testing.assert_allclose(lead.grad_cam, np.maximum(target.weighted - other.weighted, 0), atol=1e-5)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_against_the_class_itself_shows_nothing(name):
    """What speaks for a class rather than for itself is nothing, and the order of two classes is a sign."""
    architecture, weights, image = random_case(NETS[1], 6)
    question = Question(architecture, weights, image, 3, 3, 1, "conv1")
    assert np.abs(METHODS[name].attribute(question._replace(against=3))).max() < 1e-5
    if name != "grad_cam":  # whose ReLU leaves out what speaks for the other
        one, other = (METHODS[name].attribute(question._replace(target=t, against=a)) for t, a in ((3, 8), (8, 3)))
        np.testing.assert_allclose(one, -other, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "trustworthy"),
    [
        ("conv4k3-relu-globalmean-dense10", True),  # every place of a map counts alike
        ("conv4k3-relu-flatten-dense10", False),  # every place has weights of its own, drawn at random
        ("conv4k3-relu-max2-flatten-dense10", False),
    ],
)
def test_the_gradients_means_keep_it_where_no_place_differs(text, trustworthy):
    architecture, weights, image = random_case(text, 7)
    kept = class_activation(architecture, weights, image, 2, "conv1").place_kept
    assert kept == pytest.approx(1, abs=1e-4) if trustworthy else kept < LEAST_PLACE


def test_grad_cam_that_paints_nothing_or_the_empty_part_of_an_image_is_recognised():
    """One filter, whose map is its bias where the image is black; a dense layer reads all places alike."""
    architecture = Architecture.parse("conv1k3-relu-flatten-dense10", SMALL)
    image = np.zeros(SMALL, np.float32)
    image[4:6, 3:5] = 1
    weights = {
        "conv1/kernel": np.full((3, 3, 1, 1), -1, np.float32),
        "conv1/bias": np.ones(1, np.float32),
        "dense1/kernel": np.ones((42, 10), np.float32),
        "dense1/bias": np.zeros(10, np.float32),
    }
    painted = class_activation(architecture, weights, image, 0, "conv1")
    assert not painted.paints_nothing
    assert painted.painted_where_empty == 1  # under the ink the map is 0
    assert painted.sees_ink.sum() == 16  # windows of 3 that cover a square of 2
    nothing = class_activation(architecture, weights | {"dense1/kernel": -weights["dense1/kernel"]}, image, 0, "conv1")
    assert nothing.paints_nothing
    assert nothing.painted_where_empty == 0


@pytest.mark.parametrize(
    ("text", "layer", "says"),
    [
        ("conv2k3-relu-flatten-dense10", "conv2", "no convolution 'conv2': its convolutions are conv1"),
        ("conv2k3-relu-flatten-dense10", "relu1", "no convolution 'relu1'"),
        ("flatten-dense10", "conv1", "it has no convolution at all"),
    ],
)
def test_grad_cam_needs_a_convolution(text, layer, says):
    architecture, weights, image = random_case(text, 0)
    with pytest.raises(ShapeError, match=says):
        grad_cam(architecture, weights, image, 0, layer)


@pytest.mark.parametrize("target", [-1, 10, 2.5])
def test_an_unknown_class_is_refused(target):
    architecture, weights, image = random_case(NETS[1], 0)
    for method in (saliency, smooth_grad, occlusion):
        with pytest.raises(PlaygroundError, match="go from 0 to 9"):
            method(architecture, weights, image, target)


@pytest.mark.parametrize("settings", [{"samples": 0}, {"samples": 10_000}, {"noise": -0.1}])
def test_smooth_grad_has_bounds(settings):
    architecture, weights, image = random_case(NETS[1], 0)
    with pytest.raises(PlaygroundError, match="SmoothGrad takes"):
        smooth_grad(architecture, weights, image, 0, **settings)


@pytest.mark.parametrize("name", METHODS)
def test_each_method_answers_the_same_question(name):
    """A picture as large as the image, or as the layer whose maps it weighs; another class gives another picture."""
    architecture, weights, image = random_case(NETS[1], 0)
    layer = architecture.convolutions[-1]
    of_layer = METHODS[name].needs_convolution
    size = architecture.shapes[architecture.names.index(layer) + 1][:2] if of_layer else image.shape[:2]
    pictures = [METHODS[name].attribute(Question(architecture, weights, image, t, 3, 1, layer)) for t in (2, 7)]
    assert pictures[0].shape == pictures[1].shape == size
    assert not np.allclose(*pictures)

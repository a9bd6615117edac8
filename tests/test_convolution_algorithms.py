"""Every row of ALGORITHMS gives the same values and gradients, and the table has a row for every case."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from cnnplay.ops import reference
from cnnplay.ops.arithmetic import windows
from cnnplay.ops.convolution import conv2d
from cnnplay.ops.convolution_algorithms import ALGORITHMS, Case, choose
from tests.oracles import CONVOLUTIONS, random_convolution

their_convolution = list(CONVOLUTIONS.values())[-1]  # PyTorch's in float64 where it is installed, else Keras's


def supports(name, axes):
    """Whether the algorithm supports the windows: "columns then rows" needs stride 1, the others take any."""
    return name != "columns then rows" or all(axis.stride == 1 for axis in axes)


def compute(name, axes, images, kernel, cotangent=None):
    """(output, ∂images, ∂kernel, ∂bias) of one algorithm, compiled, as in a network."""

    @jax.jit
    def run(images, kernel, cotangent):
        output, residual = ALGORITHMS[name].forward(axes, images, kernel)
        cotangent = jnp.ones_like(output) if cotangent is None else cotangent
        return output, *ALGORITHMS[name].backward(axes, images, kernel, residual, cotangent)

    return run(*(None if x is None else jnp.asarray(x, jnp.float32) for x in (images, kernel, cotangent)))


def setting(seed, stride):
    images, kernel, settings = random_convolution(seed)
    if not stride:
        settings |= {"stride": 1}
    return images, kernel, settings, windows(kernel.shape[:2], **settings)


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("stride", [True, False])
@pytest.mark.parametrize("seed", range(3000, 3030))
def test_values_equal_the_numpy_reference_and_gradients_another_frameworks(name, stride, seed):
    images, kernel, settings, axes = setting(seed, stride)
    if not supports(name, axes):
        images, kernel, settings, axes = setting(seed, False)
    slow = reference.conv2d(images, kernel, **settings)
    cotangent = np.random.default_rng(seed).standard_normal(slow.shape)
    output, *gradients = compute(name, axes, images, kernel, cotangent)
    np.testing.assert_allclose(output, slow, rtol=1e-4, atol=1e-5, err_msg=str(settings))
    pads = [axis.pads(size) for axis, size in zip(axes, images.shape[1:3], strict=True)]
    stride, dilation = [axis.stride for axis in axes], [axis.dilation for axis in axes]
    _, *expected = their_convolution(images, kernel, pads, stride, dilation, cotangent)
    for part, ours, theirs in zip(
        ("∂images", "∂kernel", "∂bias"), gradients, (*expected, cotangent.sum((0, 1, 2))), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-4, err_msg=f"{part} {settings}")


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize(
    "kernel",
    [(1, 1, 1, 1), (1, 1, 1, 6), (2, 2, 1, 6), (2, 2, 1, 4), (2, 2, 1, 3), (1, 7, 1, 9), (2, 2, 2, 9)],
    ids=str,
)
def test_gradients_of_kernels_with_fewer_and_with_more_weights_than_filters(name, kernel):
    random = np.random.default_rng(0)
    axes = windows(kernel[:2], stride=1, padding="same", dilation=1)
    images, kernel = random.standard_normal((3, 9, 8, kernel[2])), random.standard_normal(kernel)
    cotangent = random.standard_normal((3, 9, 8, kernel.shape[3]))
    output, *gradients = compute(name, axes, images, kernel, cotangent)
    pads = [axis.pads(size) for axis, size in zip(axes, (9, 8), strict=True)]
    expected = their_convolution(images, kernel, pads, [1, 1], [1, 1], cotangent)
    for ours, theirs in zip((output, *gradients[:2]), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-4)


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("channels", [1, 3, 20])
@pytest.mark.parametrize("kernel, stride", [(1, 1), (3, 1), (5, 1), (2, 2), (5, 3), (7, 2)])
def test_sizes_of_real_layers_equal_another_frameworks(name, channels, kernel, stride):
    axes = windows((kernel, kernel), stride, "same")
    if not supports(name, axes):
        axes = windows((kernel, kernel), 1, "same")
    generator = np.random.default_rng(kernel)
    images, weights = (
        generator.standard_normal((16, 14, 14, channels)),
        generator.standard_normal((kernel, kernel, channels, 12)),
    )
    pads = [axis.pads(14) for axis in axes]
    cotangent = generator.standard_normal((16, *(axis.output_size(14) for axis in axes), 12))
    expected = their_convolution(images, weights, pads, [a.stride for a in axes], [1, 1], cotangent)
    for ours, theirs in zip(compute(name, axes, images, weights, cotangent), expected, strict=False):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-3 * np.abs(theirs).max())


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_empty_batch_gives_no_maps_and_zero_gradients(name, stride):
    axes = windows((3, 2), stride, "same")
    if not supports(name, axes):
        axes = windows((3, 2), 1, "same")
    images, kernel = np.zeros((0, 5, 6, 2)), np.ones((3, 2, 2, 4))
    output, images_gradient, kernel_gradient, bias_gradient = compute(name, axes, images, kernel)
    assert output.shape == (0, *(axis.output_size(size) for axis, size in zip(axes, (5, 6), strict=True)), 4)
    assert images_gradient.shape == images.shape
    np.testing.assert_array_equal(kernel_gradient, np.zeros_like(kernel))
    np.testing.assert_array_equal(bias_gradient, np.zeros(4))


@pytest.mark.parametrize("name", ALGORITHMS)
def test_one_pixel_through_one_tap_is_a_product(name):
    axes = windows((1, 1))
    output, images_gradient, kernel_gradient, _ = compute(
        name, axes, np.full((1, 1, 1, 1), 3.0), np.full((1, 1, 1, 1), 5.0)
    )
    assert (output.item(), images_gradient.item(), kernel_gradient.item()) == (15, 5, 3)


@pytest.mark.parametrize("padding", ["same", "full", 3])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_one_pixel_in_padding_meets_every_tap_that_reaches_it(name, padding):
    axes = windows((3, 3), 1, padding)
    kernel = np.arange(9.0).reshape(3, 3, 1, 1)
    output, images_gradient, kernel_gradient, _ = compute(name, axes, np.full((1, 1, 1, 1), 2.0), kernel)
    np.testing.assert_allclose(output, reference.conv2d(np.full((1, 1, 1, 1), 2.0), kernel, padding=padding))
    reached = output.shape[1] >= 3
    assert images_gradient.item() == (36 if reached else 4)
    np.testing.assert_array_equal(
        kernel_gradient[..., 0, 0], 2 * np.ones((3, 3)) if reached else 2 * np.eye(3)[1:2].T @ np.eye(3)[1:2]
    )


def test_gradients_of_single_images_are_the_same_under_vmap():
    """Per-image gradients, as saliency needs them, are the same under vmap as one by one."""
    generator = np.random.default_rng(2)
    images = jnp.asarray(generator.standard_normal((3, 8, 8, 2)), jnp.float32)
    for channels_out, stride in ((4, 1), (4, 2)):
        kernel = jnp.asarray(generator.standard_normal((3, 3, 2, channels_out)), jnp.float32)
        gradient = jax.grad(lambda image, k=kernel, s=stride: jnp.tanh(conv2d(image[None], k, stride=s)).sum())
        together = jax.jit(jax.vmap(gradient))(images)
        np.testing.assert_allclose(together, jnp.stack([gradient(image) for image in images]), rtol=1e-4, atol=1e-5)


def case(channels=1, filters=8, kernel=3, stride=1, size=28, platform="cpu"):
    axes = windows((kernel, kernel), stride, "same")
    return Case(axes, (size, size, channels), (kernel, kernel, channels, filters), platform)


def test_the_table_has_a_row_for_every_case_and_a_case_for_every_row():
    cases = [
        case(channels, filters, kernel, stride, size, platform)
        for channels in (1, 3, 8, 64)
        for filters in (1, 16, 64)
        for kernel in (1, 3, 7)
        for stride in (1, 2)
        for size in (7, 28)
        for platform in ("cpu", "gpu")
    ]
    chosen = [choose(each) for each in cases]
    assert {row.reason for row in chosen} == {row.reason for row in ALGORITHMS.values()}
    for each, row in zip(cases, chosen, strict=True):
        name = next(name for name, other in ALGORITHMS.items() if other is row)
        assert supports(name, each.axes), each
        assert (name == "library") == (each.platform == "gpu"), each


@pytest.mark.parametrize(
    "name, given",
    [
        ("one product", case(channels=1, kernel=2, filters=6)),
        ("one product", case(channels=16, stride=2)),
        ("columns then rows", case(channels=8, filters=16, kernel=5)),
        ("columns then rows", case(channels=1, filters=2, kernel=7)),
        ("forward only", case(channels=64, filters=64)),
        ("forward only", case(channels=32, stride=2)),
    ],
)
def test_the_shapes_choose_the_algorithm(name, given):
    assert choose(given) is ALGORITHMS[name]


@pytest.mark.parametrize("channels, kernel, stride", [(1, 3, 1), (8, 5, 1), (6, 3, 2), (40, 3, 1)])
def test_one_compiled_function_may_return_values_and_gradients(channels, kernel, stride):
    """JAX 0.10 misreads results whose memory order is constrained if one function returns several of them."""
    generator = np.random.default_rng(1)
    images = jnp.asarray(generator.standard_normal((4, 9, 8, channels)), jnp.float32)
    weights = jnp.asarray(generator.standard_normal((kernel, kernel, channels, 5)), jnp.float32)

    def everything(images, weights):
        output, vjp = jax.vjp(lambda i, k: conv2d(i, k, stride=stride, padding="same"), images, weights)
        return output, jax.nn.relu(output), vjp(output), output.sum((1, 2))

    output = jnp.asarray(reference.conv2d(np.asarray(images), np.asarray(weights), stride=stride, padding="same"))
    alone, vjp = jax.vjp(lambda i, k: conv2d(i, k, stride=stride, padding="same"), images, weights)
    np.testing.assert_allclose(alone, output, rtol=1e-4, atol=1e-4)
    together, positive, gradients, sums = jax.jit(everything)(images, weights)
    np.testing.assert_allclose(together, output, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(positive, jnp.maximum(output, 0), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(sums, output.sum((1, 2)), rtol=1e-3, atol=1e-3)
    _, compiled_vjp = jax.vjp(jax.jit(lambda i, k: conv2d(i, k, stride=stride, padding="same")), images, weights)
    for gradient, expected in zip([*compiled_vjp(alone), *gradients], [*vjp(alone)] * 2, strict=True):
        np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-3)

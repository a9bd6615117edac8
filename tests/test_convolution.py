"""conv2d agrees with the NumPy reference, Keras, PyTorch and finite differences, and does what a teacher would say."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from cnnplay.errors import ShapeError
from cnnplay.ops import reference
from cnnplay.ops.arithmetic import windows
from cnnplay.ops.convolution import conv2d
from tests.oracles import CONVOLUTION_PADDINGS, CONVOLUTIONS, random_convolution


@pytest.mark.parametrize("seed", range(130))
def test_conv2d_equals_the_numpy_reference(seed):
    images, kernel, settings = random_convolution(seed)
    fast, slow = conv2d(images, kernel, **settings), reference.conv2d(images, kernel, **settings)
    assert fast.shape == slow.shape, settings
    np.testing.assert_allclose(fast, slow, rtol=1e-4, atol=1e-5, err_msg=str(settings))


def test_the_random_settings_cover_all_paddings_kernels_and_stride_remainders():
    all_settings = [random_convolution(seed) for seed in range(130)]
    assert {str(settings["padding"]) for *_, settings in all_settings} == set(map(str, CONVOLUTION_PADDINGS))
    assert any(images.shape[1:3] == (1, 1) for images, *_ in all_settings)
    assert any(kernel.shape[0] != kernel.shape[1] for _, kernel, _ in all_settings)
    remainders = 0
    for images, kernel, settings in all_settings:
        rows, _ = windows(kernel.shape[:2], **settings)
        remainders += (images.shape[1] + sum(rows.pads(images.shape[1])) - rows.span) % rows.stride > 0
    assert remainders > 10


@pytest.mark.parametrize("framework", CONVOLUTIONS)
@pytest.mark.parametrize("seed", range(1000, 1070))
def test_values_and_both_gradients_equal_those_of(framework, seed):
    images, kernel, settings = random_convolution(seed)
    output, vjp = jax.vjp(lambda i, k: conv2d(i, k, **settings), jnp.asarray(images), jnp.asarray(kernel))
    cotangent = np.random.default_rng(seed).standard_normal(output.shape)
    axes = windows(kernel.shape[:2], **settings)
    pads = [axis.pads(size) for axis, size in zip(axes, images.shape[1:3], strict=True)]
    stride, dilation = [axis.stride for axis in axes], [axis.dilation for axis in axes]
    expected = CONVOLUTIONS[framework](images, kernel, pads, stride, dilation, cotangent)
    for name, ours, theirs in zip(
        ("output", "∂images", "∂kernel"), (output, *vjp(jnp.asarray(cotangent, jnp.float32))), expected, strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-4, err_msg=f"{name} {settings}")


@pytest.mark.parametrize("seed", range(2000, 2006))
def test_gradients_equal_finite_differences_of_the_numpy_reference(seed):
    images, kernel, settings = random_convolution(seed)
    cotangent = np.random.default_rng(seed).standard_normal(reference.conv2d(images, kernel, **settings).shape)

    def loss(i, k):
        return (reference.conv2d(i, k, **settings) * cotangent).sum()

    def perturbed(array, place, by):
        copy = array.copy()
        copy[place] += by
        return copy

    gradients = jax.grad(lambda i, k: (conv2d(i, k, **settings) * cotangent.astype(np.float32)).sum(), argnums=(0, 1))(
        jnp.asarray(images), jnp.asarray(kernel)
    )
    step = 1e-4
    for place in list(np.ndindex(images.shape))[::5]:
        difference = loss(perturbed(images, place, step), kernel) - loss(perturbed(images, place, -step), kernel)
        np.testing.assert_allclose(gradients[0][place], difference / (2 * step), rtol=1e-3, atol=1e-4)
    for place in list(np.ndindex(kernel.shape))[::3]:
        difference = loss(images, perturbed(kernel, place, step)) - loss(images, perturbed(kernel, place, -step))
        np.testing.assert_allclose(gradients[1][place], difference / (2 * step), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
def test_the_bias_is_added_to_each_map_and_its_gradient_is_the_sum_over_the_map(padding):
    generator = np.random.default_rng(5)
    images, kernel = generator.standard_normal((3, 6, 7, 2)), generator.standard_normal((3, 2, 2, 4))
    bias = jnp.asarray([1.0, -2.0, 0.5, 0.0])
    output, vjp = jax.vjp(lambda b: conv2d(images, kernel, bias=b, padding=padding), bias)
    np.testing.assert_allclose(output, conv2d(images, kernel, padding=padding) + bias, rtol=1e-6, atol=1e-6)
    cotangent = generator.standard_normal(output.shape).astype(np.float32)
    np.testing.assert_allclose(vjp(jnp.asarray(cotangent))[0], cotangent.sum((0, 1, 2)), rtol=1e-5, atol=1e-5)


def test_a_bias_has_one_value_for_each_filter():
    with pytest.raises(ShapeError, match="4 filters"):
        conv2d(np.zeros((1, 5, 5, 2)), np.zeros((3, 3, 2, 4)), bias=np.zeros(1))


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(7).random((2, 12, 12, 1), np.float32)


@pytest.mark.parametrize("size", [1, 3, 5])
def test_the_identity_kernel_changes_nothing(images, size):
    identity = np.zeros((size, size, 1, 1), np.float32)
    identity[size // 2, size // 2] = 1
    np.testing.assert_array_equal(conv2d(images, identity, padding="same"), images)


def test_a_shifted_image_gives_a_shifted_map(images):
    kernel = np.random.default_rng(8).standard_normal((3, 3, 1, 4))
    shifted = np.roll(images, (2, 3), axis=(1, 2))
    before, after = np.asarray(conv2d(images, kernel)), np.asarray(conv2d(shifted, kernel))
    np.testing.assert_allclose(after[:, 2:, 3:], before[:, :-2, :-3], rtol=1e-6, atol=1e-6)
    assert not np.allclose(after, before, atol=0.1)


def test_convolution_is_linear_in_the_images_and_in_the_kernel(images):
    generator = np.random.default_rng(9)
    other = generator.random(images.shape, np.float32)
    kernel, second = generator.standard_normal((2, 3, 3, 1, 4)).astype(np.float32)
    both = conv2d(2 * images - 3 * other, kernel)
    np.testing.assert_allclose(both, 2 * conv2d(images, kernel) - 3 * conv2d(other, kernel), rtol=1e-4, atol=1e-4)
    both = conv2d(images, 2 * kernel - 3 * second)
    np.testing.assert_allclose(both, 2 * conv2d(images, kernel) - 3 * conv2d(images, second), rtol=1e-4, atol=1e-4)


def test_the_kernel_is_not_flipped():
    image = np.zeros((1, 3, 3, 1), np.float32)
    image[0, 1, 1, 0] = 1
    kernel = np.arange(1, 10, dtype=np.float32).reshape(3, 3, 1, 1)
    turned = np.asarray(conv2d(image, kernel, padding="same"))[0, :, :, 0]
    # The cross-correlation with a single bright pixel is the kernel turned by 180 degrees.
    np.testing.assert_array_equal(turned, kernel[::-1, ::-1, 0, 0])
    assert conv2d(np.array([[[[1.0], [2.0]]]]), np.array([[[[10.0]], [[1.0]]]]))[0, 0, 0, 0] == 12


def test_channels_are_summed_and_filters_do_not_mix(images):
    colours = np.concatenate([images, 2 * images, -images], axis=3)
    kernel = np.random.default_rng(10).standard_normal((3, 3, 3, 2)).astype(np.float32)
    parts = sum(conv2d(colours[..., c : c + 1], kernel[:, :, c : c + 1]) for c in range(3))
    np.testing.assert_allclose(conv2d(colours, kernel), parts, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(conv2d(colours, kernel)[..., 1:], conv2d(colours, kernel[..., 1:]), rtol=1e-5, atol=1e-6)


def test_conv2d_works_under_jit_grad_and_in_a_compiled_loop(images):
    kernel = jnp.full((3, 3, 1, 1), 0.1)

    def loss(k):
        return (conv2d(images, k, padding="same") ** 2).mean()

    def descend(_, k):
        return k - 0.1 * jax.grad(loss)(k)

    compiled = jax.jit(lambda k: jax.lax.fori_loop(0, 5, descend, k))(kernel)
    by_hand = kernel
    for step in range(5):
        by_hand = descend(step, by_hand)
    np.testing.assert_allclose(compiled, by_hand, rtol=1e-4, atol=1e-6)
    assert loss(compiled) < loss(kernel)


def test_conv2d_works_under_vmap(images):
    kernels = np.random.default_rng(11).standard_normal((3, 2, 2, 1, 4)).astype(np.float32)
    mapped = jax.vmap(lambda k: conv2d(images, k))(kernels)
    one_by_one = np.stack([conv2d(images, kernel) for kernel in kernels])
    np.testing.assert_allclose(mapped, one_by_one, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", [np.uint8, np.int32, np.float32, np.float64])
def test_the_output_is_float32_for_inputs_of_any_type(kind):
    images = np.arange(32).reshape(2, 4, 4, 1).astype(kind)
    kernel = np.arange(4).reshape(2, 2, 1, 1).astype(kind)
    output = conv2d(images, kernel)
    assert output.dtype == jnp.float32
    np.testing.assert_array_equal(output, reference.conv2d(images, kernel))


@pytest.mark.parametrize(
    ("images_shape", "kernel_shape", "settings", "parts"),
    [
        ((1, 5, 5, 3), (2, 2, 1, 4), {}, ("3 channels", "1", "(1, 5, 5, 3)", "(2, 2, 1, 4)")),
        ((5, 5, 1), (2, 2, 1, 4), {}, ("(5, 5, 1)",)),
        ((1, 5, 5, 1), (2, 2, 1), {}, ("(2, 2, 1)",)),
        ((1, 5, 5, 1), (6, 2, 1, 1), {}, ("window of 6", "5 pixels")),
        ((1, 5, 5, 1), (2, 3, 1, 1), {"dilation": (1, 3)}, ("window of 3", "7", "5 pixels")),
        ((1, 5, 5, 1), (2, 2, 1, 1), {"stride": 0}, ("stride", "0")),
        ((1, 5, 5, 1), (2, 2, 1, 1), {"padding": "circular"}, ("circular",)),
    ],
)
def test_shapes_that_do_not_match_are_refused_with_their_numbers(images_shape, kernel_shape, settings, parts):
    with pytest.raises(ShapeError) as caught:
        conv2d(np.zeros(images_shape), np.zeros(kernel_shape), **settings)
    for part in parts:
        assert part in str(caught.value)

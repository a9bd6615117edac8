"""pool2d agrees, for every row of POOLS, with the NumPy reference, PyTorch, Keras and finite differences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from cnnplay.errors import ShapeError
from cnnplay.ops import reference
from cnnplay.ops.arithmetic import windows
from cnnplay.ops.pooling import pool2d
from cnnplay.ops.registry import POOLS
from tests.oracles import POOLINGS, keras, one_or_two

PADDINGS = ("valid", "valid", "same", "full", 1, 2, (0, 1), (1, 0), ("same", 1), ((0, 1), "valid"))


def distinct(shape, seed):
    """Values without ties, so far apart that a small change moves no maximum."""
    values = np.random.default_rng(seed).permutation(int(np.prod(shape))).reshape(shape)
    return values / 16 - 3


def random_setting(seed):
    """(images, settings) in which every window contains a pixel."""
    generator = np.random.default_rng(seed)
    while True:
        shape = tuple(int(v) for v in generator.integers(1, (3, 11, 11, 4)))
        settings = {
            "window": one_or_two(generator, 4),
            "stride": None if generator.random() < 0.3 else one_or_two(generator, 6),
            "padding": PADDINGS[generator.integers(len(PADDINGS))],
        }
        try:
            for axis, size in zip(axes_of(settings), shape[1:3], strict=True):
                axis.pooled_size(size)
        except ShapeError:
            continue
        return distinct(shape, seed), settings


def axes_of(settings):
    return windows(settings["window"], settings["stride"] or settings["window"], settings["padding"])


@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize("seed", range(32))
def test_pool2d_equals_the_numpy_reference(kind, seed):
    images, settings = random_setting(seed)
    fast, slow = pool2d(images, kind, **settings), reference.pool2d(images, kind, **settings)
    assert fast.shape == slow.shape, settings
    assert fast.dtype == jnp.float32
    np.testing.assert_allclose(fast, slow, rtol=1e-5, atol=1e-5, err_msg=str(settings))


def test_the_random_settings_cover_gaps_overlaps_and_padding():
    axes = [
        (axis, images.shape[1]) for images, settings in map(random_setting, range(32)) for axis in axes_of(settings)
    ]
    assert any(axis.stride > axis.kernel for axis, _ in axes)
    assert any(axis.stride < axis.kernel for axis, _ in axes)
    assert any(sum(axis.pads(size)) for axis, size in axes)


@pytest.mark.parametrize("framework", POOLINGS)
@pytest.mark.parametrize("kind", ["max", "mean", "min"])
@pytest.mark.parametrize("seed", range(100, 114))
def test_values_and_gradient_equal_those_of(framework, kind, seed):
    images, settings = random_setting(seed)
    output, vjp = jax.vjp(lambda i: pool2d(i, kind, **settings), jnp.asarray(images))
    cotangent = np.random.default_rng(seed).standard_normal(output.shape)
    axes = axes_of(settings)
    pads = [axis.pads(size) for axis, size in zip(axes, images.shape[1:3], strict=True)]
    window, stride = [axis.kernel for axis in axes], [axis.stride for axis in axes]
    expected, gradient = POOLINGS[framework](images, kind, window, stride, pads, cotangent)
    np.testing.assert_allclose(output, expected, rtol=1e-5, atol=1e-5, err_msg=str(settings))
    (ours,) = vjp(jnp.asarray(cotangent, jnp.float32))
    np.testing.assert_allclose(ours, gradient, rtol=1e-4, atol=1e-5, err_msg=str(settings))


@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize("seed", [200, 201])
def test_the_gradient_equals_finite_differences_of_the_numpy_reference(kind, seed):
    images, settings = random_setting(seed)
    cotangent = np.random.default_rng(seed).standard_normal(reference.pool2d(images, kind, **settings).shape)
    gradient = jax.grad(lambda i: (pool2d(i, kind, **settings) * cotangent.astype(np.float32)).sum())(
        jnp.asarray(images)
    )
    step = 1e-3  # far less than 1/16, the distance between two values
    for place in list(np.ndindex(images.shape))[::3]:
        up, down = images.copy(), images.copy()
        up[place] += step
        down[place] -= step
        difference = reference.pool2d(up, kind, **settings) - reference.pool2d(down, kind, **settings)
        np.testing.assert_allclose(gradient[place], (difference * cotangent).sum() / (2 * step), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", POOLS)
def test_tied_pixels_share_the_gradient_of_their_window(kind):
    black = jnp.zeros((1, 4, 4, 1))
    gradient = jax.grad(lambda i: pool2d(i, kind, 2).sum())(black)
    np.testing.assert_allclose(gradient.reshape(2, 2, 2, 2).sum(axis=(1, 3)), 1, rtol=1e-6)


@pytest.mark.parametrize("padding", ["valid", "same", 1])
@pytest.mark.parametrize(("kind", "layer"), [("max", "MaxPooling2D"), ("mean", "AveragePooling2D")])
def test_max_and_mean_pooling_equal_keras(kind, layer, padding):
    images = distinct((2, 7, 10, 3), 1).astype(np.float32)
    if padding == 1:
        if kind == "mean":  # a mean in Keras counts the zeros of padding: divide by the share of real pixels
            padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
            real = np.pad(np.ones_like(images), ((0, 0), (1, 1), (1, 1), (0, 0)))
            pooling = keras.layers.AveragePooling2D(3, 2)
            expected = np.asarray(pooling(padded)) / np.asarray(pooling(real))
        else:
            padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-1e9)
            expected = np.asarray(keras.layers.MaxPooling2D(3, 2)(padded))
    else:
        expected = np.asarray(getattr(keras.layers, layer)(3, 2, padding=padding)(images))
    np.testing.assert_allclose(pool2d(images, kind, 3, 2, padding), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same", 1, "full"])
def test_the_maximum_is_at_least_the_mean_and_the_mean_at_least_the_minimum(padding):
    images = np.random.default_rng(3).standard_normal((2, 9, 9, 2))
    largest, mean, smallest = (np.asarray(pool2d(images, kind, 3, 2, padding)) for kind in ("max", "mean", "min"))
    assert (largest >= mean).all()
    assert (mean >= smallest).all()
    assert (largest > smallest).any()


@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize("padding", ["valid", "same", "full", 1])
def test_pooling_a_constant_image_gives_the_same_constant(kind, padding):
    """Padding never counts: zeros at the border would change a mean and a negative maximum."""
    pooled = pool2d(np.full((1, 6, 6, 1), -2.5), kind, 3, 2, padding)
    np.testing.assert_array_equal(pooled, np.full_like(pooled, -2.5))


@pytest.mark.parametrize("kind", POOLS)
def test_a_window_of_one_pixel_changes_nothing(kind):
    images = distinct((2, 5, 6, 3), 4).astype(np.float32)
    np.testing.assert_array_equal(pool2d(images, kind, 1), images)


@pytest.mark.parametrize("kind", POOLS)
def test_the_stride_defaults_to_the_window(kind):
    images = distinct((1, 9, 8, 2), 5)
    np.testing.assert_array_equal(pool2d(images, kind, (3, 2)), pool2d(images, kind, (3, 2), (3, 2)))


@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize(
    ("window", "stride", "padding", "message"),
    [
        (2, 2, 2, "padding alone"),
        (1, 1, 1, "padding alone"),
        (2, 1, (0, 2), "padding alone"),
        (7, 1, "valid", "window of 7 does not fit into 6"),
        ((2, 7), None, "valid", "window of 7 does not fit into 6"),
    ],
    ids=str,
)
def test_windows_without_a_pixel_are_refused(kind, window, stride, padding, message):
    images = np.zeros((1, 6, 6, 1))
    with pytest.raises(ShapeError, match=message):
        pool2d(images, kind, window, stride, padding)
    with pytest.raises(ShapeError, match=message):
        reference.pool2d(images, kind, window, stride, padding)


def test_an_unknown_kind_and_a_flat_array_are_refused_with_an_explanation():
    with pytest.raises(ShapeError, match=r"median.*max"):
        pool2d(np.zeros((1, 4, 4, 1)), "median")
    with pytest.raises(ShapeError, match=r"\(4, 4\)"):
        pool2d(np.zeros((4, 4)))

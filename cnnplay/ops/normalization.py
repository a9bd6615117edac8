"""Batch normalization and the mean of whole maps, on JAX."""

import jax.numpy as jnp
from jax import Array, lax

from .registry import BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM


def batch_norm(values: Array, mean: Array, variance: Array, gamma: Array, beta: Array) -> Array:
    """γ·(x - μ) / √(σ² + ε) + β, channel by channel: [n ... c] and [c] each -> [n ... c].

    (Ioffe & Szegedy 2015, "Batch normalization: accelerating deep network training by reducing internal covariate
    shift", algorithm 1, with Keras's ε of 0.001.)
    """
    scale = gamma * lax.rsqrt(variance + BATCH_NORM_EPSILON)
    return (values - mean) * scale + beta


def batch_statistics(values: Array, shares: Array) -> tuple[Array, Array]:
    """Mean and variance of each channel over the images of a batch and their pixels: [n ... c] -> [c], [c].

    shares: [n], what an image counts: 1 / images, and 0 for one that only fills the batch up. They add up to 1. The
    variance is that of the batch itself, divided by the count and not by one less.
    """
    shares = shares.reshape(-1, *(1,) * (values.ndim - 2), 1)
    pixels = tuple(range(1, values.ndim - 1))

    def mean(numbers: Array) -> Array:
        return (shares * numbers.mean(pixels, keepdims=True)).sum(0).reshape(-1)

    centre = mean(values)
    return centre, mean(jnp.square(values - centre))


def moving_average(average: Array, value: Array) -> Array:
    """A running average after one more step: 0.99·average + 0.01·value, Keras's momentum."""
    return BATCH_NORM_MOMENTUM * average + (1 - BATCH_NORM_MOMENTUM) * value


def global_mean(maps: Array) -> Array:
    """The mean of each map: [n h w c] -> [n c] (Lin, Chen & Yan 2014, "Network in network", section 3.2)."""
    return maps.mean((1, 2))

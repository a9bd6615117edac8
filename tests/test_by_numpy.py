"""Programs that NumPy computes: every operation is JAX's, and networks and labs get the compiled program's numbers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights, with_weights
from cnnplay.network.presets import PRESETS
from cnnplay.ops.by_numpy import can_compute, compute, work
from cnnplay.ops.convolution_algorithms import batch_last
from cnnplay.ops.numpy_operations import OPERATIONS
from cnnplay.ops.quick_jit import MOST_WORK, quick

MAPS = np.random.default_rng(0).normal(0, 2, (2, 5, 6, 3)).astype(np.float32)
OTHER = np.random.default_rng(1).normal(0, 2, (2, 5, 6, 3)).astype(np.float32)
KERNEL = np.random.default_rng(2).normal(0, 1, (3, 2, 3, 4)).astype(np.float32)
POSITIVE, WHOLE = np.abs(MAPS), (10 * MAPS).astype(np.int32)
TRUE = MAPS > 0
LAYOUT = ("NHWC", "HWIO", "NHWC")


def convolution(strides, padding, between_pixels, between_taps, layout=LAYOUT):
    def convolved(images, kernel):
        return lax.conv_general_dilated(images, kernel, strides, padding, between_pixels, between_taps, layout)

    return convolved


def dot(contracted, batch=((), ())):
    return lambda left, right: lax.dot_general(left, right, (contracted, batch))


OF_ONE = ["neg", "abs", "exp", "tanh", "logistic", "square"]
OF_POSITIVE = ["log", "log1p", "sqrt", "rsqrt"]
OF_TWO = ["add", "sub", "mul", "div", "rem", "max", "min", "eq", "ne", "lt", "le", "gt", "ge"]
CASES = {
    **{name: (getattr(lax, name), MAPS) for name in OF_ONE},
    **{name: (getattr(lax, name), POSITIVE) for name in OF_POSITIVE},
    **{name: (getattr(lax, name), MAPS, OTHER) for name in OF_TWO},
    "div whole": (lax.div, WHOLE, np.where(WHOLE % 7 == 0, -3, 7).astype(np.int32)),
    "rem whole": (lax.rem, WHOLE, np.full_like(WHOLE, 7)),
    "div by 0": (lax.div, MAPS, np.zeros_like(MAPS)),
    "and": (lax.bitwise_and, TRUE, OTHER > 0),
    "or": (lax.bitwise_or, TRUE, OTHER > 0),
    "not": (lax.bitwise_not, TRUE),
    "integer_pow": (lambda x: lax.integer_pow(x, 3), MAPS),
    "integer_pow below 0": (lambda x: lax.integer_pow(x, -2), POSITIVE),
    "gradient of tanh": (jax.grad(lambda x: jnp.tanh(x).sum()), MAPS),
    "select_n": (lax.select, TRUE, MAPS, OTHER),
    "convert_element_type": (lambda x: lax.convert_element_type(x, jnp.int32), MAPS),
    "stop_gradient": (lax.stop_gradient, MAPS),
    "optimization_barrier": (lambda *both: lax.optimization_barrier(both), MAPS, OTHER),
    "layout_constraint": (jax.jit(batch_last), MAPS),
    "broadcast_in_dim": (lambda x: lax.broadcast_in_dim(x, (4, 2, 6, 3), (1, 2, 3)), MAPS[:, 0]),
    "broadcast_in_dim of ones": (lambda x: lax.broadcast_in_dim(x, (4, 2, 5), (0, 2)), MAPS[:1, :, 0, 0]),
    "reshape": (lambda x: x.reshape(5, 36), MAPS),
    "squeeze": (lambda x: lax.squeeze(x, (0, 2)), MAPS[:1, :, :1]),
    "transpose": (lambda x: x.transpose(3, 1, 2, 0), MAPS),
    "rev": (lambda x: lax.rev(x, (1, 3)), MAPS),
    "slice": (lambda x: lax.slice(x, (0, 1, 0, 0), (2, 5, 6, 2), (1, 2, 3, 1)), MAPS),
    "slice without strides": (lambda x: lax.slice(x, (0, 1, 0, 0), (2, 5, 6, 2)), MAPS),
    "dynamic_slice": (lambda x, at: lax.dynamic_slice(x, (0, at, 4, -1), (1, 3, 4, 2)), MAPS, np.int32(1)),
    "dynamic_update_slice": (
        lambda x, part, at: lax.dynamic_update_slice(x, part, (0, at, 5, -2)),
        *(MAPS, OTHER[:, :2], np.int32(1)),
    ),
    "pad": (lambda x: lax.pad(x, np.float32(7), [(0, 0, 0), (1, 2, 0), (2, 0, 2), (0, 1, 1)]), MAPS),
    "pad by less than 0": (lambda x: lax.pad(x, np.float32(7), [(0, 0, 0), (-1, -2, 1), (-3, 2, 2), (1, -1, 0)]), MAPS),
    "concatenate": (lambda *both: lax.concatenate(both, 2), MAPS, OTHER[:, :, :2]),
    "stack": (lambda *both: jnp.stack(both, 2), MAPS, OTHER),
    "unstack": (lambda x: jnp.unstack(x, axis=2), MAPS),
    "split": (lambda x: lax.split(x, (1, 3, 2), 2), MAPS),
    "iota": (lambda: lax.broadcasted_iota(jnp.int32, (3, 4, 2), 1),),
    "reduce_sum": (lambda x: x.sum((0, 2)), MAPS),
    "reduce_max": (lambda x: x.max((1, 3)), MAPS),
    "dot_general": (dot(((1,), (0,))), MAPS[0, :, :, 0], OTHER[0, 0]),
    "dot_general of two axes": (dot(((3, 1), (2, 0))), MAPS, np.ones((5, 4, 3), np.float32)),
    "dot_general to one number": (dot(((0,), (0,))), MAPS[0, :, 0, 0], OTHER[0, :, 0, 0]),
    "dot_general in batches": (dot(((3,), (3,)), ((0, 2), (0, 2))), MAPS, OTHER),
    "conv_general_dilated": (convolution((1, 1), "VALID", (1, 1), (1, 1)), MAPS, KERNEL),
    "conv_general_dilated apart": (convolution((2, 1), ((1, 2), (0, 3)), (1, 2), (1, 3)), MAPS, KERNEL),
    "conv_general_dilated in another order": (
        convolution((1, 2), ((1, -1), (2, 1)), (2, 1), (2, 1), ("CHWN", "IHWO", "HWNC")),
        *(MAPS.transpose(3, 1, 2, 0), KERNEL.transpose(2, 0, 1, 3)),
    ),
    "a function within": (jax.jit(lambda x: jax.jit(lambda y: y + 1)(x) * 2), MAPS),
    "a function with rules of its own": (lambda x: jax.nn.relu(x) + jax.nn.silu(x), MAPS),
    "a gradient of addends": (jax.grad(lambda x: (x * x + jnp.tanh(x)).sum()), MAPS),
}


def operations(program):
    """The names of all operations, with those within others."""
    for step in program.eqns:
        yield step.primitive.name
        for value in step.params.values():
            if hasattr(value, "jaxpr"):
                yield from operations(value.jaxpr)


def assert_same(found, wanted, **tolerance):
    found, wanted = jax.tree.leaves(found), jax.tree.leaves(wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
        np.testing.assert_allclose(ours, theirs, **tolerance)


@pytest.mark.parametrize("name", CASES)
def test_an_operation_is_that_of_jax(name):
    function, *given = CASES[name]
    program = jax.make_jaxpr(function)(*given)
    assert can_compute(program)
    assert_same(compute(program, given), function(*given), rtol=2e-5, atol=1e-5)


def test_every_operation_has_a_case():
    seen = {name for function, *given in CASES.values() for name in operations(jax.make_jaxpr(function)(*given).jaxpr)}
    assert set(OPERATIONS) - seen <= {"one_minus_square"}  # which JAX 0.10 does not have


@pytest.mark.parametrize(
    "function",
    [
        lambda x: lax.sort(x),
        lambda x: jax.jit(lambda y: lax.sort(y))(x),
        lambda x: lax.conv_general_dilated(x, x[:, :1], (1, 1), "SAME", feature_group_count=3),
    ],
    ids=["unknown", "unknown within another", "in groups"],
)
def test_what_is_not_known_is_not_computed(function):
    images = np.ones((3, 3, 3, 3), np.float32)
    assert not can_compute(jax.make_jaxpr(function)(images))


def activations_of(architecture):
    return lambda weights, images: with_weights(architecture, weights).activations(images)


def gradients_of(architecture):
    return jax.grad(lambda weights, images: with_weights(architecture, weights)(images)[:, 3].sum(), argnums=1)


@pytest.mark.parametrize("of", [activations_of, gradients_of])
@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_a_network_is_what_is_compiled(preset, of):
    architecture = Architecture.parse(preset.net)
    weights = initial_weights(architecture)
    images = np.random.default_rng(3).random((1, *architecture.input_shape)).astype(np.float32)
    compiled = jax.jit(of(architecture), compiler_options={"xla_backend_optimization_level": 0})
    traced = compiled.trace(weights, images)
    assert can_compute(traced.jaxpr)
    assert work(traced.jaxpr) <= MOST_WORK
    wanted = compiled(weights, images)
    found = jax.tree.unflatten(jax.tree.structure(wanted), compute(traced.jaxpr, jax.tree.leaves((weights, images))))
    assert_same(found, wanted, rtol=1e-4, atol=1e-5)


def test_the_work_is_what_is_written_and_an_eighth_of_what_is_multiplied():
    product = jax.make_jaxpr(lambda a, b: a @ b + 1)(np.ones((2, 40)), np.ones((40, 3)))
    assert work(product) == 6 * (1 + 40 / 8) + 6
    convolved = jax.make_jaxpr(convolution((1, 1), "VALID", (1, 1), (1, 1)))(MAPS, KERNEL)
    assert work(convolved) == 2 * 3 * 5 * 4 * (1 + 3 * 2 * 3 / 8)


def test_small_programs_are_computed_and_large_or_unknown_ones_compiled():
    program = quick(lambda given: {"sum": given["a"] + given["b"], "both": (given["a"], 2 * given["b"])})
    for size, kind in ((3, np.ndarray), (MOST_WORK, jax.Array), (4, np.ndarray)):
        a, b = np.arange(size, dtype=np.float32), np.ones(size, np.float32)
        made = program({"a": a, "b": b})
        assert isinstance(made["sum"], kind)
        np.testing.assert_array_equal(made["sum"], a + b)
        np.testing.assert_array_equal(made["both"][1], 2 * b)
    assert isinstance(quick(lax.sort)(np.ones(3)), jax.Array)


def test_what_is_given_is_of_the_types_that_jax_gives_it():
    program, given = (lambda a, b, c: (a + b, a * c)), (np.full(3, 1 / 3), 1 / 3, 2)
    assert_same(quick(program)(*given), jax.jit(program)(*given), rtol=0)

"""For programs that run once or twice: a first answer soon, without compiling or with as little as JAX allows."""

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, ParamSpec, TypeVar, cast

import jax
import numpy as np

from .by_numpy import Program, can_compute, compute, work

Given = ParamSpec("Given")
Made = TypeVar("Made")
Options = dict[str, str | int | bool]

MOST_PROGRAMS = 256  # of one kind that are kept
MOST_WORK = 4_000_000  # of a program that NumPy computes, in the units of `work`: a tenth of a second or less

# For larger programs. The first row that JAX accepts is used: JAX 0.12 has no option for the emitters any more.
# Measured for 54 settings on the CPU, JAX 0.10.2: the first answer comes after 52 ms with the first row and 193 ms
# without; 0.2 MB each, not 2.
QUICK: tuple[Options, ...] = (
    {"xla_cpu_use_fusion_emitters": False, "xla_backend_optimization_level": 0},
    {"xla_backend_optimization_level": 0},
    {},
)


def quick(program: Callable[Given, Made]) -> Callable[Given, Made]:
    """The program, computed by NumPy where it is small, and else compiled with options that save time on compiling.

    Which of the two is decided by the shapes that it is called with; the results are NumPy's or JAX's arrays.
    """
    compiled: Any = quickly_compiled(program)
    if jax.default_backend() != "cpu":
        return cast(Callable[Given, Made], compiled)
    traces: dict[Hashable, tuple[Program, Any] | None] = {}

    def answer(*given: Any) -> Any:
        values, shape = jax.tree.flatten(given)
        key = shape, tuple((np.shape(value), np.result_type(value)) for value in values)
        if key not in traces:
            traces[key] = _small(compiled.trace(*given))
        trace = traces[key]
        if trace is None:
            return compiled(*given)
        operations, results = trace
        return jax.tree.unflatten(results, compute(operations, values))

    return cast(Callable[Given, Made], answer)


def quickly_compiled(program: Callable[Given, Made]) -> Callable[Given, Made]:
    """`jax.jit` with compiler options that save time on compiling: for a program of many calls, but of one answer."""
    return cast(Callable[Given, Made], jax.jit(program, compiler_options=_options()))


def _small(traced: Any) -> tuple[Program, Any] | None:
    """The operations of a program and the structure of its results, where NumPy is to compute it."""
    program = traced.jaxpr
    if can_compute(program) and work(program) <= MOST_WORK:
        return program, jax.tree.structure(traced.out_info)
    return None


@cache
def _options() -> Options:
    """The first row of QUICK that JAX accepts; none elsewhere than on the CPU."""
    if jax.default_backend() != "cpu":
        return {}
    for options in QUICK[:-1]:
        try:
            jax.jit(lambda number: number + 1, compiler_options=options)(0.0)
        except jax.errors.JaxRuntimeError:
            continue
        return options
    return QUICK[-1]

"""Compilation for a quick first answer, not for speed: for programs that run once or twice."""

from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar, cast

import jax

Given = ParamSpec("Given")
Made = TypeVar("Made")
Options = dict[str, str | int | bool]

MOST_PROGRAMS = 256  # of one kind that stay compiled

# The first row that JAX accepts is used: JAX 0.12 has no option for the emitters any more. Measured for 54 settings on
# the CPU, JAX 0.10.2: the first answer comes after 52 ms with the first row and 193 ms without; 0.2 MB each, not 2.
QUICK: tuple[Options, ...] = (
    {"xla_cpu_use_fusion_emitters": False, "xla_backend_optimization_level": 0},
    {"xla_backend_optimization_level": 0},
    {},
)


def quick(program: Callable[Given, Made]) -> Callable[Given, Made]:
    """`jax.jit` with compiler options that save time on compiling: the first answer comes soon, later ones slower."""
    return cast(Callable[Given, Made], jax.jit(program, compiler_options=_options()))


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

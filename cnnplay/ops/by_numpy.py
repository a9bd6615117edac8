"""A traced program computed by NumPy, operation by operation: nothing is compiled, so a small one is done sooner.

JAX traces a function of arrays to a list of operations (a jaxpr). The formulas stay where they are; only the arithmetic
is that of `numpy_operations.OPERATIONS`.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from typing import Any, Protocol

import numpy as np
from jax.extend.core import Jaxpr, JaxprEqn, Literal

from .numpy_operations import OPERATIONS, Shape

# The program within an operation, by the name of the operation: the parameter that holds it.
WITHIN = {"jit": "jaxpr", "custom_jvp_call": "call_jaxpr", "custom_vjp_call": "call_jaxpr"}
PRODUCTS = 8  # multiply-adds that take as long as a number written


class Program(Protocol):
    """A traced function: its operations, and the arrays that they know besides those given. JAX 0.10: a ClosedJaxpr."""

    @property
    def jaxpr(self) -> Jaxpr: ...

    @property
    def consts(self) -> Sequence[Any]: ...


def can_compute(program: Program) -> bool:
    """Whether every operation of the program is known here."""
    return all(map(_known, _steps(program.jaxpr)))


def _known(step: JaxprEqn) -> bool:
    groups = step.params.get("feature_group_count", 1), step.params.get("batch_group_count", 1)
    return step.primitive.name in (*OPERATIONS, *WITHIN) and groups == (1, 1)


def work(program: Program) -> float:
    """The numbers that the program writes, and for each PRODUCTS multiply-adds one more: how long it takes, roughly."""
    return sum(map(_work_of, _steps(program.jaxpr)))


def compute(program: Program, given: Iterable[Any]) -> list[np.ndarray]:
    """The results of a program of known operations for arrays or numbers of the shapes that it was traced with."""
    with np.errstate(all="ignore"):  # infinities and 0 / 0 are values, as in a compiled program
        return _run(program, given)


def _run(program: Program, given: Iterable[Any]) -> list[np.ndarray]:
    inside = program.jaxpr
    known: dict[Any, np.ndarray] = dict(zip(inside.constvars, map(np.asarray, program.consts), strict=True))
    for variable, array in zip(inside.invars, given, strict=True):
        known[variable] = np.asarray(array, _type(variable))

    def value(atom: Any) -> np.ndarray:
        return np.asarray(atom.val, _type(atom)) if isinstance(atom, Literal) else known[atom]

    for step in inside.eqns:
        made = _results(step, [value(atom) for atom in step.invars])
        for variable, array in zip(step.outvars, made, strict=True):
            known[variable] = np.asarray(array, _type(variable))
    return [value(atom) for atom in inside.outvars]


def _results(step: JaxprEqn, values: list[np.ndarray]) -> Sequence[np.ndarray]:
    name = step.primitive.name
    if name in WITHIN:
        return _run(step.params[WITHIN[name]], values)
    made = OPERATIONS[name](step.params, *values)
    return made if step.primitive.multiple_results else [made]


def _steps(program: Jaxpr) -> Iterator[JaxprEqn]:
    """All operations, with those within others."""
    for step in program.eqns:
        yield step
        if step.primitive.name in WITHIN:
            yield from _steps(step.params[WITHIN[step.primitive.name]].jaxpr)


def _work_of(step: JaxprEqn) -> float:
    written = sum(prod(_shape(variable)) for variable in step.outvars)
    return written * (1 + _multiply_adds(step) / PRODUCTS)


def _multiply_adds(step: JaxprEqn) -> int:
    """Of each number that a product or a convolution writes; 0 for other operations."""
    match step.primitive.name:
        case "dot_general":
            (summed, _), _ = step.params["dimension_numbers"]
            shape = _shape(step.invars[0])
            return prod(shape[axis] for axis in summed)
        case "conv_general_dilated":
            kernel = _shape(step.invars[1])
            return prod(kernel) // kernel[step.params["dimension_numbers"].rhs_spec[0]]
    return 0


def _shape(atom: Any) -> Shape:
    return tuple(atom.aval.shape)


def _type(atom: Any) -> np.dtype:
    return np.dtype(atom.aval.dtype)

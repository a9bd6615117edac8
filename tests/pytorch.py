"""PyTorch as an oracle: only where tests/requirements.txt installs it, and what is left out elsewhere."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TypeVar

INSTALLED = find_spec("torch") is not None
LEFT_OUT = (
    "PyTorch is not installed (tests/requirements.txt says where it is). It is left out as one of two oracles"
    " of convolution, pooling and batch normalization, as one of three frameworks that run exported code, and as one "
    "of two other backends of exported Keras. Keras on JAX and the plain loops in NumPy are compared with everywhere."
)

Row = TypeVar("Row")


def installed(rows: Mapping[str, Row]) -> dict[str, Row]:
    """The rows of the frameworks that are installed: all, or all but PyTorch's."""
    return {name: row for name, row in rows.items() if INSTALLED or name != "pytorch"}

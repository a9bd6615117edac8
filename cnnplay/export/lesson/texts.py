"""Source text for the notebook, of functions with their dependencies and of tables; and numbers as text."""

import ast
import importlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from ipaddress import ip_address
from types import ModuleType
from urllib.parse import urlsplit

from ...source import parse, text_of
from ...words import printable

LONGEST_SHOWN = 24  # letters of a class's name in a picture


def source_of(function: Callable[..., object]) -> str:
    """The source of a function, as it runs."""
    return text_of(function).strip()


def sources_of(function: Callable[..., object], known: set[str]) -> str:
    """The source of a function, after that of its dependencies in the same folder that are not `known` yet.

    Adds their names to `known`. Names from elsewhere in the package are plain values, and are written as such.
    """
    module = sys.modules[function.__module__]
    return "\n\n\n".join(_pieces(module, function.__name__, known))


def _pieces(module: ModuleType, name: str, known: set[str]) -> Iterator[str]:
    pieces = _definitions(module)
    if name in known:
        return
    if name in (neighbours := _neighbours(module)):
        yield from _pieces(neighbours[name], name, known)
        return
    known.add(name)
    if name not in pieces:
        value = getattr(module, name, None)
        if isinstance(value, str):
            yield f'{name} = "{value}"'
        return
    text, needs = pieces[name]
    for need in needs:
        yield from _pieces(module, need, known)
    known.update(_assigned(text))
    yield text


@cache
def _neighbours(module: ModuleType) -> dict[str, ModuleType]:
    """By name, the modules of the same folder that a module imports from."""
    return {
        alias.name: importlib.import_module(f".{node.module}", module.__package__)
        for node in parse(text_of(module)).body
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }


@cache
def _definitions(module: ModuleType) -> dict[str, tuple[str, tuple[str, ...]]]:
    """By name, the source of each function and constant of a module, and the names that it uses."""
    text = text_of(module)
    found = {}
    for node in parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.Assign):
            names = dict.fromkeys(
                n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
            )
            piece = ast.get_source_segment(text, node) or ""
            comment = text.splitlines()[(node.end_lineno or 1) - 1][node.end_col_offset or 0 :]
            for name in [node.name] if isinstance(node, ast.FunctionDef) else _assigned(piece):
                found[name] = (piece + comment, tuple(names))
    return found


def _assigned(text: str) -> list[str]:
    node = parse(text).body[0]
    if not isinstance(node, ast.Assign):
        return []
    return [n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)]


def literal(table: Mapping[str, object], *, quoted: bool = True) -> str:
    """A dictionary as source, one entry a line. quoted: whether its values are values, or source already."""
    lines = "".join(
        f'    "{key}": {value!r},\n' if quoted else f'    "{key}": {value},\n' for key, value in table.items()
    )
    return f"{{\n{lines}}}"


def shown(name: str) -> str:
    """The name of a class as a picture has it: its beginning where it is long."""
    text = printable(name)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def listed(names: Sequence[str]) -> str:
    """ "a, b and c" of several names."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def minus(text: str) -> str:
    """Numbers with a minus sign in place of the hyphen."""
    return text.replace("-", "−")


def percent(share: float, decimals: int = 2) -> str:
    """ "81.37 %" of 0.8137."""
    return f"{100 * share:.{decimals}f} %"


def times(*numbers: int) -> str:
    """ "5×5×8"."""
    return "×".join(f"{number:,}" for number in numbers)


ADDRESS = re.compile(
    r"https?://([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?([/?#][\w.~:/?#@!$&*+,;=%-]{0,2000})?", re.ASCII | re.IGNORECASE
)
LOCAL = ("localhost", ".local", ".internal", ".lan", ".home.arpa")  # endings of names that no other network resolves


def checked_link(link: str | None) -> str | None:
    """The link if it is a plain web address that others can open too, else None."""
    return link if link and ADDRESS.fullmatch(link) and _is_public(link) else None


def _is_public(address: str) -> bool:
    """Whether the machine of an address is not this one and not one of a private network."""
    try:
        host = (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:  # a bracket without an address in it
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(LOCAL)

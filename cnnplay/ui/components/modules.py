"""ES modules joined into one: a browser fetches them at once, and from a blob, where needed, no `import` resolves.

Every module becomes a function called at once, so that the names of two modules cannot clash. The files stay as the
linter, the type checker and Node see them; browsers need no build. What is understood is the form that Biome lays out:
`import { a, b as c } from "./x.js";`, `import a from "./x.js";`, and `export` before a declaration or `{ a as b }`.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

IMPORT = re.compile(r'^import\s+(?:(?P<default>\w+)|\{(?P<names>[^}]*)\})\s+from\s+"(?P<path>[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?P<kind>(?:async )?function\*?|const|let|class) (?P<name>\w+)", re.MULTILINE)
EXPORT_LIST = re.compile(r"^export \{(?P<names>[^}]*)\};$", re.MULTILINE)
EXPORT_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
COMMENT = re.compile(r"^ *(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)\n", re.MULTILINE | re.DOTALL)  # on lines of its own
LEFT_OVER = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


class ModuleError(Exception):
    """A JavaScript module that cannot be joined with others."""


def join_modules(entry: Path) -> str:
    """One module whose default export is that of `entry`, with all that it imports in front of it.

    Raises:
        ModuleError: if a module imports a file or a name that does not exist, or itself through others, or in another
            form than those understood.
    """
    text, names = join_all([entry])
    return f"{text}\nexport default {names[entry.resolve()]}.default;\n"


def join_all(entries: Sequence[Path]) -> tuple[str, dict[Path, str]]:
    """All modules that `entries` need, as text, and for each its name there: an object with what it exports.

    Raises ModuleError, as `join_modules` does.
    """
    order = list(dict.fromkeys(path for entry in entries for path in imported_in_order(entry)))
    names = {path: f"$module{index}" for index, path in enumerate(order)}
    return "\n".join(_as_function(path, names) for path in order), names


def imported_in_order(entry: Path) -> list[Path]:
    """Every module that `entry` needs, each after those that it imports, `entry` last."""
    done: list[Path] = []

    def visit(path: Path, importers: tuple[Path, ...]) -> None:
        if path in importers:
            raise ModuleError(f"a circle of imports: {' -> '.join(one.name for one in (*importers, path))}")
        if path in done:
            return
        for target in _imports(path):
            visit(target, (*importers, path))
        done.append(path)

    visit(entry.resolve(), ())
    return done


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    return tuple(_checked_imports(path))


def _checked_imports(path: Path) -> Iterator[Path]:
    for match in IMPORT.finditer(_read(path)):
        target = (path.parent / match["path"]).resolve()
        if not match["path"].startswith(".") or not target.is_file():
            raise ModuleError(f"{path.name} imports {match['path']!r}, but there is no file {target}")
        missing = {name for name, _ in _pairs(match)} - _exports(target)
        if missing:
            raise ModuleError(f"{path.name} imports {', '.join(sorted(missing))}, which {target.name} does not export")
        yield target


def _as_function(path: Path, names: dict[Path, str]) -> str:
    text = _read(path)

    def bind(match: re.Match[str]) -> str:
        bound = ", ".join(name if name == local else f"{name}: {local}" for name, local in _pairs(match))
        return f"const {{ {bound} }} = {names[(path.parent / match['path']).resolve()]};"

    exports = [(match["name"], match["name"]) for match in EXPORT.finditer(text)]
    exports += [pair[::-1] for match in EXPORT_LIST.finditer(text) for pair in _pairs(match)]
    if EXPORT_DEFAULT.search(text):
        exports.append(("default", "$default"))
    body = EXPORT.sub(r"\g<kind> \g<name>", IMPORT.sub(bind, text))
    body = EXPORT_DEFAULT.sub("const $default = ", EXPORT_LIST.sub("", body), count=1)
    if left := LEFT_OVER.search(body):
        raise ModuleError(f"{path.name}: this form of import or export is not understood: {left[0]}")
    given = ", ".join(name if name == local else f"{name}: {local}" for name, local in exports)
    body = COMMENT.sub("", body)  # they need not travel
    return f"const {names[path]} = (() => {{\n{body}\nreturn {{ {given} }};\n}})();"


@cache
def _exports(path: Path) -> set[str]:
    text = _read(path)
    listed = {local for match in EXPORT_LIST.finditer(text) for _, local in _pairs(match)}
    default = {"default"} if EXPORT_DEFAULT.search(text) else set()
    return {match["name"] for match in EXPORT.finditer(text)} | listed | default


def _pairs(match: re.Match[str]) -> list[tuple[str, str]]:
    """The (name, local name) of an `{ a, b as c }`, or of a default import."""
    groups = match.groupdict()
    if groups.get("default"):
        return [("default", groups["default"])]
    parts = [part.split(" as ") for part in groups["names"].split(",") if part.strip()]
    return [(part[0].strip(), part[-1].strip()) for part in parts]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")

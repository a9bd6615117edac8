"""All components in one file with their styles, which a browser fetches once and keeps.

Streamlit sends the script and the styles of a component with every message about it: 110 of the 139 kB of each look at
the curves of a training. What travels instead is a line that imports this file from the server.
"""

import gzip
import hashlib
import json
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from threading import Event

from starlette.requests import Request
from starlette.responses import Response

from .modules import imported_in_order, join_all

SCRIPTS = Path(__file__).with_name("scripts")
STYLED = SCRIPTS / "shared" / "styled.js"
FOR_EVER = "public, max-age=31536000, immutable"  # a file's name says what is in it

# Where the line is cut it tries again, for as long as it takes: if this module failed, the browser would remember that,
# and show no such component until the page is loaded anew.
IMPORTING = """\
const folder = globalThis.__streamlit?.BACKEND_BASE_URL ?? new URL(".", location.href).href;
const load = async (failed = 0) => {
  try {
    return await import(`${folder}%(file)s${failed ? `?${failed}` : ""}`);
  } catch {
    await new Promise((done) => setTimeout(done, Math.min(500 * 2 ** failed, 4000)));
    return load(failed + 1);
  }
};
export default (await load()).components.%(name)s;
"""

_served = Event()


def is_served() -> bool:
    """Whether the server has a route for the file."""
    return _served.is_set()


def serve() -> Callable[[Request], Awaitable[Response]]:
    """What gives browsers the file. Components that are declared from then on are imported from there."""
    text = bundle().encode()
    packed = gzip.compress(text, mtime=0)

    async def answer(request: Request) -> Response:
        headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return Response(text, headers=headers, media_type="text/javascript")
        return Response(packed, headers=headers | {"Content-Encoding": "gzip"}, media_type="text/javascript")

    _served.set()
    return answer


def importing(name: str) -> str:
    """The module whose default export is the component of that name."""
    return IMPORTING % {"file": file_name(), "name": name}


def sheets(name: str) -> list[Path]:
    """The style sheets of a component: one for all, and those that lie beside its modules."""
    beside = (path.with_suffix(".css") for path in imported_in_order(entry(name)))
    return [SCRIPTS / "shared" / "base.css", *(path for path in beside if path.exists())]


def entry(name: str) -> Path:
    """The module that is the component."""
    return SCRIPTS / name / f"{name}.js"


@cache
def file_name() -> str:
    """Of the file, in the folder of the app. It tells the content: after a change another file is fetched."""
    return f"components-{hashlib.sha256(bundle().encode()).hexdigest()[:16]}.js"


@cache
def bundle() -> str:
    """A module that exports all components by their names."""
    names = sorted(path.stem for path in SCRIPTS.glob("*/*.js") if path.stem == path.parent.name)
    text, modules = join_all([STYLED, *map(entry, names)])
    styled = modules[STYLED]
    styles = list(dict.fromkeys(path for name in names for path in sheets(name)))
    texts = ",\n".join(f"{styled}.sheet({json.dumps(path.read_text(encoding='utf-8'))})" for path in styles)
    mounts = ",\n".join(
        f"{name}: {styled}.styled({modules[entry(name)]}.default, "
        f"[{', '.join(f'$sheets[{styles.index(path)}]' for path in sheets(name))}])"
        for name in names
    )
    return f"{text}\nconst $sheets = [\n{texts}\n];\nexport const components = {{\n{mounts}\n}};\n"

"""The HTML document with which every visit begins: Streamlit's own, and hints that let the browser begin sooner.

Streamlit sends the same document for every page, and learns what a page shows only from its script. Three hints help:
where the server is, which Streamlit otherwise guesses from the page's path with two requests that fail; the scripts of
our components and of the widgets on the page, which it otherwise fetches one after another as they come; and room for
the sidebar. A second script says so where an answer takes long.
"""

import re
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit import config

from .components import bundle
from .navigation import PAGES
from .streamlit_details import SCRIPTS, STATIC

HERE = Path(__file__).parent
ADDED = ("first_document", "late")  # a script and a style each
KINDS = ".js", ".css"
IMPORT = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")

# The scripts of Streamlit's own elements, by the names of their files without the hash: on every page ...
EVERYWHERE = ("Button", "BidiComponent", "PageLink")
# ... and on one page, as it opens.
WIDGETS: dict[str, tuple[str, ...]] = {
    "home": ("Html",),
    "course": ("Progress",),
    "convolution": ("Html",),
    "stride_padding": ("Html",),
    "pooling": (),
    "architecture": ("DownloadButton", "Html", "Table"),
    "training": ("Html", "Progress"),
    "experiments": ("FileUploader",),
    "inside": ("Html",),
    "draw": ("FileUploader", "Html"),
    "data": (),
    "export": ("DownloadButton", "Html", "ImageList"),
}


def routes() -> list[Route]:
    """One for each page, in front of Streamlit's own, and one for the components."""
    pages = [Route(_address("" if name == "home" else name), _answer(name)) for name in PAGES]
    return [*pages, Route(_address(bundle.file_name()), bundle.serve())]


def _address(name: str) -> str:
    """Of a page or a file, under the path where the server is."""
    parts = config.get_option("server.baseUrlPath").strip("/"), name
    return "/" + "/".join(filter(None, parts))


def _answer(name: str) -> Callable[[Request], Awaitable[HTMLResponse]]:
    async def answer(request: Request) -> HTMLResponse:
        return HTMLResponse(document(name), headers={"Cache-Control": "no-cache"})

    return answer


@cache
def document(name: str) -> str:
    """Streamlit's document with the hints for a page."""
    own = (STATIC / "index.html").read_text(encoding="utf-8")
    begin, style = ("\n".join((HERE / name).with_suffix(kind).read_text("utf-8") for name in ADDED) for kind in KINDS)
    files = bundle.file_name(), *(f"static/js/{script}" for script in scripts(name))
    links = (f'<link rel="modulepreload" crossorigin href="./{file}">' for file in files)
    hints = "\n".join([f"<script>\n{begin}</script>", *links, f"<style>\n{style}</style>"])
    return own.replace("<script", f"{hints}\n<script", 1)


def scripts(name: str) -> list[str]:
    """The files of the page's widgets and of all that they import, without those that the document has anyway."""
    own = (STATIC / "index.html").read_text(encoding="utf-8")
    found: list[str] = []
    todo = [file.name for widget in (*EVERYWHERE, *WIDGETS[name]) for file in SCRIPTS.glob(f"{widget}.*.js")]
    while todo:
        file = todo.pop(0)
        if file not in found and file not in own:
            found.append(file)
            todo += IMPORT.findall((SCRIPTS / file).read_text(encoding="utf-8"))
    return found

"""What the server does when it starts, before anybody visits."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from streamlit.starlette import App

from ..engine.engine import shared_engine
from .log import log_to_console
from .streamlit_details import ORDER, holds, report


@asynccontextmanager
async def lifespan(app: App) -> AsyncGenerator[None]:
    """The engine makes itself ready in its own thread while the server waits for its first visitor."""
    log_to_console()
    report()
    if all(map(holds, ORDER)):
        from .crowd import keep_shares  # what they need is there
        from .downloads import keep_downloads
        from .reruns import correct_streamlit

        correct_streamlit()
        keep_shares()
        keep_downloads()
    shared_engine()
    yield

"""What the server does when it starts, before anybody visits."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from streamlit.starlette import App

from ..engine.engine import shared_engine
from .downloads import keep_downloads
from .navigation import log_to_console
from .reruns import correct_streamlit


@asynccontextmanager
async def lifespan(app: App) -> AsyncGenerator[None]:
    """The engine makes itself ready in its own thread while the server waits for its first visitor."""
    log_to_console()
    correct_streamlit()
    keep_downloads()
    shared_engine()
    yield

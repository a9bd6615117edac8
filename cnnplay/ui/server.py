"""What the server does when it starts, before anybody visits."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module
from threading import Thread

from streamlit.starlette import App

from ..engine.engine import shared_engine
from .log import log_to_console
from .streamlit_details import CORRECTIONS, holds, report


@asynccontextmanager
async def lifespan(app: App) -> AsyncGenerator[None]:
    """The engine makes itself ready in its own thread while the server waits for its first visitor."""
    log_to_console()
    Thread(target=report, name="cnnplay-streamlit-details").start()
    for (module, function), needed in CORRECTIONS.items():
        if all(map(holds, needed)):  # what another release has changed stays as it is there
            getattr(import_module(f".{module}", __package__), function)()
    shared_engine()
    yield

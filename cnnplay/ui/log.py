"""The server's log: one line for each event, whatever a message quotes.

Of what visitors enter it holds only networks' texts, and what Streamlit quotes of a forged request.
"""

import logging
from typing import Any

from ..caching import once
from ..words import printable

# What is logged from which level on. Below Streamlit is uvicorn, and nothing else says when its errors happened.
LEVELS = {"cnnplay": logging.INFO, "uvicorn.error": logging.WARNING}
MOST = 500  # letters of a message
INDENT = "    | "  # before each line of a traceback: none of them looks like an entry


class CleanRecord(logging.LogRecord):
    """An entry without line breaks, escape sequences and what else a terminal carries out.

    All loggers of the process make theirs of it: Streamlit quotes what a browser has sent.
    """

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        if isinstance(self.exc_info, tuple) and self.exc_info[0] is not None:
            self.exc_text = _indented(self.exc_info)

    def getMessage(self) -> str:  # noqa: N802
        """As the standard library calls it."""
        message = printable(super().getMessage().strip())
        return message if len(message) <= MOST else f"{message[:MOST]}…"


def is_news(record: logging.LogRecord) -> bool:
    """Whether an entry of the server says anything new.

    Where a tab closes at the wrong moment, Streamlit 1.67 tries to close its connection again. Starlette takes that for
    an error, and nothing is lost by it: Streamlit ends the session as it does whenever a tab closes.
    """
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    return not (type(error).__name__ == "WebSocketDisconnected" and "close message has been sent" in str(error))


def _indented(error: Any) -> str:
    lines = logging.Formatter().formatException(error).split("\n")
    return "\n".join(INDENT + printable(line)[:MOST] for line in lines)


@once
def log_to_console() -> None:
    """Log what the engine does, with runs by the first letters of their ids; and keep every entry clean."""
    logging.setLogRecordFactory(CleanRecord)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for name, level in LEVELS.items():
        log = logging.getLogger(name)
        log.setLevel(level)
        if not log.hasHandlers():
            log.addHandler(handler)
    logging.getLogger("uvicorn.error").addFilter(is_news)

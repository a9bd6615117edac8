"""Text from outside in what Streamlit reads as Markdown: shown as it stands, letter for letter."""

import re

from ..words import printable

NO_BREAK = "\u00a0"
JOINER = "\u2060"  # takes no room and joins what stands beside it
# Streamlit looks for these after it has read the escapes: addresses, mail addresses, icons and its logo, and arrows.
LATE = re.compile(
    r"(?<=:)(?=/)|(?<=www)(?=\.)|(?<=@)(?=[\w-])|(?<=:)(?=material_|streamlit:)|(?<=[<~>-])(?=[>=-])", re.IGNORECASE
)
MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Text of a link, a field or a file as Markdown that shows it, in one line: nothing in it is a mark or a link."""
    line = NO_BREAK.join(map(printable, re.sub(r"[^\S\u00a0]+", " ", text).strip(" ").split(NO_BREAK)))
    return MARKS.sub(r"\\\1", LATE.sub(JOINER, line))

"""A line of text and a button that copies it."""

from .component import component

_COMPONENT = component(
    "copy",
    html='<div class="component copy"><input type="text" readonly data-testid="copy-text"><button type="button" '
    'data-testid="copy-button">Copy</button><span role="status" class="unseen"></span></div>',
)


def copy(text: str, *, label: str, key: str) -> None:
    """Show a line of text with a button that copies it to the clipboard and confirms it.

    Args:
        text: what is copied, shown as it stands.
        label: what it is, for those who do not see it.
        key: the Streamlit key, one for every such text on a page.
    """
    _COMPONENT(key=key, data={"text": text, "label": label}, height="content")

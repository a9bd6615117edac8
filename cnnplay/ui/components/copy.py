"""A text to be copied, and the button that does it."""

from .component import component

_COMPONENT = component(
    "copy",
    html='<div class="copy"><input type="text" readonly data-testid="copy-text"><button type="button" '
    'data-testid="copy-button">Copy</button><span role="status" class="unseen"></span></div>',
)


def copy(text: str, *, label: str, key: str) -> None:
    """A text in a line, with a button that puts it on the clipboard and says so.

    Args:
        text: what is copied, shown as it stands.
        label: what it is, for those who do not see it.
        key: the Streamlit key, one for every such text on a page.
    """
    _COMPONENT(key=key, data={"text": text, "label": label}, height="content")

"""The browser's address, which follows what is chosen without adding steps to its history."""

from .component import component, ignore

_address = component("address")


def address(path: str, query: str, *, key: str = "address") -> None:
    """Give the page at `path` these parameters, where the browser still shows it.

    When the page finds its server again after a while, it asks to be drawn anew.
    """
    _address(data={"path": path, "query": query}, key=key, on_connected_change=ignore)

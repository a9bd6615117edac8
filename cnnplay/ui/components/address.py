"""The browser's address, which follows what is chosen without adding steps to its history."""

from .component import component

_address = component("address")


def address(path: str, query: str, *, key: str = "address") -> None:
    """Give the page at `path` these parameters, where the browser still shows it."""
    _address(data={"path": path, "query": query}, key=key)

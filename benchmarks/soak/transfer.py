"""Files that go up and down, as a browser sends and fetches them."""

import asyncio
import re
import urllib.error
import urllib.request
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, DeferredFileRequestPayload
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLsRequest, UploadedFileInfo
from streamlit.proto.WidgetStates_pb2 import WidgetState

from ..load.tab import TabError
from .page import PageTab

PATIENCE = 60.0  # seconds
REFUSED = 413  # the status for a file that is not taken


async def upload(tab: PageTab, port: int, widget: str, name: str, content: bytes) -> bool:
    """Give a file to an uploader; whether the server has taken it."""
    answer = await tab.request(file_urls_request=FileURLsRequest(file_names=[name]))
    (urls,) = answer.file_urls
    status = await asyncio.to_thread(_put, f"http://127.0.0.1:{port}{urls.upload_url}", port, name, content)
    if status >= 300:
        return False
    info = UploadedFileInfo(name=name, size=len(content), file_id=urls.file_id, file_urls=urls)
    state = FileUploaderState(uploaded_file_info=[info])
    await tab.set_state(WidgetState(id=widget, file_uploader_state_value=state))
    return True


async def download(tab: PageTab, port: int, button: Any) -> bytes:
    """What a download button gives. Raises TabError where that is nothing."""
    url = button.url
    if button.deferred_file_id:
        payload = DeferredFileRequestPayload(file_id=button.deferred_file_id)
        answer = await tab.request(backend_operation_request=BackendOperationRequest(deferred_file=payload))
        if answer.error_msg:
            raise TabError(f"The download {button.label!r} failed: {answer.error_msg}")
        url = answer.deferred_file.url
    status, content = await asyncio.to_thread(_get, f"http://127.0.0.1:{port}{url}")
    if status != 200 or not content:
        raise TabError(f"The download {button.label!r} gave {len(content)} bytes with status {status}.")
    return content


def _get(address: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""


def _put(address: str, port: int, name: str, content: bytes) -> int:
    """The status that the server answers with."""
    token = _token(port)
    edge = "----soak"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
    body = f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + f"\r\n--{edge}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "X-Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}",
    }
    request = urllib.request.Request(address, body, headers, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except ConnectionError:  # it does not read a file to its end that it does not take
        return REFUSED
    except urllib.error.URLError as error:  # the same while the file is still being sent
        if isinstance(error.reason, ConnectionError):
            return REFUSED
        raise


def _token(port: int) -> str:
    """The token by which the server knows its own pages again."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=PATIENCE) as answer:
        found = re.search(r"_streamlit_xsrf=([^;]+)", answer.headers.get("Set-Cookie", ""))
    return found[1] if found else ""

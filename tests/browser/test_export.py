"""Taking it home and bringing it back, in a real browser."""

import io
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from cnnplay.export.saved_run import load
from tests.browser.conftest import visitor
from tests.browser.driving import button, choose, go, open_page, open_tab, settle

QUICK = "net=conv3k5s3-relu-flatten-dense10&epochs=1&images=1000&batch=50"


def train(page: Page, app: str) -> str:
    """A quick run; the accuracy that the page names."""
    open_page(page, f"{app}/training?{QUICK}")
    button(page, "Start").click()
    expect(page.get_by_text(re.compile("filters, .* finished"))).to_be_visible()
    settle(page)
    return page.get_by_test_id("stMetricValue").first.inner_text()


def download(page: Page, label: str) -> bytes:
    with page.expect_download() as waiting:
        button(page, label).first.click()
    return Path(waiting.value.path()).read_bytes()


def test_what_was_trained_goes_home_and_comes_back(page: Page, app: str, chromium: Browser, tmp_path: Path):
    accuracy = train(page, app)
    go(page, "Take it home")
    counted = page.get_by_text(re.compile(r"Everything in one zip.* \d+ files"))
    files = int(re.search(r"(\d+) files", counted.inner_text())[1])
    page.get_by_text("With all of MNIST").click()  # off: 11 MB less to pack
    expect(counted).to_contain_text(f"{files - 1} files")
    settle(page)
    with zipfile.ZipFile(io.BytesIO(download(page, "Take everything home"))) as archive:
        names = set(archive.namelist())
        readme = archive.read("README.md").decode()
        weights = archive.read("weights.safetensors")
        assert archive.testzip() is None
    assert {name for name in names if f"| {name} |" in readme} == names - {"README.md"}
    assert {"lesson.html", "lesson_keras.ipynb", "network_pytorch.py", "history.csv", "figures/curves.svg"} <= names
    assert "mnist.npz" not in names
    saved = load(weights)
    assert f"{100 * saved.history.epochs[-1].test.accuracy:.2f} %" == accuracy
    file = tmp_path / "weights.safetensors"
    file.write_bytes(weights)
    with visitor(chromium) as other:
        open_page(other, f"{app}/export")
        open_tab(other, "Weights")
        other.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
        expect(other.get_by_text("Opened as run 1")).to_be_visible()
        expect(other).to_have_url(re.compile("net=conv3k5s3-relu-flatten-dense10"))
        settle(other)
        go(other, "Training")
        expect(other.get_by_text(re.compile("filters, .* finished"))).to_be_visible()
        expect(other.get_by_test_id("stMetricValue").first).to_have_text(accuracy)


def test_a_file_that_is_none_is_a_sentence(page: Page, app: str, tmp_path: Path):
    file = tmp_path / "weights.safetensors"
    file.write_bytes(b"\x80\x04N.")
    open_page(page, f"{app}/export")
    open_tab(page, "Weights")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    expect(page.get_by_role("alert").get_by_text("take a file that this playground has saved")).to_be_visible()


def test_the_link_opens_what_was_shared(page: Page, app: str, chromium: Browser):
    open_page(page, f"{app}/export?net=conv9k4-tanh-mean2-flatten-dense10&seed=11&rate=0.02")
    open_tab(page, "Link")
    choose(page, "It opens the page", "Architecture")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    main = page.get_by_test_id("stMain")
    expect(main.get_by_test_id("copy-text")).to_have_value(re.compile(r"/architecture\?"))
    settle(page)
    main.get_by_test_id("copy-button").click()
    expect(main.get_by_test_id("copy-button")).to_have_text("Copied")
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.startswith(f"{app}/architecture?")
    with visitor(chromium) as other:
        open_page(other, address)
        expect(other.get_by_role("heading", level=1, name="Architecture")).to_be_visible()
        expect(other).to_have_url(address)


def test_the_lesson_can_be_read_on_the_page(page: Page, app: str):
    open_page(page, f"{app}/export")
    page.get_by_text("Read the page here").click()
    lesson = page.frame_locator("[data-testid=stIFrame]")
    expect(lesson.get_by_role("heading", level=1)).to_be_visible()
    answer = lesson.locator("details").first
    answer.locator("summary").click()
    expect(answer).to_have_attribute("open", "")


def test_it_fits_a_phone(page: Page, app: str):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{app}/export")
    for tab in ("Lesson", "Code", "Weights", "Figures and tables", "Link"):
        open_tab(page, tab)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("element => element.scrollWidth <= element.clientWidth")

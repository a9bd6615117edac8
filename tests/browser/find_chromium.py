"""Find a Chromium that starts, or install one: `python tests/browser/find_chromium.py` prints its path.

Looked for in this order: the environment variable CHROMIUM, Playwright's own browser, the PATH.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

# The headless shell is the same browser without all that a window needs: a page costs a third less.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PLAYWRIGHT = (sys.executable, "-m", "playwright")
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as s; p = s().start(); print(p.chromium.executable_path); p.stop()"
)
SYSTEM_INSTALL = {  # package manager -> its commands, run as root only, until there is a browser
    "apt-get": (
        "apt-get update",
        "apt-get install -y --no-install-recommends chromium-headless-shell",
        "apt-get install -y --no-install-recommends chromium",
    ),
    "dnf": ("dnf install -y chromium",),
    "apk": ("apk add --no-cache chromium",),
    "pacman": ("pacman -Sy --noconfirm chromium",),
}
WAY_OUT = (
    "Install Chromium or Google Chrome, or set CHROMIUM to the path of one, "
    "or leave the browser tests out with: make test BROWSER=no"
)


class NoChromiumError(RuntimeError):
    """There is no Chromium that starts; the message is one sentence for a person, and the way out."""


def find_chromium() -> Path | None:
    """The path of a Chromium that starts, or None. Where CHROMIUM is set, it alone counts."""
    if named := os.environ.get("CHROMIUM"):
        candidates = [shutil.which(named)]
    else:
        candidates = [_playwrights_own(), *map(shutil.which, NAMES)]
    return next((Path(path) for path in candidates if path and _starts(path)), None)


def install_chromium() -> Path:
    """Install a Chromium and give its path: Playwright's, else the system's package (as root).

    Raises NoChromiumError where neither works.
    """
    if named := os.environ.get("CHROMIUM"):
        raise NoChromiumError(f"CHROMIUM is set to {named}, which does not start as a browser. {WAY_OUT}")
    _run([*PLAYWRIGHT, "install", "chromium"], seconds=300)
    if found := find_chromium():
        return found
    if _is_root():
        if _playwrights_own() and shutil.which("apt-get"):  # the browser is there, its libraries are not
            _run([*PLAYWRIGHT, "install-deps", "chromium"], seconds=900)
            if found := find_chromium():
                return found
        manager = next(filter(shutil.which, SYSTEM_INSTALL), None)
        for command in SYSTEM_INSTALL.get(manager or "", ()):
            _run(command.split(), seconds=900)
            if found := find_chromium():
                return found
        tried = f"nor could {manager} install one" if manager else "and there is no package manager known here"
    else:
        tried = "and the system's package manager needs root"
    raise NoChromiumError(
        f"The browser tests need a Chromium: none was found, Playwright could not download one, {tried}. {WAY_OUT}"
    )


def _playwrights_own() -> str | None:
    """Where Playwright keeps its browser, if it is there. Asked in a process of its own: the caller may be using it."""
    path = _output([sys.executable, "-c", ASK_PLAYWRIGHT])
    return path if path and Path(path).exists() else None


def _starts(path: str) -> bool:
    """Whether it answers with a version: Ubuntu's stub for a snap, or a browser without its libraries, does not."""
    return _output([path, "--version"]) is not None


def _output(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _run(command: list[str], seconds: float) -> None:
    """Run a command, its output on stderr; end it and its children after a time limit. It may fail."""
    print("+", *command, file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment, start_new_session=True
        )
    except OSError as error:
        print(error, file=sys.stderr)
        return
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"No end after {seconds:.0f} seconds: given up.", file=sys.stderr)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


if __name__ == "__main__":
    try:
        print(find_chromium() or install_chromium())
    except NoChromiumError as error:
        sys.exit(str(error))

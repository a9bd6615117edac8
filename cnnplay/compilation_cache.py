"""Compiled programs on disk: a network that was trained on this machine before takes its first step at once.

JAX keeps them, and finds one by a hash of its text, of the compiler's options and of JAX's version. On a CPU the hash
leaves out the processor, although a program may use instructions that another processor lacks: so each kind of
processor has a folder of its own.

CNNPLAY_COMPILATION_CACHE names the folder of all of them, else it is in the user's folder for caches. Where it says
"off", nothing is kept.
"""

import hashlib
import logging
import os
import platform
import stat
import zlib
from collections.abc import Iterator
from contextlib import suppress
from operator import itemgetter
from pathlib import Path
from typing import Any

import platformdirs

VARIABLE, OFF = "CNNPLAY_COMPILATION_CACHE", "off"
MOST_BYTES = 64_000_000  # of all programs; those of a network are about 100,000
LAST = 16  # programs that may not have been written to their end when the process before was killed
CPU_INFO = Path("/proc/cpuinfo")
# The lines of it that tell one kind of processor from another, on x86 and on ARM.
KIND = {"vendor_id", "cpu family", "model", "model name", "flags", "CPU implementer", "CPU part", "Features"}

WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH

log = logging.getLogger(__name__)


def use(folder: Path | None = None) -> Path | None:
    """Let JAX keep the programs that it compiles from now on, and return where.

    None where the folder cannot be written, or where others can write in it or exchange it: their programs would run
    here. Settings of JAX's own, such as JAX_COMPILATION_CACHE_DIR, have precedence, and are not checked.

    folder: of all kinds of processors. Call it before anything that is to be found again is compiled.
    """
    import jax
    from jax.experimental.compilation_cache import compilation_cache

    if not _setting("jax_enable_compilation_cache"):
        return None
    if own := _setting("jax_compilation_cache_dir"):
        return Path(own)
    if (programs := _prepared(folder or _default_folder())) is None:
        return None
    settings = {
        "jax_compilation_cache_dir": str(programs),
        # By default only programs that took a second to compile: ours are many small ones.
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    for name, value in settings.items():
        jax.config.update(name, value)  # type: ignore[no-untyped-call]
    compilation_cache.reset_cache()  # else nothing changes where something has been compiled before
    delete_damaged(programs)
    prune()
    return programs


def prune() -> None:
    """Delete what goes beyond MOST_BYTES from the folder that `use` returned, and from those of other processors."""
    folder = _setting("jax_compilation_cache_dir")
    if folder and Path(folder).name == _kind_of_processor():  # else JAX was told of it by somebody else
        keep_latest(Path(folder).parent, MOST_BYTES)


def _setting(name: str) -> Any:
    """A setting of JAX, which names them in no type."""
    import jax

    return getattr(jax.config, name)


def delete_damaged(folder: Path) -> None:
    """Delete programs that are not whole: JAX would warn of them at each start, and never write them again.

    Empty ones, from a full disk; and of the LAST that were written those that end too early.
    """
    files = [(status.st_mtime, status.st_size, file) for status, file in _programs(folder)]
    for number, (_, size, file) in enumerate(sorted(files, key=itemgetter(0), reverse=True)):
        if not size or (number < LAST and not _is_whole(file)):
            _delete(file)


def _is_whole(file: Path) -> bool:
    """Whether a program can be unpacked; taken for granted where JAX has packed it by Zstandard."""
    try:
        packed = file.read_bytes()
        if not packed.startswith(b"\x28\xb5\x2f\xfd"):
            zlib.decompress(packed)
    except zlib.error:
        return False
    except OSError:  # another process was first
        pass
    return True


def keep_latest(folder: Path, most_bytes: int) -> None:
    """Delete the programs that have not been read for longest, until the others take `most_bytes` or less.

    folder: of the folders of all kinds of processors.
    """
    total = 0
    files = [(max(status.st_atime, status.st_mtime), status.st_size, file) for status, file in _programs(folder, "*")]
    for _, size, file in sorted(files, reverse=True):
        total += size
        if total > most_bytes:
            _delete(file)


def _programs(folder: Path, kinds: str = ".") -> Iterator[tuple[os.stat_result, Path]]:
    """The programs in a folder, or in those below it whose names match."""
    for file in folder.glob(f"{kinds}/*-cache"):
        with suppress(OSError):
            yield file.stat(), file


def _delete(file: Path) -> None:
    with suppress(OSError):  # another process was first
        file.unlink()


def _default_folder() -> Path | None:
    given = os.environ.get(VARIABLE, "")
    if given == OFF:
        return None
    return Path(given) if given else platformdirs.user_cache_path("cnnplay") / "programs"


def _prepared(folder: Path | None) -> Path | None:
    """The folder of this kind of processor, which is there and which we alone can write or exchange; else None."""
    if folder is None:
        return None
    try:
        programs = folder.resolve() / _kind_of_processor()
        for part in (*reversed(programs.parents), programs):
            part.mkdir(mode=0o700, exist_ok=True)
        open_folder = _open_to_others(programs)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        log.info("compiled programs are not kept: %s", error)
        return None
    if open_folder:
        log.warning("compiled programs are not kept: others can write in %s", open_folder)
        return None
    return programs if os.access(programs, os.W_OK | os.X_OK) else None


def _open_to_others(programs: Path) -> Path | None:
    """The folder itself or one above it, where another user could exchange what is in it; None if there is none."""
    if not hasattr(os, "geteuid"):
        return None
    for folder in (programs, *programs.parents):
        status = folder.stat()
        ours = status.st_uid == os.geteuid() or (status.st_uid == 0 and folder != programs)
        # In a sticky folder, such as /tmp, everybody can write, but only the owner can exchange what is there.
        safe = not status.st_mode & WRITABLE_BY_OTHERS or (status.st_mode & stat.S_ISVTX and folder != programs)
        if not (ours and safe):
            return folder
    return None


def _kind_of_processor() -> str:
    """A hash of the processor, of what it can do, and of how many cores the process has.

    A program is compiled for a number of cores: it divides its loops among them.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    description = [platform.machine(), platform.system(), str(cores), *_processor()]
    return hashlib.sha256("\n".join(description).encode()).hexdigest()[:16]


def _processor() -> list[str]:
    """What Linux says of its first core; elsewhere the processor's name, and the computer's."""
    try:
        first = CPU_INFO.read_text("utf-8", "replace").split("\n\n")[0]
    except OSError:
        return [platform.processor(), platform.node()]
    return [line for line in first.splitlines() if line.partition(":")[0].strip() in KIND]

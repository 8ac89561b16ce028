"""Where compiled code is kept: beside this package, or in the user's cache; never where somebody else can write.

A file's name starts with its source and function, and the digest of the text; a checksum comes first in it.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from relupoly.disk.drafts import drafted, sweep
from relupoly.disk.ownership import Untrusted, is_ours, opened_folder, trusted_bytes
from relupoly.disk.plain import descriptor_of, is_plain
from relupoly.jit.processor import processor

_CHECKSUM = hashlib.sha256().digest_size
_PACKAGE = "kernel"
_ROOT = Path(__file__).parents[1]
_IMPORT = re.compile(rb"^(?:from|import) relupoly\.([\w.]+)", re.MULTILINE)
# What is in these files of ours is in the machine code, too.
_SHAPING = ("arguments.py", "fallback.py", "image.py", "kernel.py", "numba_parts.py", "object_code.py")
DIGITS = 16  # of a digest in a name, 64 bits: texts that are not made to collide do not
_READABLE_BY_ALL = 0o644


def folders() -> list[Path]:
    """Where compiled code may be: where NUMBA_CACHE_DIR says; else beside this package, or in the user's cache."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return [Path(chosen)]
    places = [Path(__file__).parent / "__pycache__"]
    # Without a home there is no cache of the user's.
    with contextlib.suppress(RuntimeError):
        places.append(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "relupoly")
    return places


def stem(source: Path, name: str) -> str:
    """How the names of all files begin that hold the code of a function, as its source is now, for this processor."""
    return f"{source.stem}.{name}-{_digest_here(source)}"


@functools.cache
def _digest_here(source: Path) -> str:
    """What names a text and this processor: what another one has compiled is not there for us."""
    return hashlib.sha256(f"{digest(source)} {processor()}".encode()).hexdigest()[:DIGITS]


@functools.cache
def digest(source: Path) -> str:
    """What names the text that compiled code depends on.

    It is that of the source file, or of its folder if it is a `kernel`; and of what these import from elsewhere in this
    package, and that in turn: functions and constants become part of the machine code.
    """
    texts = sorted(source.parent.glob("*.py")) if source.parent.name == _PACKAGE else [source]
    imported, waiting = set[Path](), list(texts)
    while waiting:
        found = set(_imported(waiting.pop().read_bytes())) - imported - set(texts)
        imported |= found
        waiting += found
    shaping = [Path(__file__).with_name(name) for name in _SHAPING]
    return hashlib.sha256(b"".join(text.read_bytes() for text in (*texts, *sorted(imported), *shaping))).hexdigest()[:DIGITS]


def _imported(text: bytes) -> list[Path]:
    """The files that a text imports from this package; all of a folder's, where the folder is named; none of `relupoly.jit`."""
    names = [name.decode().split(".") for name in _IMPORT.findall(text)]
    places = [_ROOT.joinpath(*name) for name in names if name[0] != Path(__file__).parent.name]
    files = [sorted(place.glob("*.py")) if place.is_dir() else [place.with_suffix(".py")] for place in places]
    return [file for some in files for file in some]


def is_kept(beginning: str) -> bool:
    """Whether a file whose name begins like that and a dash seems to be there; it is not opened."""
    for path in folders():
        with contextlib.suppress(OSError), opened_folder(path) as folder:
            if any(_is_trusted(folder, name) for name in os.listdir(folder) if name.startswith(f"{beginning}-")):
                return True
    return False


def first_bytes(beginning: str, count: int) -> set[bytes]:
    """The first bytes of all files whose names begin like that and a dash, if they are as long."""
    found = set()
    for path in folders():
        with contextlib.suppress(OSError), opened_folder(path) as folder:
            for name in os.listdir(folder):
                if name.startswith(f"{beginning}-") and _is_trusted(folder, name):
                    with open(descriptor_of(name, folder), "rb") as stream:
                        found.add(stream.read(_CHECKSUM + count)[_CHECKSUM:])
    return found


def kept(name: str) -> bytes | None:
    """What is kept under a name; None if it is not there, damaged, or somebody else could have written it."""
    for path in folders():
        with contextlib.suppress(OSError), opened_folder(path) as folder:
            content = trusted_bytes(folder, name)
            if hashlib.sha256(content[_CHECKSUM:]).digest() == content[:_CHECKSUM]:
                return content[_CHECKSUM:]
    return None


def keep(name: str, content: bytes) -> bool:
    """Write a file to the first folder that lets itself be written to, whole or not at all; whether there is one."""
    for folder in writable_folders():
        with contextlib.suppress(OSError):
            _write(folder, name, hashlib.sha256(content).digest() + content)
            return True
    return False


def obstacle() -> str | None:
    """Why nothing can be kept, in a line; None if it can."""
    reasons = []
    for path in folders():
        try:
            with opened_folder(path, create=True) as folder:
                if os.access(".", os.W_OK, dir_fd=folder):
                    return None
                reasons.append(f"{path} cannot be written")
        except Untrusted as error:
            reasons.append(str(error))
        except OSError as error:
            reasons.append(f"{path} cannot be used ({error.strerror})")
    return "; ".join(reasons)


def place() -> Path | None:
    """The folder that what is compiled now will be in; None if nothing can be kept."""
    for path in folders():
        with contextlib.suppress(OSError), opened_folder(path, create=True) as folder:
            if os.access(".", os.W_OK, dir_fd=folder):
                return path
    return None


def _is_trusted(folder: int, name: str) -> bool:
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    return is_plain(status) and is_ours(status)


def writable_folders() -> Iterator[int]:
    """Descriptors of the folders that can be opened, made where they are missing; each is open until the next is asked for."""
    for path in folders():
        with contextlib.suppress(OSError), opened_folder(path, create=True) as folder:
            yield folder


def _write(folder: int, name: str, content: bytes) -> None:
    # Nothing is lost if a power cut undoes this: the checksum says so, and what is missing is compiled again.
    sweep(folder)
    with drafted(Path(name), folder, _READABLE_BY_ALL) as (draft, stream):
        stream.write(content)
        stream.flush()
        os.replace(draft, name, src_dir_fd=folder, dst_dir_fd=folder)

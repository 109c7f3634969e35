"""Files as they stand: regular ones, of bearable size, that hold still while they are read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from comity.core.errors import UnreadableInput

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read."""


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a regular file.

    Raises:
        UnreadableInput: if the path is no regular file (a folder, a pipe, a device), is too large, cannot be
            opened, or changes while it is read.
    """
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}", "name a file that exists and may be read") from None
    try:
        return _read(handle, path)
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}", "name a file that may be read") from None
    finally:
        os.close(handle)


def _read(handle: int, path: Path) -> bytes:
    before = os.fstat(handle)
    if not stat.S_ISREG(before.st_mode):
        raise UnreadableInput(f"{path} is no regular file", "name a file, not a folder, pipe or device")
    if before.st_size > MAX_BYTES:
        raise UnreadableInput(f"{path} has {before.st_size:,} bytes", f"at most {MAX_BYTES:,} are read: split it")
    parts = []
    size = 0
    while part := os.read(handle, 1 << 20):
        size += len(part)
        if size > before.st_size:
            raise UnreadableInput(f"{path} grew while it was read", "wait until it is written, then read it again")
        parts.append(part)
    after = os.fstat(handle)
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size) or size != before.st_size:
        raise UnreadableInput(f"{path} changed while it was read", "wait until it is written, then read it again")
    return b"".join(parts)

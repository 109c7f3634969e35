"""Text files that a person writes: read as UTF-8, or refused with the file's name and line."""

from __future__ import annotations

from pathlib import Path

from comity.core.errors import UnreadableInput


def read_utf8(path: Path, hint: str = "write the file anew, as UTF-8") -> str:
    """Return the text of a file, without the byte order mark that some editors write before it.

    Raises:
        UnreadableInput: if it cannot be opened, or is no UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror or error}", hint) from None
    return as_utf8(content, str(path), hint)


def as_utf8(content: bytes, name: str, hint: str = "write it anew, as UTF-8") -> str:
    """Return bytes as text; ``name`` says in an error what they are.

    Raises:
        UnreadableInput: if they are no UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableInput(f"{name}:{line} is no UTF-8: byte 0x{error.object[error.start]:02x}", hint) from None

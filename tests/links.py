"""Where the links of a page lead."""

from __future__ import annotations

from pathlib import PurePosixPath


def target_of(name: str, path: str) -> str:
    """Return the file that a relative link leads to, from the file that it stands in.

    >>> target_of("id/actor/china.html", "../act.html"), target_of("index.html", "")
    ('id/act.html', 'index.html')
    """
    if not path:
        return name
    parts: list[str] = []
    for part in (PurePosixPath(name).parent / path).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)

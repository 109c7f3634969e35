"""Programs of Debian, and ports for them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess


def program(package: str, *names: str) -> str:
    """Return the path of a package's program, which apt-get installs if it is not there.

    Args:
        package: of Debian.
        names: what the program may be called; without one, as the package is.
    """
    found = _found(names or (package,))
    if found is None:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", package]):
            done = subprocess.run(["apt-get", "-q", *command], env=quiet, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        found = _found(names or (package,))
    assert found, f"{package} is not there and cannot be installed"
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _found(names: tuple[str, ...]) -> str | None:
    path = f"{os.environ['PATH']}:/usr/sbin"
    return next(filter(None, (shutil.which(name, path=path) for name in names)), None)

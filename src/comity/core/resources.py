"""Where the project that comes with the package stands: in a wheel beside the code, in a checkout at the top."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from comity.core.errors import CannotRun


def bundled_project() -> Path:
    """Return the folder of the project that comes with the package (it holds a ``comity.toml``).

    Raises:
        CannotRun: if the package was installed without it.
    """
    package = Path(str(resources.files("comity")))
    for folder in (package / "project", package.parent.parent):
        if (folder / "comity.toml").is_file():
            return folder
    raise CannotRun("this installation of comity holds no project", "install it again from a complete wheel")

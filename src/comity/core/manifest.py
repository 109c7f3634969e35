"""Digests of what went into a build and what came out, so that a build with nothing to do does nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NoReturn

from comity.core.errors import UnreadableInput
from comity.core.output import write_file
from comity.core.project import FILE_NAME, FOLDERS, Project

ENGINE_PACKAGES = ("pyoxigraph", "minijinja", "rdflib", "pyshacl")
"""Packages whose version may change the bytes or the judgement of a build."""


AUDIT_RECORD = "audit.json"
"""The outcome of the last audit, in the build folder: the next build shows it."""


def input_digest(project: Project) -> str:
    """Return one SHA-256 over everything that a build reads: the project's files and the engine itself."""
    package = Path(__file__).parent.parent
    folders = [getattr(project, name) for name in FOLDERS if name != "build"]
    record = project.build / AUDIT_RECORD
    files = [project.root / FILE_NAME, *_files(folders), *_files([package]), *([record] if record.is_file() else [])]
    named = ((_name(path, project.root, package), path) for path in files)
    return _digest(f"{_versions()}\n{_settings(project)}", named)


def code_digest(packages: Iterable[str]) -> str:
    """Return one SHA-256 over our own code and the versions of some packages, of which some may not be installed."""
    return _digest(_versions(packages), _code())


def _code() -> list[tuple[str, Path]]:
    package = Path(__file__).parent.parent
    return [(path.relative_to(package).as_posix(), path) for path in _files([package]) if path.suffix == ".py"]


def _versions(packages: Iterable[str] = ENGINE_PACKAGES) -> str:
    return "\n".join(f"{name} {_version(name)}" for name in packages)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _settings(project: Project) -> str:
    texts = [sorted(project.title.items()), sorted(project.tagline.items())]
    chosen = f"{project.languages} {project.license} {texts} {project.questions} {project.ways}"
    return f"{project.base} {project.host} {chosen}"


def tree_digest(folder: Path, without: Callable[[str], bool] = lambda name: False) -> str:
    """Return one SHA-256 over the names and contents of all files of a folder; a missing folder has an empty one."""
    named = ((path.relative_to(folder).as_posix(), path) for path in _files([folder]))
    return _digest("", ((name, path) for name, path in named if not without(name)))


def folder_digest(folder: Path) -> str:
    """Return one SHA-256 over the names, sizes and times of all files of a folder: whether anybody touched it.

    A missing folder has an empty one. Contents are not read: it is told as Git tells it.
    """
    total, top = hashlib.sha256(), len(str(folder))
    waiting = [str(folder)] if folder.is_dir() else []
    while waiting:
        with os.scandir(waiting.pop()) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                about = entry.stat(follow_symlinks=False)
                total.update(f"{entry.path[top:]}\0{about.st_size} {about.st_mtime_ns}\0".encode())
    return total.hexdigest()


def engine_digest(project: Project, folders: Iterable[Path]) -> str:
    """Return one SHA-256 over what makes pages of quads: the engine, the settings, templates and texts.

    It does not depend on where all that is installed; of two templates with one name, the first folder's counts.
    """
    looks: dict[str, Path] = {}
    for folder in folders:
        for path in _files([folder]):
            if path.suffix in (".html", ".toml"):
                looks.setdefault(f"site/{path.relative_to(folder).as_posix()}", path)
    return _digest(f"{_versions()}\n{_settings(project)}", (*_code(), *looks.items()))


def read_manifest(path: Path) -> dict[str, Any]:
    """Return what a manifest says; nothing where there is none or it is no JSON object."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def write_manifest(path: Path, data: dict[str, Any]) -> None:
    """Write a manifest whole."""
    write_file(path, json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n")


def _files(folders: Iterable[Path]) -> list[Path]:
    """Return the files below some folders; a folder that may not be read is no empty one."""
    walks = (os.walk(folder, onerror=_unreadable) for folder in folders if folder.is_dir())
    paths = (Path(folder, name) for walk in walks for folder, _, names in walk for name in names)
    return [path for path in paths if path.is_file() and "__pycache__" not in path.parts]


def _unreadable(error: OSError) -> NoReturn:
    raise UnreadableInput(f"{error.filename}: {error.strerror}", "see that whoever runs this may read it") from None


def _name(path: Path, root: Path, package: Path) -> str:
    home = package if path.is_relative_to(package) else root
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else path.as_posix()


def _digest(start: str, files: Iterable[tuple[str, Path]]) -> str:
    total = hashlib.sha256(start.encode())
    for name, path in sorted(files):
        total.update(f"\0{name}\0".encode())
        try:
            total.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            _unreadable(error)
    return total.hexdigest()

